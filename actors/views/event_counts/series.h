// view_event_series - collects the counts of successive steps into lines, one
// per type, for an answer.
//
// Errors    0 or a negative errno. -E2BIG: more steps or types than
//           messages.h allows.
// Memory    A line takes 8 bytes per step; names are copied.
// Threads   One at a time per series.

#ifndef OCTOLOG_ACTORS_VIEWS_EVENT_COUNTS_SERIES_H
#define OCTOLOG_ACTORS_VIEWS_EVENT_COUNTS_SERIES_H

#include "actors/views/event_counts/messages.h"

typedef struct {
    buffer_t type;
    uint64_t *counts; // one per step
} view_event_line_t;

typedef struct {
    size_t steps;
    size_t step; // that added counts belong to; set by the caller
    view_event_line_t *lines;
    size_t line_count;
    int error; // the first error of view_event_series_add()
} view_event_series_t;

// Allocates the steps asked for. End it even if this fails.
int view_event_series_begin(view_event_series_t *series,
                            const view_series_asked_t *asked);

// A view_each_total_t: adds the count of a type to the current step.
void view_event_series_add(void *series, slice_t type, uint64_t count);

// Appends a view_series_line_t for each type that was added, in the order of
// their first counts.
int view_event_series_list(const view_event_series_t *series, buffer_t *answer);

void view_event_series_end(view_event_series_t *series);

#endif
