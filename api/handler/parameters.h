// parameters - parses the parameters in query and path according to a table.
//
// The table declares what a route accepts; parsing, the errors of bad requests
// and the OpenAPI document all follow from it. Errors have the shape of FastAPI
// with pydantic v2. A name that is not in the table is an error too
// ("extra_forbidden"), so that a misspelt filter is not silently ignored. Pure.
//
// Errors    0 or -EINVAL, with the body of the 422 in the caller's buffer.
// Memory    A parameters_t is large and owns all its values: keep one for each
//           thread. Tables are constant.
// Threads   One at a time per object.

#ifndef OCTOLOG_API_HANDLER_PARAMETERS_H
#define OCTOLOG_API_HANDLER_PARAMETERS_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bounds of one request. RFC 9110 asks servers to support URLs of at least 8000
// bytes.
#define PARAMETERS_URL_MAX   8000
#define PARAMETERS_PAIRS_MAX 256 // name=value in the query
#define PARAMETERS_ITEMS_MAX 256 // values of all lists together
#define PARAMETERS_MAX       12  // rows in a table

typedef enum {
    PARAMETER_INTEGER, // between .ge and .le
    PARAMETER_TIME,    // read by instant.h; the number is seconds since 1970
    PARAMETER_TEXT,    // not empty
    PARAMETER_LIST,    // texts: name=A,B or name=A&name=B
    PARAMETER_NAME,    // in the path: letters, digits, "." "-" "_"
} parameter_kind_t;

typedef struct {
    const char *name;
    parameter_kind_t kind;
    bool in_path; // rows for the path come first, in its order
    bool required;
    int64_t ge, le;      // bounds of an integer, inclusive
    int64_t otherwise;   // value of an integer that is not given
    bool has_default;    // the documentation shows `otherwise` as default
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
    parameter_value_t values[PARAMETERS_MAX]; // one for each row
    // Storage for the values.
    parameter_pair_t pairs[PARAMETERS_PAIRS_MAX];
    size_t pair_count;
    slice_t items[PARAMETERS_ITEMS_MAX];
    size_t item_count;
    char text[PARAMETERS_URL_MAX];
    size_t text_bytes;
} parameters_t;

// Parses the raw query (without the "?") and the raw path segments, which
// belong to the table's first rows. -EINVAL: *detail is the body of a 422.
// -ENOENT: a segment is not a valid name, so there is no such page. -EMSGSIZE:
// a bound above is exceeded.
int parameters_parse(parameters_t *parameters, const parameter_t *table,
                     size_t size, slice_t query, const slice_t *segments,
                     size_t segment_count, buffer_t *detail);

// Returns the value of a parameter, which must be in the table.
const parameter_value_t *parameters_get(const parameters_t *parameters,
                                        const char *name);

// Writes the body of a 422 for a parameter that is required because others were
// not given.
void parameters_miss(const parameters_t *parameters, const char *name,
                     buffer_t *detail);

// Writes the body of a 422 for a value that is valid by itself but not together
// with the others.
void parameters_refuse(const parameters_t *parameters, const char *name,
                       const char *why, buffer_t *detail);

#endif
