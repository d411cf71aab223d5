#include "tools/sim/json_format.h"

#include "proto/base/time_text.h"
#include "tools/sim/dice.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

static const char s_hex[] = "0123456789abcdef";

// Most appends are a few bytes that fit, so avoid a function call.
static inline void s_put(buffer_t *out, const char *data, size_t bytes)
{
    if (out->failed || bytes > out->capacity - out->bytes) {
        buffer_add(out, data, bytes);
    } else if (bytes > 0) {
        memcpy(out->data + out->bytes, data, bytes);
        out->bytes += bytes;
    }
}

static void s_put_text(buffer_t *out, const char *text)
{
    s_put(out, text, strlen(text));
}

static void s_put_slice(buffer_t *out, slice_t text)
{
    s_put(out, text.data, text.bytes);
}

static void s_add_decimal(buffer_t *out, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    s_put(out, digits + at, sizeof digits - at);
}

static void s_add_int(buffer_t *out, int number)
{
    if (number < 0)
        s_put(out, "-", 1);
    s_add_decimal(out, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

static void s_add_hash(buffer_t *out, uint64_t seed)
{
    char digits[40];
    uint64_t bits = 0;
    for (size_t i = 0; i < sizeof digits; i++) {
        if (i % 16 == 0)
            bits = seed = dice_mix(seed);
        digits[i] = s_hex[bits & 15];
        bits >>= 4;
    }
    s_put(out, digits, sizeof digits);
}

static void s_add_escape(buffer_t *out, char c)
{
    char text[6] = {'\\', 'u', '0', '0', s_hex[(c >> 4) & 15], s_hex[c & 15]};
    if (c == '"' || c == '\\')
        s_put(out, (char[2]){'\\', c}, 2);
    else if (c == '\n')
        s_put(out, "\\n", 2);
    else
        s_put(out, text, sizeof text);
}

static bool s_needs_escape(char c)
{
    return (unsigned char)c < ' ' || c == '"' || c == '\\';
}

static void s_add_escaped(buffer_t *out, slice_t text)
{
    size_t begun = 0;
    for (size_t i = 0; i < text.bytes; i++) {
        if (!s_needs_escape(text.data[i]))
            continue;
        s_put(out, text.data + begun, i - begun);
        s_add_escape(out, text.data[i]);
        begun = i + 1;
    }
    s_put(out, text.data + begun, text.bytes - begun);
}

static void s_add_time(buffer_t *out, uint32_t seconds)
{
    char text[TIME_TEXT_BYTES];
    time_text_format(seconds, text);
    s_put_text(out, text);
}

// In a struct, because a va_list passed by value must not be used again.
typedef struct {
    va_list list;
} s_values_t;

static void s_convert(buffer_t *out, char conversion, s_values_t *values)
{
    switch (conversion) {
    case 's':
        s_add_escaped(out, slice_of(va_arg(values->list, const char *)));
        break;
    case 'S':
        s_add_escaped(out, va_arg(values->list, slice_t));
        break;
    case 'r':
        s_put_text(out, va_arg(values->list, const char *));
        break;
    case 'R':
        s_put_slice(out, va_arg(values->list, slice_t));
        break;
    case 'u':
        s_add_decimal(out, va_arg(values->list, uint64_t));
        break;
    case 'd':
        s_add_int(out, va_arg(values->list, int));
        break;
    case 'b':
        s_put_text(out, va_arg(values->list, int) ? "true" : "false");
        break;
    case 't':
        s_add_time(out, va_arg(values->list, uint32_t));
        break;
    case 'h':
        s_add_hash(out, va_arg(values->list, uint64_t));
        break;
    default:
        assert(conversion == '%');
        s_put(out, "%", 1);
    }
}

// Formats have short runs between % and ', so a plain loop is faster than
// searching for both.
void json_format(buffer_t *out, const char *format, ...)
{
    s_values_t values;
    va_start(values.list, format);
    const char *begun = format;
    const char *at = format;
    for (; *at; at++) {
        if (*at != '\'' && *at != '%')
            continue;
        s_put(out, begun, (size_t)(at - begun));
        if (*at == '%')
            s_convert(out, *++at, &values);
        else
            s_put(out, "\"", 1);
        begun = at + 1;
    }
    s_put(out, begun, (size_t)(at - begun));
    va_end(values.list);
}
