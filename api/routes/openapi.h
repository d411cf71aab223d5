// openapi - the OpenAPI 3.1 description of the table of routes.
//
// Paths and parameters come from routes.c, so they cannot differ from what is
// served; the fields of answers come from openapi_schemas.c, which a test
// compares with real answers.

#ifndef OCTOLOG_API_ROUTES_OPENAPI_H
#define OCTOLOG_API_ROUTES_OPENAPI_H

#include "proto/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

// Appends the document. -ENOMEM.
int openapi_render(buffer_t *out);

// One field of a schema. `type` is the name of a JSON type, "time" for an RFC
// 3339 string, "any", or the name of a schema; [T] is an array and {T} an
// object of any names with T as their values; T? may also be null.
typedef struct {
    const char *schema;
    const char *name; // ends in ? when it is not always there
    const char *type;
    const char *about; // may be NULL
} openapi_field_t;

// All fields, those of one schema together (openapi_schemas.c).
extern const openapi_field_t openapi_fields[];
extern const size_t openapi_field_count;

// JSON text of an example (openapi_examples.c); NULL: there is none.
const char *openapi_answer_example(const char *schema);
const char *openapi_parameter_example(const char *name, bool in_path);

#endif
