// view_event_messages - the questions and answers of view_event_counts, and
// their JSON.
//
//     counts    start u64, end u64              -> list of view_count_t
//     series    start u64, end u64, step_s u32  -> list of view_series_line_t
//
// Errors    Those of view_question_t.render.
// Memory    Everything passed in is borrowed for the call.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_VIEWS_EVENT_COUNTS_MESSAGES_H
#define OCTOLOG_ACTORS_VIEWS_EVENT_COUNTS_MESSAGES_H

#include "actors/views/answer.h"

// Events by type with created_at in [start, end).
typedef struct {
    uint64_t start; // seconds since 1970; u64 so that any window is allowed
    uint64_t end;
    view_types_t types; // not sent: the types to write as JSON
} view_counts_asked_t;

extern const record_field_t view_counts_asked_fields[];

// The same for each step of [start, end); the last step may be shorter.
typedef struct {
    uint64_t start;
    uint64_t end;
    uint32_t step_s;
    view_types_t types; // not sent: the types to write as JSON
} view_series_asked_t;

extern const record_field_t view_series_asked_fields[];

// The largest number of steps in a series, and of types in its answer.
#define VIEW_SERIES_POINTS_MAX 1500u
#define VIEW_SERIES_LINES_MAX  256u

// A type that has events in a series.
typedef struct {
    slice_t type;
    slice_t counts; // u64 little-endian, one per step
} view_series_line_t;

extern const record_field_t view_series_line_fields[];

// Computes the number of steps. -EINVAL: step_s is 0. -E2BIG: too many steps.
int view_series_steps(const view_series_asked_t *asked, size_t *steps);

// Writes EventCounts of schema.json.
int view_counts_render(const void *asked, const message_view_answer_t *answer,
                       buffer_t *out);

// Writes EventSeries: one line of points per type. Without a selection of
// types: those that occurred. With one: exactly those.
int view_series_render(const void *asked, const message_view_answer_t *answer,
                       buffer_t *out);

#endif
