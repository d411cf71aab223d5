// rendering_activity - counts over time and by repository as the JSON of the
// REST contract. Everything in rendering.h holds here, too.

#ifndef OCTOLOG_API_RENDER_ACTIVITY_H
#define OCTOLOG_API_RENDER_ACTIVITY_H

#include "api/render/rendering.h"

// A line of points a type. Without types (count 0): those that occurred. With:
// exactly those.
int rendering_series(buffer_t *out, const message_series_answer_t *answer,
                     rendering_window_t window, uint32_t step,
                     const slice_t *types, size_t type_count);

int rendering_top(buffer_t *out, slice_t by, const message_top_answer_t *answer,
                  rendering_window_t window);

// One repository. Its pull requests are zeros where that view knows none.
int rendering_repository(buffer_t *out,
                         const message_activity_answer_t *activity,
                         const message_intervals_answer_t *intervals);

#endif
