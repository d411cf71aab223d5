// traffic - counts the requests that were answered: by route and status, and
// how long they took.
//
// Errors    None.
// Memory    A zeroed one is empty and ready; its size is fixed.
// Threads   Any: counters are atomic, each by itself.

#ifndef OCTOLOG_API_RENDER_TRAFFIC_H
#define OCTOLOG_API_RENDER_TRAFFIC_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

// Rows of the table of routes, and one for what is no route.
#define TRAFFIC_ROUTES_MAX 40

// Statuses that are told apart; the last, 0, is any other.
#define TRAFFIC_STATUSES 13
extern const int traffic_statuses[TRAFFIC_STATUSES];

// Upper bounds of the classes of duration, in microseconds; one class more is
// above the last.
#define TRAFFIC_BOUNDS 12
extern const int64_t traffic_bounds_us[TRAFFIC_BOUNDS];

typedef struct {
    _Atomic uint64_t answers[TRAFFIC_STATUSES];
    _Atomic uint64_t durations[TRAFFIC_BOUNDS + 1];
    _Atomic uint64_t duration_us; // of all together
} traffic_route_t;

typedef struct traffic {
    traffic_route_t routes[TRAFFIC_ROUTES_MAX];
} traffic_t;

// One request to row number `route` was answered.
void traffic_count(traffic_t *traffic, size_t route, int status);

// And it took so long.
void traffic_time(traffic_t *traffic, size_t route, int64_t duration_us);

#endif
