// dispatch - has one request answered: bounds, route, token, method,
// parameters, handler, in this order. A path that only has slashes at its end
// too many is sent on to the route (307), as the service that this one replaces
// does it.
//
// Knows HTTP as values and no web server: it is tested without one.
//
// Errors    All of them are answers.
// Threads   The call's.

#ifndef OCTOLOG_API_HTTP_DISPATCH_H
#define OCTOLOG_API_HTTP_DISPATCH_H

#include "api/handler/handler.h"

// Bounds of a request; that of its URL is PARAMETERS_URL_MAX. Nothing that is
// served here takes a body; more than this is refused as such.
#define DISPATCH_HEADERS_MAX ((size_t)16 * 1024)
#define DISPATCH_BODY_MAX    INT64_C(65536)

typedef struct {
    const char *method; // "GET"
    const char *path;   // raw, not decoded; NULL when the target is no path
    const char *query;  // raw, without its ?; NULL without
    const char *authorization; // the header; NULL without
    size_t header_bytes;       // of names and values of all headers
    int64_t body_bytes;        // as announced; 0 or less: none, or unknown
} dispatch_request_t;

// Fills in call->answer, and call->parameters, which it keeps in *parameters.
// Returns the number of the route in its table; routes_count: there is none.
size_t dispatch(call_t *call, parameters_t *parameters,
                const dispatch_request_t *request);

#endif
