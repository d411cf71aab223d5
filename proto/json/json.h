// json - parses a JSON text and looks up values in it.
//
// simdjson behind a C interface; exceptions never cross it. The whole text is
// validated: its syntax, its UTF-8, and that it is not nested deeper than
// JSON_DEPTH_MAX. An accepted text can be passed on verbatim as JSON.
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

// Below the limits of other parsers (cJSON: 1000), far above what GitHub sends.
#define JSON_DEPTH_MAX 512

typedef struct json json_t;

// A value in a parsed text; may be copied.
typedef struct {
    uintptr_t words[2];
} json_value_t;

// Refuses texts longer than max_bytes. NULL when out of memory.
json_t *json_new(size_t max_bytes);
void json_destroy(json_t **json);

// Parses one text. A \u escape that is half of a surrogate pair is read as
// U+FFFD; GitHub has sent such texts.
// -EBADMSG: not JSON, *reason says why. -ENOMEM.
int json_parse(json_t *json, slice_t text, json_value_t *root,
               const char **reason);

// Finds the first member of that name. False: no such member, or not an object.
bool json_member(json_value_t object, const char *name, json_value_t *member);

// False: the value is not of this kind.
bool json_is_null(json_value_t value);
bool json_is_true(json_value_t value);
bool json_is_object(json_value_t value);
bool json_text(json_value_t value, slice_t *text); // escapes decoded
bool json_u64(json_value_t value, uint64_t *number);

#ifdef __cplusplus
}
#endif

#endif
