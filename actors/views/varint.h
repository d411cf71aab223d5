// view_varint - numbers in the rows of views: 7 bits per byte, lowest first,
// the top bit set on all bytes but the last. The encoding is unique.
//
// Errors    The take calls return false for bytes that the add calls never
//           write. The buffer records that memory ran out.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_VIEWS_VARINT_H
#define OCTOLOG_ACTORS_VIEWS_VARINT_H

#include "proto/base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

#define VIEW_VARINT_MAX 10 // bytes, of 64 bits

// Writes up to VIEW_VARINT_MAX bytes; returns a pointer past the last one.
static inline char *view_varint_write(char *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *out++ = (char)(value | 0x80);
    *out++ = (char)value;
    return out;
}

static inline void view_varint_add(buffer_t *out, uint64_t value)
{
    char bytes[VIEW_VARINT_MAX];
    buffer_add(out, bytes, (size_t)(view_varint_write(bytes, value) - bytes));
}

static inline bool view_varint_take_u8(slice_t *bytes, uint8_t *value)
{
    if (bytes->bytes == 0)
        return false;
    *value = (uint8_t)bytes->data[0];
    *bytes = slice(bytes->data + 1, bytes->bytes - 1);
    return true;
}

// Rejects trailing zero bytes and a 65th bit.
static inline bool view_varint_take(slice_t *bytes, uint64_t *value)
{
    uint64_t result = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte;
        if (!view_varint_take_u8(bytes, &byte) || (shift == 63 && byte > 1))
            return false;
        result |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *value = result;
            return byte != 0 || shift == 0;
        }
    }
    return false;
}

// Takes `length` bytes; *text borrows them.
static inline bool view_varint_take_text(slice_t *bytes, uint64_t length,
                                         slice_t *text)
{
    if (length > bytes->bytes)
        return false;
    *text = slice(bytes->data, (size_t)length);
    *bytes = slice(bytes->data + length, bytes->bytes - (size_t)length);
    return true;
}

#endif
