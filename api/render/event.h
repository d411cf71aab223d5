// rendering_event - renders an event of the log as GitHub sent it, with its
// offset.
//
// Adds "offset" before the first member. The event is not parsed, and otherwise
// unchanged except for white space at its ends. If the event already has a
// member "offset" (GitHub's events do not), the log's offset is added again at
// the end, so that readers that keep the first or the last of two equal names
// both get the log's. Pure.
//
// Errors    Out of memory shows in the buffer.

#ifndef OCTOLOG_API_RENDER_EVENT_H
#define OCTOLOG_API_RENDER_EVENT_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"

#include <stdint.h>

// json is an object that event_parser_parse() accepted, from { to }.
void rendering_event(buffer_t *out, uint64_t offset, slice_t json);

// Renders it as an item of a list, with a comma before all but the first.
void rendering_event_item(buffer_t *out, uint64_t offset, slice_t json);

// Renders it as a Server-Sent Event whose id is the offset.
void rendering_event_sent(buffer_t *out, uint64_t offset, slice_t json);

#endif
