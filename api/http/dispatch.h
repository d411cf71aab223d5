// dispatch - answers one request: checks bounds, finds the route, checks token,
// method and parameters, and calls the handler, in this order. Trailing slashes
// redirect (307), as in the service that octolog replaces.
//
// Works on plain values and knows no web server, so it is tested without one.
//
// Errors    Every error is an answer.
// Threads   The thread that owns the call.

#ifndef OCTOLOG_API_HTTP_DISPATCH_H
#define OCTOLOG_API_HTTP_DISPATCH_H

#include "api/handler/handler.h"

// Bounds of a request; the URL's is PARAMETERS_URL_MAX. No route reads a body;
// a longer one gets a 413.
#define DISPATCH_HEADERS_MAX ((size_t)16 * 1024)
#define DISPATCH_BODY_MAX    INT64_C(65536)

typedef struct {
    const char *method; // "GET"
    const char *path;   // raw, not decoded; NULL: the target is not a path
    const char *query;  // raw, without the "?"; NULL: none
    const char *authorization; // the header; NULL: not sent
    size_t header_bytes;       // names and values of all headers
    int64_t body_bytes;        // Content-Length; 0 or less: none, or unknown
} dispatch_request_t;

// Fills in call->answer, and points call->parameters at *parameters, which it
// fills in too. Returns the number of the route in its table, or routes_count
// if there is none.
size_t dispatch(call_t *call, parameters_t *parameters,
                const dispatch_request_t *request);

#endif
