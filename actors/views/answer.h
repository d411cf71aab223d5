// view_answer - what the answers of several views have in common: counts by
// type as bytes, and pieces of the JSON.
//
// The JSON calls write members of the object that is open.
//
// Errors    0, or -EBADMSG for bytes that are damaged. Out of memory shows in
//           the buffer.
// Memory    Everything passed in is borrowed for the call.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_VIEWS_ANSWER_H
#define OCTOLOG_ACTORS_VIEWS_ANSWER_H

#include "proto/base/record.h"
#include "proto/json/json_text.h"
#include "proto/message.h"

typedef struct {
    slice_t type; // "PushEvent"
    uint64_t count;
} view_count_t;

extern const record_field_t view_count_fields[];

// A choice of types, in the order of the JSON; none of them (count 0): no
// choice was made. One that is named twice counts once.
typedef struct {
    const slice_t *items;
    size_t count;
} view_types_t;

// Whether types->items[i] was named before.
bool view_types_is_repeat(const view_types_t *types, size_t i);

// "counts", from a list of view_count_t: without a choice every type that
// GitHub sends today, with 0 if need be, then the others that occurred; with a
// choice exactly those.
int view_answer_counts(json_text_t *json, slice_t counts,
                       const view_types_t *types);

// "start_time" and "end_time", seconds since 1970. -EINVAL: they are no times
// that an event can have.
int view_answer_window(json_text_t *json, uint64_t start, uint64_t end);

// "as_of": where the view stands that answered.
void view_answer_as_of(json_text_t *json, const message_as_of_t *as_of);

#endif
