// slice - borrowed bytes.
//
// All headers use four words for ownership: *borrowed* (valid only during the
// call), *copied*, *owned* (the caller frees it), *taken* (the callee frees
// it).

#ifndef OCTOLOG_PROTO_BASE_SLICE_H
#define OCTOLOG_PROTO_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct {
    const char *data; // not terminated; may be NULL when bytes is 0
    size_t bytes;
} slice_t;

// The cast and the plain initialisers allow C++ to include this (json.cpp).
static inline slice_t slice(const void *data, size_t bytes)
{
    slice_t made = {(const char *)data, bytes};
    return made;
}

// The bytes of a terminated string; NULL gives the empty slice.
static inline slice_t slice_of(const char *text)
{
    return slice(text, text ? strlen(text) : 0);
}

static inline bool slice_equal(slice_t a, slice_t b)
{
    return a.bytes == b.bytes &&
           (a.bytes == 0 || memcmp(a.data, b.data, a.bytes) == 0);
}

#endif
