// json_text - writes JSON straight into a buffer, one value after another.
//
// For the answers that are asked for all day; commas and escapes are its
// business. Each call writes one member: `key` names it inside an object and
// is NULL inside an array and at the top. Pure.
//
// Errors    None: out of memory shows in the buffer.
// Memory    Everything passed in is borrowed for the call.
// Threads   One at a time per object.

#ifndef OCTOLOG_PROTO_JSON_JSON_TEXT_H
#define OCTOLOG_PROTO_JSON_JSON_TEXT_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    buffer_t *out;
    bool comma; // the next member follows another one
} json_text_t;

// Writing begins where the buffer ends.
static inline json_text_t json_text_start(buffer_t *out)
{
    return (json_text_t){out, false};
}

// The bracket is { or [, and the one that closes it.
void json_text_open(json_text_t *json, const char *key, char bracket);
void json_text_close(json_text_t *json, char bracket);

// A member whose name is data; its value is the next call's, with key NULL.
void json_text_key(json_text_t *json, slice_t key);

// Always valid JSON: what is not UTF-8 becomes U+FFFD.
void json_text_string(json_text_t *json, const char *key, slice_t text);

void json_text_unsigned(json_text_t *json, const char *key, uint64_t value);
void json_text_signed(json_text_t *json, const char *key, int64_t value);

// The shortest of 15 to 17 digits that reads back as the same number; what
// JSON cannot say (infinity, not a number) is null.
void json_text_double(json_text_t *json, const char *key, double value);

void json_text_bool(json_text_t *json, const char *key, bool value);
void json_text_null(json_text_t *json, const char *key);

// RFC 3339 in UTC: seconds, or microseconds, since 1970. 0 means that there is
// no such time, here and in all of octolog's messages: null.
void json_text_time(json_text_t *json, const char *key, uint32_t seconds);
void json_text_time_us(json_text_t *json, const char *key, int64_t us);

// JSON that is already text, verbatim.
void json_text_raw(json_text_t *json, const char *key, slice_t text);

#endif
