// rendering - the actors' answers as the JSON of the REST contract.
//
// One function a document; its fields are those of the schemas that routes and
// views bring, which a test compares with what comes out of here. Pure.
//
// Errors    0, or what message_list_next() says of a list in the message that
//           is damaged: then the buffer holds half a document. Out of memory
//           shows in the buffer.
// Memory    Messages are borrowed for the call.
// Threads   Any.

#ifndef OCTOLOG_API_RENDER_RENDERING_H
#define OCTOLOG_API_RENDER_RENDERING_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"
#include "proto/message.h"

#include <stddef.h>
#include <stdint.h>

// {"detail": text}, the shape of every error but 422.
void rendering_detail(buffer_t *out, slice_t text);

int rendering_log(buffer_t *out, const message_log_stats_t *stats);

// Dead letters: as much of each raw text as RENDERING_RAW_MAX, with its size.
#define RENDERING_RAW_MAX ((size_t)64 * 1024)
int rendering_rejects(buffer_t *out, const message_rejects_t *rejects);

// What the fetcher says of its sources, or, where nothing fetches, what the
// log remembers of them: their names.
int rendering_sources(buffer_t *out, const message_sources_t *sources);
int rendering_known_sources(buffer_t *out,
                            const message_log_cursor_list_t *list,
                            slice_t prefix);

int rendering_actors(buffer_t *out, const message_actors_t *actors);

#endif
