#include "api/render/traffic.h"

#include <assert.h>

const int traffic_statuses[TRAFFIC_STATUSES] = {
    200, 304, 400, 401, 404, 405, 413, 414, 422, 431, 500, 503, 0};

// Most answers take less than a millisecond; http.deadline-ms is 2 s.
const int64_t traffic_bounds_us[TRAFFIC_BOUNDS] = {
    100,   250,   500,    1000,   2500,    5000,
    10000, 50000, 100000, 500000, 1000000, 2500000};

void traffic_count(traffic_t *traffic, size_t route, int status)
{
    size_t at = 0;
    assert(route < TRAFFIC_ROUTES_MAX);
    while (traffic_statuses[at] != status && at < TRAFFIC_STATUSES - 1)
        at++;
    atomic_fetch_add(&traffic->routes[route].answers[at], 1);
}

void traffic_time(traffic_t *traffic, size_t route, int64_t duration_us)
{
    size_t at = 0;
    assert(route < TRAFFIC_ROUTES_MAX);
    while (at < TRAFFIC_BOUNDS && duration_us > traffic_bounds_us[at])
        at++;
    atomic_fetch_add(&traffic->routes[route].durations[at], 1);
    atomic_fetch_add(&traffic->routes[route].duration_us,
                     (uint64_t)duration_us);
}
