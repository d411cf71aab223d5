// answer - the answer to a request, before it is rendered as HTTP.
//
// Errors    None. Out of memory shows in the body's buffer; the server then
//           closes the connection without an answer.
// Memory    An answer owns its body. Header texts are constants. The target of
//           a redirect is borrowed from the request.
// Threads   One at a time per object.

#ifndef OCTOLOG_API_HANDLER_ANSWER_H
#define OCTOLOG_API_HANDLER_ANSWER_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"

#include <stdbool.h>

// Values of Cache-Control.
#define ANSWER_NEVER   "no-store" // outdated at once
#define ANSWER_ASK     "no-cache" // may be kept, but must be revalidated
#define ANSWER_FOREVER "private, max-age=86400, immutable" // never changes

typedef struct {
    int status;
    buffer_t body;
    const char *type;    // Content-Type; JSON after answer_reset()
    bool streams;        // the body has no end: see stream.h
    const char *caching; // one of the above; all but ANSWER_NEVER get an ETag
    const char *headers; // more header lines, each with its CRLF; or ""
    slice_t moved_path;  // target of a redirect, raw; empty: no redirect
    const char *moved_query; // raw, without the "?"; "" or NULL: none
} answer_t;

// Resets it to an empty 200 with ANSWER_NEVER.
void answer_reset(answer_t *answer);

// Replaces it by an error with the body {"detail": text}.
void answer_detail(answer_t *answer, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Replaces it by a redirect (307) to another path of this service.
void answer_moved(answer_t *answer, slice_t path, const char *query);

// Replaces it by a 503 with Retry-After: an actor that is needed does not
// answer.
void answer_unavailable(answer_t *answer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void answer_free(answer_t *answer);

#endif
