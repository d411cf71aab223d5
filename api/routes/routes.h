// routes - the table of what can be asked.
//
// To add a route: its file here, which declares it (route.h), and its row in
// routes.c. Pure.

#ifndef OCTOLOG_API_ROUTES_ROUTES_H
#define OCTOLOG_API_ROUTES_ROUTES_H

#include "api/handler/route.h"

// {name} segments of one path.
#define ROUTES_SEGMENTS_MAX 4

// One after another, with NULL at [routes_count].
extern const route_t *const routes[];
extern const size_t routes_count;

// The number of the route of a raw path; routes_count: there is none. The parts
// of the path that stand for {name}s go to segments[0..*count).
size_t routes_find(slice_t path, slice_t segments[ROUTES_SEGMENTS_MAX],
                   size_t *count);

#endif
