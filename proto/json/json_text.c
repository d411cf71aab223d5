#include "proto/json/json_text.h"

#include "proto/base/time_text.h"
#include "proto/base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void s_begin_value(json_text_t *json, const char *key)
{
    if (json->comma)
        buffer_add(json->out, ",", 1);
    json->comma = true;
    if (!key)
        return;
    buffer_add(json->out, "\"", 1);
    buffer_add_text(json->out, key);
    buffer_add(json->out, "\":", 2);
}

void json_text_open(json_text_t *json, const char *key, char bracket)
{
    s_begin_value(json, key);
    buffer_add(json->out, &bracket, 1);
    json->comma = false;
}

void json_text_close(json_text_t *json, char bracket)
{
    buffer_add(json->out, &bracket, 1);
    json->comma = true;
}

static bool s_is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

static void s_add_escape(buffer_t *out, unsigned char byte)
{
    switch (byte) {
    case '"':
        buffer_add(out, "\\\"", 2);
        break;
    case '\\':
        buffer_add(out, "\\\\", 2);
        break;
    case '\n':
        buffer_add(out, "\\n", 2);
        break;
    default:
        buffer_printf(out, "\\u%04x", byte);
    }
}

// Adds the character at text[0], which is not plain; returns its size in bytes.
static size_t s_add_special(buffer_t *out, const unsigned char *text,
                            size_t left)
{
    if (text[0] < 0x80) {
        s_add_escape(out, text[0]);
        return 1;
    }
    size_t bytes = utf8_bytes((const char *)text, left);
    if (bytes == 0) {
        buffer_add(out, "\xef\xbf\xbd", 3); // U+FFFD
        return 1;
    }
    buffer_add(out, text, bytes);
    return bytes;
}

static void s_add_quoted(buffer_t *out, slice_t text)
{
    const unsigned char *data = (const unsigned char *)text.data;
    buffer_add(out, "\"", 1);
    for (size_t at = 0; at < text.bytes;) {
        size_t run = at;
        while (run < text.bytes && s_is_plain(data[run]))
            run++;
        buffer_add(out, data + at, run - at);
        at = run;
        if (at < text.bytes)
            at += s_add_special(out, data + at, text.bytes - at);
    }
    buffer_add(out, "\"", 1);
}

void json_text_key(json_text_t *json, slice_t key)
{
    s_begin_value(json, NULL);
    s_add_quoted(json->out, key);
    buffer_add(json->out, ":", 1);
    json->comma = false;
}

void json_text_string(json_text_t *json, const char *key, slice_t text)
{
    s_begin_value(json, key);
    s_add_quoted(json->out, text);
}

void json_text_unsigned(json_text_t *json, const char *key, uint64_t value)
{
    s_begin_value(json, key);
    buffer_add_decimal(json->out, value);
}

void json_text_signed(json_text_t *json, const char *key, int64_t value)
{
    s_begin_value(json, key);
    if (value < 0)
        buffer_add(json->out, "-", 1);
    buffer_add_decimal(json->out,
                       value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void json_text_double(json_text_t *json, const char *key, double value)
{
    if (!isfinite(value)) {
        json_text_null(json, key);
        return;
    }
    char text[32]; // 17 digits, sign, point and exponent are 24
    // The shortest text that reads back as this number: 17 digits always do.
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    json_text_raw(json, key, slice_of(text));
}

void json_text_bool(json_text_t *json, const char *key, bool value)
{
    json_text_raw(json, key, slice_of(value ? "true" : "false"));
}

void json_text_null(json_text_t *json, const char *key)
{
    json_text_raw(json, key, slice_of("null"));
}

void json_text_time(json_text_t *json, const char *key, uint32_t seconds)
{
    char text[TIME_TEXT_BYTES];
    if (seconds == 0) {
        json_text_null(json, key);
        return;
    }
    time_text_format(seconds, text);
    json_text_string(json, key, slice_of(text));
}

void json_text_time_us(json_text_t *json, const char *key, int64_t us)
{
    char text[TIME_TEXT_US_BYTES];
    if (us == 0) {
        json_text_null(json, key);
        return;
    }
    time_text_format_us(us, text);
    json_text_string(json, key, slice_of(text));
}

void json_text_raw(json_text_t *json, const char *key, slice_t text)
{
    s_begin_value(json, key);
    buffer_add(json->out, text.data, text.bytes);
}
