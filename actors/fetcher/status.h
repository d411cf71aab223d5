// fetcher_status - the fetcher's answer to SOURCES_ASK.
//
// Pure: the plan and the times go in, a SOURCES message comes out.
//
// Errors    If out of memory, the buffer has failed.
// Threads   The plan's.

#ifndef OCTOLOG_ACTORS_FETCHER_STATUS_H
#define OCTOLOG_ACTORS_FETCHER_STATUS_H

#include "actors/fetch/plan.h"
#include "proto/base/buffer.h"

// The current time on the plan's clock and on ours.
typedef struct {
    int64_t now_ms; // on the plan's clock
    int64_t now_us; // since 1970
    double scale;   // the plan's milliseconds per millisecond of ours
} fetcher_status_clock_t;

// Appends a SOURCES message with one SOURCE per source, in order.
void fetcher_status_write(const fetch_plan_t *plan,
                          const fetcher_status_clock_t *clock,
                          buffer_t *message);

#endif
