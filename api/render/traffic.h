// traffic - counts answered requests by route and status, and how long they
// took.
//
// Errors    None.
// Memory    A zeroed object is empty and ready to use; its size is fixed.
// Threads   Any. Each counter is atomic by itself.

#ifndef OCTOLOG_API_RENDER_TRAFFIC_H
#define OCTOLOG_API_RENDER_TRAFFIC_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

// Rows of the table of routes, plus one for requests that match no route.
#define TRAFFIC_ROUTES_MAX 40

// Statuses counted separately; the last, 0, stands for all others.
#define TRAFFIC_STATUSES 13
extern const int traffic_statuses[TRAFFIC_STATUSES];

// Upper bounds of the histogram's buckets, in microseconds. One more bucket is
// above the last bound.
#define TRAFFIC_BOUNDS 12
extern const int64_t traffic_bounds_us[TRAFFIC_BOUNDS];

typedef struct {
    _Atomic uint64_t answers[TRAFFIC_STATUSES];
    _Atomic uint64_t durations[TRAFFIC_BOUNDS + 1];
    _Atomic uint64_t duration_us; // sum of all durations
} traffic_route_t;

typedef struct traffic {
    traffic_route_t routes[TRAFFIC_ROUTES_MAX];
} traffic_t;

// Counts an answered request to route number `route`.
void traffic_count(traffic_t *traffic, size_t route, int status);

// Counts how long its answer took.
void traffic_time(traffic_t *traffic, size_t route, int64_t duration_us);

#endif
