// answer - what a request is answered with, before it is put into HTTP.
//
// Errors    None: out of memory shows in the body's buffer, and the server
//           then closes the connection without an answer.
// Memory    An answer owns its body; the header texts are constants; where it
//           sends the client to is borrowed from the request.
// Threads   One at a time per object.

#ifndef OCTOLOG_API_HANDLER_ANSWER_H
#define OCTOLOG_API_HANDLER_ANSWER_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"

#include <stdbool.h>

// What a client may keep of an answer.
#define ANSWER_NEVER   "no-store" // it is out of date at once
#define ANSWER_ASK     "no-cache" // keep it, ask whether it still holds
#define ANSWER_FOREVER "private, max-age=86400, immutable" // the past

typedef struct {
    int status;
    buffer_t body;
    const char *type;    // of the body; JSON after answer_reset()
    bool streams;        // the body goes on for ever: see stream.h
    const char *caching; // one of the above; all but ANSWER_NEVER get an ETag
    const char *headers; // further header lines, each with its CRLF; or ""
    slice_t moved_path;  // where to ask instead, raw; empty: here
    const char *moved_query; // raw, without its ?; "" or NULL without
} answer_t;

// 200, empty, not to be kept.
void answer_reset(answer_t *answer);

// Makes it an error of the shape {"detail": text}, instead of what it was.
void answer_detail(answer_t *answer, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The same with 307: what was asked for is at another path of this service.
void answer_moved(answer_t *answer, slice_t path, const char *query);

// The same with 503 and Retry-After: an actor that this needs is not there.
void answer_unavailable(answer_t *answer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void answer_free(answer_t *answer);

#endif
