// fuzz_views - a view by the byte of an input.

#ifndef OCTOLOG_TESTS_FUZZ_FUZZ_VIEWS_H
#define OCTOLOG_TESTS_FUZZ_FUZZ_VIEWS_H

#include "actors/views/registry.h"

static inline const view_class_t *fuzz_view(uint8_t number)
{
    size_t count = 0;
    while (registry_views[count])
        count++;
    return registry_views[number % count];
}

#endif
