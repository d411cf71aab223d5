// request - question and answer with a deadline, for a thread that asks.
//
// A socket that timed out is closed, and the next call opens a new one, so that
// a late answer can never be taken for the next one's. When a peer goes before
// it answered, its successor is asked the same at once: so what a question does
// must be the same when it is done twice.
//
// Errors    0 or a negative errno.
// Memory    An answer is valid until the next call.
// Threads   A request_t belongs to the thread that first asks with it.

#ifndef OCTOLOG_ACTORS_TRANSPORT_REQUEST_H
#define OCTOLOG_ACTORS_TRANSPORT_REQUEST_H

#include "actors/config/config.h"
#include "proto/base/slice.h"
#include "proto/message.h"

#include <stddef.h>

typedef struct request request_t;

// Connects lazily. NULL when out of memory. `name` is copied, config borrowed
// for the life of the object.
request_t *request_new(const config_t *config, const char *name);
void request_destroy(request_t **request);

// Sends the question and waits for the answer; its first frame is decoded into
// *answer, valid until the next call; further frames by request_frame(). A
// FAILURE is an answer like any other: 0.
// -ETIMEDOUT: nobody answered in time. -ECONNRESET: two peers, one after the
// other, went instead of answering. -EBADMSG: the answer is no message. -ENOMEM
// and those of socket_connect(): it was not asked.
int request_ask(request_t *request, const message_t *question, int deadline_ms,
                message_t *answer);

// Frame number i of the last answer, 0 being what was decoded; the empty slice
// past the last.
slice_t request_frame(const request_t *request, size_t i);

#endif
