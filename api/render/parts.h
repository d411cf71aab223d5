// rendering_parts - pieces that several documents of rendering.h have.
//
// Each writes members of the object that is open.

#ifndef OCTOLOG_API_RENDER_PARTS_H
#define OCTOLOG_API_RENDER_PARTS_H

#include "api/render/rendering.h"
#include "proto/json/json_text.h"

// "as_of": where the view stands that answered.
void rendering_as_of(json_text_t *json, const message_as_of_t *as_of);

// "start_time" and "end_time".
void rendering_window(json_text_t *json, rendering_window_t window);

// Whether types[i] was named before.
bool rendering_is_repeat(const slice_t *types, size_t i);

// "counts", of a list of COUNT: without types (count 0) every type that GitHub
// sends today, then the others that occurred; with, exactly those. Errors as in
// rendering.h.
int rendering_count_list(json_text_t *json, slice_t counts,
                         const slice_t *types, size_t type_count);

// The statistics of rendering_intervals() without repo_name and as_of.
int rendering_interval_fields(json_text_t *json,
                              const message_intervals_answer_t *answer);

#endif
