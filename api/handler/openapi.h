// openapi - the OpenAPI 3.1 description of a table of routes.
//
// openapi.json, compiled in, has what all routes share: the frame of the
// document and, under "parts", the responses that a route's flags stand for.
// Everything else comes from the routes' declarations (route.h), which also
// control what is served, so the two cannot differ.
//
// Errors    -ENOMEM.
// Threads   Any.

#ifndef OCTOLOG_API_HANDLER_OPENAPI_H
#define OCTOLOG_API_HANDLER_OPENAPI_H

#include "api/handler/route.h"
#include "proto/base/buffer.h"

// Appends the document for a table that ends with NULL.
int openapi_render(buffer_t *out, const route_t *const *routes);

#endif
