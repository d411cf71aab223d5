// routes - the table of routes.
//
// To add a route, add the file that declares it (route.h) here and a row in
// routes.c. Pure.

#ifndef OCTOLOG_API_ROUTES_ROUTES_H
#define OCTOLOG_API_ROUTES_ROUTES_H

#include "api/handler/route.h"

// Maximum number of {name} segments in a path.
#define ROUTES_SEGMENTS_MAX 4

// routes[routes_count] is NULL.
extern const route_t *const routes[];
extern const size_t routes_count;

// Returns the number of the route for a raw (undecoded) path, or routes_count
// if there is none. segments[0..*count) become the parts of the path that match
// {name}s; they borrow from path.
size_t routes_find(slice_t path, slice_t segments[ROUTES_SEGMENTS_MAX],
                   size_t *count);

#endif
