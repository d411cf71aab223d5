// json_text - writes JSON directly into a buffer, one value after another.
//
// For answers, which are written often; it adds commas and escapes. Each call
// writes one member: `key` is its name inside an object, and NULL inside an
// array and at the top. Pure.
//
// Errors    None; the buffer records that memory ran out.
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
    bool comma; // the next member needs a comma before it
} json_text_t;

// Starts writing at the end of the buffer.
static inline json_text_t json_text_start(buffer_t *out)
{
    return (json_text_t){out, false};
}

// `bracket` is { or [ to open, } or ] to close.
void json_text_open(json_text_t *json, const char *key, char bracket);
void json_text_close(json_text_t *json, char bracket);

// Writes the name of a member; the next call, with key NULL, writes its value.
void json_text_key(json_text_t *json, slice_t key);

// Always writes valid JSON: bytes that are not UTF-8 become U+FFFD.
void json_text_string(json_text_t *json, const char *key, slice_t text);

void json_text_unsigned(json_text_t *json, const char *key, uint64_t value);
void json_text_signed(json_text_t *json, const char *key, int64_t value);

// Writes the shortest of 15 to 17 digits that reads back as the same number.
// Infinity and NaN, which JSON does not have, become null.
void json_text_double(json_text_t *json, const char *key, double value);

void json_text_bool(json_text_t *json, const char *key, bool value);
void json_text_null(json_text_t *json, const char *key);

// Write RFC 3339 in UTC from seconds, or microseconds, since 1970. 0 becomes
// null: here and in all of octolog's messages it means that there is no time.
void json_text_time(json_text_t *json, const char *key, uint32_t seconds);
void json_text_time_us(json_text_t *json, const char *key, int64_t us);

// Writes JSON text verbatim.
void json_text_raw(json_text_t *json, const char *key, slice_t text);

#endif
