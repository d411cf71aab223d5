// request - sends a question and waits for the answer, with a deadline.
//
// After a time-out the socket is closed and the next call opens a new one, so a
// late answer can never be mistaken for the next one. If the peer goes away
// before it answers, the question is sent to its successor at once: questions
// must therefore be idempotent.
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

// Connects lazily. NULL: out of memory. `name` is copied; config is borrowed
// for the life of the object.
request_t *request_new(const config_t *config, const char *name);
void request_destroy(request_t **request);

// Sends the question and waits for the answer. Its first frame is decoded into
// *answer, valid until the next call; request_frame() returns further frames. A
// FAILURE is an answer like any other: 0.
// -ETIMEDOUT: no answer in time. -ECONNRESET: two peers in a row went away
// without answering. -EBADMSG: the answer is not a message. -ENOMEM and those
// of socket_connect(): the question was not sent.
int request_ask(request_t *request, const message_t *question, int deadline_ms,
                message_t *answer);

// Frame i of the last answer; frame 0 is the decoded one. Past the last: the
// empty slice.
slice_t request_frame(const request_t *request, size_t i);

#endif
