// route - the declaration of a route: path, parameters, answer, errors.
//
// A route is one file in api/routes with its parameters, the schemas and an
// example of its answer, its errors, and its handler. Dispatch, parameter
// checks, the OpenAPI document and its page, and the labels of metrics all
// follow from the declaration. Data only.

#ifndef OCTOLOG_API_HANDLER_ROUTE_H
#define OCTOLOG_API_HANDLER_ROUTE_H

#include "api/handler/handler.h"
#include "api/handler/parameters.h"

#include <stdbool.h>
#include <stddef.h>

// All routes accept GET and HEAD. Errors that any request can cause (too long,
// method not allowed) are not declared here.
typedef struct {
    const char *path; // "/v1/events/{id}"
    const char *name; // operationId
    handler_t *handler;
    const char *summary;
    const parameter_t *parameters; // see ROUTE_TAKES
    size_t parameter_count;
    // Name of the schema of a 200, declared by this route, another, or a view,
    // and an example of the answer. NULL: the answer is not JSON.
    const char *schema;
    const char *example;
    const char
        *schemas;     // schemas declared here: a JSON object by name, or NULL
    const char *text; // media type of a 200 that may not be JSON, or NULL
    bool tagged;      // may send an ETag, and so answer 304
    bool streams;     // sends Server-Sent Events: Last-Event-ID, 400
    bool open;        // needs no token: no 401
    const char *missing; // example of the `detail` of a 404; NULL: no 404
    bool asks;           // needs other actors: 503
} route_t;

// Sets the parameters of a route from an array.
#define ROUTE_TAKES(table)                                                     \
    .parameters = (table), .parameter_count = sizeof(table) / sizeof(table)[0]

// JSON as text, for schemas and examples. The formatter leaves it alone.
#define ROUTE_JSON(...) #__VA_ARGS__

#endif
