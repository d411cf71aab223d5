// routes - the table of what can be asked.
//
// The table drives dispatch, parameters and /openapi.json. To add a route: a
// row here, a file handler_NAME.c, its fields in openapi_schemas.c, its test.
// Pure.

#ifndef OCTOLOG_API_ROUTES_ROUTES_H
#define OCTOLOG_API_ROUTES_ROUTES_H

#include "api/handler/handler.h"
#include "api/handler/parameters.h"

// {name} segments of one path.
#define ROUTES_SEGMENTS_MAX 4

typedef struct {
    const char *path; // "/v1/events/{id}"; literal rows before these
    const char *name; // operationId
    handler_t *handler;
    const char *summary;
    const char *schema; // of a good answer, in openapi_schemas.c
    const char *text;   // media type of an answer that is no JSON, or may be
    const parameter_t *parameters;
    size_t parameter_count;
    bool tagged;  // its answers may carry an ETag, and so be a 304
    bool streams; // answers with Server-Sent Events, takes Last-Event-ID
    bool open;    // answers without a token, too
    bool unknown; // what is asked for may not exist: 404
    bool asks;    // needs other actors: 503
} route_t;

extern const route_t routes[];
extern const size_t routes_count;

// The route of a raw path, NULL when there is none. The parts of the path that
// stand for {name}s go to segments[0..*count).
const route_t *routes_find(slice_t path, slice_t segments[ROUTES_SEGMENTS_MAX],
                           size_t *count);

#endif
