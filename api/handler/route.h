// route - what a route declares: where it is, what it takes, what it answers.
//
// A route is one file of api/routes: its parameters, the schemas and an example
// of its answer, its errors, and the handler they are about. All that is served
// and told of it follows from that: dispatch, the parameters' checks, the
// OpenAPI document with its page, the labels of metrics. Data only.

#ifndef OCTOLOG_API_HANDLER_ROUTE_H
#define OCTOLOG_API_HANDLER_ROUTE_H

#include "api/handler/handler.h"
#include "api/handler/parameters.h"

#include <stdbool.h>
#include <stddef.h>

// All routes take GET, and HEAD as every GET does; the errors that any request
// can meet (too long, no such method) are the server's.
typedef struct {
    const char *path; // "/v1/events/{id}"
    const char *name; // operationId
    handler_t *handler;
    const char *summary;
    const parameter_t *parameters; // see ROUTE_TAKES
    size_t parameter_count;
    // What a 200 looks like: the name of its schema, which this route brings,
    // or another, or a view; and an example. NULL: it is not JSON.
    const char *schema;
    const char *example;
    const char *schemas; // that it brings: an object of them by name, or NULL
    const char *text;    // media type of a 200 that may not be JSON, or NULL
    bool tagged;         // its answers may carry an ETag, and so be a 304
    bool streams;        // answers with Server-Sent Events; Last-Event-ID, 400
    bool open;           // answers without a token, too: no 401
    const char *missing; // `detail` of a 404, as an example; NULL: no 404
    bool asks;           // needs other actors: 503
} route_t;

// The parameters of a route, from an array.
#define ROUTE_TAKES(table)                                                     \
    .parameters = (table), .parameter_count = sizeof(table) / sizeof(table)[0]

// JSON as text, for schemas and examples. The formatter leaves it as it is.
#define ROUTE_JSON(...) #__VA_ARGS__

#endif
