// response - an answer as the bytes of HTTP/1.1. Pure.
//
// Memory    The buffers are the caller's, and are emptied first.

#ifndef OCTOLOG_API_HTTP_RESPONSE_H
#define OCTOLOG_API_HTTP_RESPONSE_H

#include "api/handler/answer.h"
#include "proto/base/buffer.h"
#include "proto/base/slice.h"

#include <stdbool.h>
#include <stdint.h>

// A body over this is worth compressing: less fits one packet anyway.
#define RESPONSE_GZIP_MIN 1024

// What the request says about the form of the answer.
typedef struct {
    bool head;                   // HEAD: the same without the body
    bool keep_alive;             // the connection stays open
    const char *accept_encoding; // headers; NULL without
    const char *if_none_match;
    int64_t now_s; // for Date
} response_form_t;

// Writes status line and headers to *head and returns the body that follows
// them: the answer's, its gzip in *packed, or nothing. The answer's status
// becomes 304 when the client has it already. Out of memory shows in *head.
slice_t response_render(answer_t *answer, const response_form_t *form,
                        buffer_t *head, buffer_t *packed);

#endif
