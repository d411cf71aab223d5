// parameters - what a request asks for: the query and the path, by a table.
//
// A table says what a route takes; parsing, the errors of a bad request and
// the OpenAPI document all follow from it. Errors are written in the shapes of
// FastAPI with pydantic v2. A name that is not in the table is an error too
// ("extra_forbidden"): a filter that is misspelt must not look like an answer
// to the question that was meant. Pure.
//
// Errors    0 or -EINVAL, with the body of the 422 in the caller's buffer.
// Memory    A parameters_t is large and owns all of its values: keep one a
//           thread. Tables are constant.
// Threads   One at a time per object.

#ifndef OCTOLOG_API_HANDLER_PARAMETERS_H
#define OCTOLOG_API_HANDLER_PARAMETERS_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bounds of one request. A URL of 8 KB is the longest that RFC 9110 asks
// servers to take.
#define PARAMETERS_URL_MAX   8000
#define PARAMETERS_PAIRS_MAX 256 // name=value in the query
#define PARAMETERS_ITEMS_MAX 256 // values of all lists together
#define PARAMETERS_MAX       12  // rows of a table

typedef enum {
    PARAMETER_INTEGER, // between .ge and .le
    PARAMETER_TIME,    // as instant.h reads it; the number is its seconds
    PARAMETER_TEXT,    // not empty
    PARAMETER_LIST,    // texts: name=A,B or name=A&name=B
    PARAMETER_NAME,    // in the path: letters, digits, "." "-" "_"
} parameter_kind_t;

typedef struct {
    const char *name;
    parameter_kind_t kind;
    bool in_path; // rows of the path come first, in its order
    bool required;
    int64_t ge, le;      // of an integer
    int64_t otherwise;   // an integer's value when it is not given
    bool has_default;    // `otherwise` is worth telling in the documentation
    const char *about;   // for the documentation
    const char *example; // as a client writes it, not escaped
} parameter_t;

typedef struct {
    bool given;
    int64_t number;
    slice_t text;         // decoded, as given
    const slice_t *items; // of a list
    size_t count;
} parameter_value_t;

typedef struct {
    slice_t name;
    slice_t value;
} parameter_pair_t;

typedef struct {
    const parameter_t *table; // borrowed
    size_t size;
    parameter_value_t values[PARAMETERS_MAX]; // a value a row
    // Where the values live.
    parameter_pair_t pairs[PARAMETERS_PAIRS_MAX];
    size_t pair_count;
    slice_t items[PARAMETERS_ITEMS_MAX];
    size_t item_count;
    char text[PARAMETERS_URL_MAX];
    size_t text_bytes;
} parameters_t;

// Reads the raw query (without its ?) and the raw segments of the path that
// stand for the table's first rows. -EINVAL: *detail received the body of a
// 422. -ENOENT: a segment can be no name: there is no such page. -EMSGSIZE:
// more than the bounds above.
int parameters_parse(parameters_t *parameters, const parameter_t *table,
                     size_t size, slice_t query, const slice_t *segments,
                     size_t segment_count, buffer_t *detail);

// The value of a row that is in the table.
const parameter_value_t *parameters_get(const parameters_t *parameters,
                                        const char *name);

// Writes the body of a 422 for a parameter that is required when others are
// not given.
void parameters_miss(const parameters_t *parameters, const char *name,
                     buffer_t *detail);

// Writes the body of a 422 for a value that is good alone and wrong with the
// others.
void parameters_refuse(const parameters_t *parameters, const char *name,
                       const char *why, buffer_t *detail);

#endif
