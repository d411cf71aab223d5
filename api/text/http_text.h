// http_text - the few headers of HTTP that octolog reads and writes. Pure.
//
// Header values are terminated strings as the web server has them; NULL means
// that the client did not send it.

#ifndef OCTOLOG_API_TEXT_HTTP_TEXT_H
#define OCTOLOG_API_TEXT_HTTP_TEXT_H

#include "proto/base/slice.h"

#include <stdbool.h>
#include <stdint.h>

// "Not Found" for 404.
const char *http_text_reason(int status);

// Whether Accept-Encoding takes gzip: it is named, or * is, and its weight is
// not 0.
bool http_text_takes_gzip(const char *accept_encoding);

// Whether Accept names text/html, and application/json not before it. Who takes
// anything, as curl does, does not ask for a page.
bool http_text_takes_html(const char *accept);

// A weak entity tag, W/"16 hex digits": the same for a body and its gzip.
#define HTTP_TEXT_TAG_BYTES 21
void http_text_tag(slice_t body, char tag[HTTP_TEXT_TAG_BYTES]);

// Whether If-None-Match names the tag; compared weakly, as RFC 9110 has it.
bool http_text_has_tag(const char *if_none_match, const char *tag);

// Whether Authorization is the bearer of this token. Takes as long for a wrong
// token as for the right one of the same length.
bool http_text_is_bearer(const char *authorization, const char *token);

// Whether Connection lists the word, in any case.
bool http_text_lists(const char *connection, const char *word);

#endif
