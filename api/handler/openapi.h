// openapi - the OpenAPI 3.1 description of a table of routes.
//
// What all routes share is openapi.json, compiled in: the frame of the document
// and, under "parts", the answers that a route's flags stand for. The rest is
// what the routes declare (route.h), so it cannot differ from what is served.
//
// Errors    -ENOMEM.
// Threads   Any.

#ifndef OCTOLOG_API_HANDLER_OPENAPI_H
#define OCTOLOG_API_HANDLER_OPENAPI_H

#include "api/handler/route.h"
#include "proto/base/buffer.h"

// Appends the document of a table that ends with NULL.
int openapi_render(buffer_t *out, const route_t *const *routes);

#endif
