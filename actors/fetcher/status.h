// fetcher_status - what the fetcher says of its sources when it is asked.
//
// Pure: the plan and the times go in, a SOURCES message comes out.
//
// Errors    Out of memory shows in the buffer.
// Threads   The plan's.

#ifndef OCTOLOG_ACTORS_FETCHER_STATUS_H
#define OCTOLOG_ACTORS_FETCHER_STATUS_H

#include "actors/fetch/plan.h"
#include "proto/base/buffer.h"

// One moment on the plan's clock and on ours.
typedef struct {
    int64_t now_ms; // of the plan
    int64_t now_us; // since 1970
    double scale;   // the plan's milliseconds in one of ours
} fetcher_status_clock_t;

// Appends a SOURCES message with one SOURCE for each, in their order.
void fetcher_status_write(const fetch_plan_t *plan,
                          const fetcher_status_clock_t *clock,
                          buffer_t *message);

#endif
