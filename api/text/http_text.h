// http_text - parses and formats the HTTP headers that octolog uses. Pure.
//
// Header values are NUL-terminated strings; NULL means that the client did not
// send the header.

#ifndef OCTOLOG_API_TEXT_HTTP_TEXT_H
#define OCTOLOG_API_TEXT_HTTP_TEXT_H

#include "proto/base/slice.h"

#include <stdbool.h>
#include <stdint.h>

// The reason phrase of a status: "Not Found" for 404.
const char *http_text_reason(int status);

// Whether Accept-Encoding accepts gzip: it lists gzip, or otherwise *, with a
// weight above 0.
bool http_text_takes_gzip(const char *accept_encoding);

// Whether Accept lists text/html, with at least the weight of application/json.
// A client that accepts anything, such as curl, does not get a page.
bool http_text_takes_html(const char *accept);

// A weak entity tag, W/"16 hex digits": the same for a body and its gzip.
#define HTTP_TEXT_TAG_BYTES 21
void http_text_tag(slice_t body, char tag[HTTP_TEXT_TAG_BYTES]);

// Whether If-None-Match lists the tag, or *. Uses the weak comparison of RFC
// 9110.
bool http_text_has_tag(const char *if_none_match, const char *tag);

// Whether Authorization holds this bearer token. A wrong token of the same
// length takes as long to compare as the right one.
bool http_text_is_bearer(const char *authorization, const char *token);

// Whether the Connection header lists the word, in any case.
bool http_text_lists(const char *connection, const char *word);

#endif
