// rest - calls the routes of the REST service without HTTP.
//
// Routes, parameters, errors and JSON are the same. The answers come from the
// actors of a running octolog, through their sockets, or from a data directory,
// through local_answers.h.
//
// Memory    A document is valid until the next call.
// Threads   One.

#ifndef OCTOLOG_TOOLS_QUERY_REST_H
#define OCTOLOG_TOOLS_QUERY_REST_H

#include "api/ask/ask.h"

#include <cjson/cJSON.h>

typedef struct rest rest_t;

// `ask` is taken in any case; it may be NULL (creating it failed), which fails
// here. `config` is borrowed for the lifetime of the object. NULL when out of
// memory.
rest_t *rest_new(const config_t *config, ask_t *ask);
void rest_destroy(rest_t **rest);

// GETs a path with a raw query (NULL: none) as of the time now_us. Returns the
// status of the answer; *body is its text.
int rest_get(rest_t *rest, int64_t now_us, const char *path, const char *query,
             slice_t *body);

// The same, parsed; the caller owns it. NULL if the status is not 200, or when
// out of memory.
cJSON *rest_get_json(rest_t *rest, int64_t now_us, const char *path,
                     const char *query);

#endif
