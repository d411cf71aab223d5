// json - a parsed JSON text, to look things up in.
//
// simdjson behind a C interface; exceptions never cross it. The whole text is
// validated, so that what was accepted can be passed on verbatim as JSON: its
// syntax, its UTF-8, and that it is not nested deeper than JSON_DEPTH_MAX.
//
// Errors    0 or a negative errno; *reason is a short constant text.
// Memory    The text is copied. Values and the texts in them belong to the
//           json_t and are valid until its next json_parse().
// Threads   One at a time per object.

#ifndef OCTOLOG_PROTO_JSON_JSON_H
#define OCTOLOG_PROTO_JSON_JSON_H

#include "proto/base/slice.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Below what other parsers give up at (cJSON: 1000), far above what is sent.
#define JSON_DEPTH_MAX 512

typedef struct json json_t;

// A place in a parsed text; copied freely.
typedef struct {
    uintptr_t words[2];
} json_value_t;

// max_bytes: longer texts are refused. NULL when out of memory.
json_t *json_new(size_t max_bytes);
void json_destroy(json_t **json);

// Parses one text. A \u escape that is half of a surrogate pair, which GitHub
// has sent, is read as U+FFFD.
// -EBADMSG: not JSON, *reason says why. -ENOMEM.
int json_parse(json_t *json, slice_t text, json_value_t *root,
               const char **reason);

// The first member of that name. False: there is none, or not an object.
bool json_member(json_value_t object, const char *name, json_value_t *member);

// False: the value is not of that kind.
bool json_is_null(json_value_t value);
bool json_is_true(json_value_t value);
bool json_is_object(json_value_t value);
bool json_text(json_value_t value, slice_t *text); // escapes decoded
bool json_u64(json_value_t value, uint64_t *number);

#ifdef __cplusplus
}
#endif

#endif
