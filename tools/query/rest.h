// rest - the documents of the REST service, without HTTP.
//
// The same routes, parameters, errors and JSON, asked from a command: of the
// actors of a running octolog by their sockets, or of a data directory by
// local_answers.h.
//
// Memory    A document is valid until the next call.
// Threads   One.

#ifndef OCTOLOG_TOOLS_QUERY_REST_H
#define OCTOLOG_TOOLS_QUERY_REST_H

#include "api/ask/ask.h"

#include <cjson/cJSON.h>

typedef struct rest rest_t;

// `ask` is taken, NULL: out of memory before. `config` is borrowed for the
// object's life. NULL when out of memory.
rest_t *rest_new(const config_t *config, ask_t *ask);
void rest_destroy(rest_t **rest);

// Asks for a path and a raw query (NULL: none) at a moment of the clock.
// Returns the status of the answer; *body is its text.
int rest_get(rest_t *rest, int64_t now_us, const char *path, const char *query,
             slice_t *body);

// The same as a tree, owned; NULL when the status is not 200, or out of
// memory.
cJSON *rest_get_json(rest_t *rest, int64_t now_us, const char *path,
                     const char *query);

#endif
