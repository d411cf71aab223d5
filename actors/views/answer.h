// view_answer - the parts that answers of several views share: counts by type
// as bytes, and members of their JSON.
//
// The JSON calls write members into the object that is open.
//
// Errors    0, or -EBADMSG for damaged bytes. The buffer records that memory
//           ran out.
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

// A selection of types, in the order of the JSON; count 0: all types. A type
// that is named twice counts once.
typedef struct {
    const slice_t *items;
    size_t count;
} view_types_t;

// Whether types->items[i] was named before.
bool view_types_is_repeat(const view_types_t *types, size_t i);

// Writes "counts" from a list of view_count_t. Without a selection: every type
// that GitHub sends today, even if its count is 0, then any others that
// occurred. With a selection: exactly those types.
int view_answer_counts(json_text_t *json, slice_t counts,
                       const view_types_t *types);

// Writes "start_time" and "end_time", given in seconds since 1970. -EINVAL: no
// event can have such a time.
int view_answer_window(json_text_t *json, uint64_t start, uint64_t end);

// Writes "as_of": the position of the view that answered.
void view_answer_as_of(json_text_t *json, const message_as_of_t *as_of);

#endif
