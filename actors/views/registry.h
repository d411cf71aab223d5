// registry - the table of the views that octolog has.
//
// To add a view is a folder beside this file and a row in registry.c.
//
// Memory    Constant.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_VIEWS_REGISTRY_H
#define OCTOLOG_ACTORS_VIEWS_REGISTRY_H

#include "actors/views/view.h"

// Ends with a NULL.
extern const view_class_t *const registry_views[];

// The view called so; NULL when there is none.
const view_class_t *registry_find(const char *name);

#endif
