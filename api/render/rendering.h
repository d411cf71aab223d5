// rendering - renders the actors' answers as the JSON of the REST API.
//
// One function for each document. A test compares its fields with the schemas
// that routes and views declare. Pure.
//
// Errors    0, or the error of message_list_next() for a damaged list in the
//           message; the buffer then holds half a document. Out of memory shows
//           in the buffer.
// Memory    Messages are borrowed for the call.
// Threads   Any.

#ifndef OCTOLOG_API_RENDER_RENDERING_H
#define OCTOLOG_API_RENDER_RENDERING_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"
#include "proto/message.h"

#include <stddef.h>
#include <stdint.h>

// {"detail": text}, the body of every error except 422.
void rendering_detail(buffer_t *out, slice_t text);

int rendering_log(buffer_t *out, const message_log_stats_t *stats);

// Dead letters, each with up to RENDERING_RAW_MAX bytes of its raw text and its
// full size.
#define RENDERING_RAW_MAX ((size_t)64 * 1024)
int rendering_rejects(buffer_t *out, const message_rejects_t *rejects);

// The sources as the fetcher reports them; or, without a fetcher, their names
// as the log knows them. `prefix` is removed from the names.
int rendering_sources(buffer_t *out, const message_sources_t *sources);
int rendering_known_sources(buffer_t *out,
                            const message_log_cursor_list_t *list,
                            slice_t prefix);

int rendering_actors(buffer_t *out, const message_actors_t *actors);

#endif
