// view_event_messages - what view_event_counts is asked, what it answers, and
// the JSON of that.
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
    uint64_t start; // seconds since 1970; u64 so that any window can be asked
    uint64_t end;
    view_types_t types; // not sent: those that the JSON has
} view_counts_asked_t;

extern const record_field_t view_counts_asked_fields[];

// The same of each step of [start, end), the last of which may be cut short.
typedef struct {
    uint64_t start;
    uint64_t end;
    uint32_t step_s;
    view_types_t types; // not sent: those that the JSON has
} view_series_asked_t;

extern const record_field_t view_series_asked_fields[];

// Steps that one series may have, and types its answer.
#define VIEW_SERIES_POINTS_MAX 1500u
#define VIEW_SERIES_LINES_MAX  256u

// A type that has events in a series.
typedef struct {
    slice_t type;
    slice_t counts; // u64 little-endian, one a step
} view_series_line_t;

extern const record_field_t view_series_line_fields[];

// How many steps: -EINVAL for steps of nothing, -E2BIG for too many of them.
int view_series_steps(const view_series_asked_t *asked, size_t *steps);

// EventCounts of schema.json.
int view_counts_render(const void *asked, const message_view_answer_t *answer,
                       buffer_t *out);

// EventSeries: a line of points a type; without a choice of types those that
// occurred, with one exactly those.
int view_series_render(const void *asked, const message_view_answer_t *answer,
                       buffer_t *out);

#endif
