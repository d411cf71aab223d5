// response - renders an answer as the bytes of an HTTP/1.1 response. Pure.
//
// Memory    Buffers belong to the caller and are emptied first.

#ifndef OCTOLOG_API_HTTP_RESPONSE_H
#define OCTOLOG_API_HTTP_RESPONSE_H

#include "api/handler/answer.h"
#include "proto/base/buffer.h"
#include "proto/base/slice.h"

#include <stdbool.h>
#include <stdint.h>

// Longer bodies are compressed. Shorter ones fit into one packet anyway.
#define RESPONSE_GZIP_MIN 1024

// What the request determines about the form of the response.
typedef struct {
    bool head;                   // HEAD: the same, without the body
    bool keep_alive;             // the connection stays open
    const char *accept_encoding; // headers; NULL: not sent
    const char *if_none_match;
    int64_t now_s; // for Date, seconds since 1970
} response_form_t;

// Writes the status line and headers to *head and returns the body to send
// after them: the answer's, its gzip in *packed, or nothing. Sets the answer's
// status to 304 if the client already has it. Out of memory shows in *head.
slice_t response_render(answer_t *answer, const response_form_t *form,
                        buffer_t *head, buffer_t *packed);

#endif
