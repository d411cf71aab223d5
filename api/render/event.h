// rendering_event - one event of the log as GitHub sent it, and its offset.
//
// The event is not parsed and not changed but for white space at its ends:
// "offset" is put before its first member. Should the event have an "offset"
// of its own beside its type (GitHub's have none), the log's is written once
// more at the end, so that a reader that keeps the first of two equal names
// and one that keeps the last both see the log's. Pure.
//
// Errors    Out of memory shows in the buffer.

#ifndef OCTOLOG_API_RENDER_EVENT_H
#define OCTOLOG_API_RENDER_EVENT_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"

#include <stdint.h>

// json is an object as event_parser_parse() accepted it, from { to }.
void rendering_event(buffer_t *out, uint64_t offset, slice_t json);

// The same as an item of a list, with a comma before all but the first.
void rendering_event_item(buffer_t *out, uint64_t offset, slice_t json);

// The same as one of a stream of Server-Sent Events, whose id is the offset.
void rendering_event_sent(buffer_t *out, uint64_t offset, slice_t json);

#endif
