#include "proto/base/buffer.h"

#include <endian.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 256

// Doubling keeps the cost of appending constant; false when out of memory.
static bool s_reserve(buffer_t *buffer, size_t bytes)
{
    if (buffer->failed)
        return false;
    if (bytes <= buffer->capacity - buffer->bytes)
        return true;
    size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
    while (capacity - buffer->bytes < bytes && capacity <= SIZE_MAX / 2)
        capacity *= 2;
    char *data = capacity - buffer->bytes < bytes
                     ? NULL
                     : realloc(buffer->data, capacity);
    if (!data) {
        buffer->failed = true;
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

void *buffer_grow(buffer_t *buffer, size_t bytes)
{
    // At least one byte, so that NULL can only mean failure.
    if (!s_reserve(buffer, bytes ? bytes : 1))
        return NULL;
    char *room = buffer->data + buffer->bytes;
    buffer->bytes += bytes;
    return room;
}

void buffer_add(buffer_t *buffer, const void *data, size_t bytes)
{
    if (bytes == 0)
        return;
    void *room = buffer_grow(buffer, bytes);
    if (room)
        memcpy(room, data, bytes);
}

void buffer_add_text(buffer_t *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

void buffer_add_decimal(buffer_t *buffer, uint64_t number)
{
    char digits[20]; // of UINT64_MAX
    char *at = digits + sizeof digits;
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    buffer_add(buffer, at, (size_t)(digits + sizeof digits - at));
}

void buffer_printf(buffer_t *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int bytes = vsnprintf(NULL, 0, format, args);
    va_end(args);
    // One more than the text: vsnprintf always writes a terminator.
    if (bytes < 0 || !s_reserve(buffer, (size_t)bytes + 1)) {
        buffer->failed = true;
        return;
    }
    va_start(args, format);
    vsnprintf(buffer->data + buffer->bytes, (size_t)bytes + 1, format, args);
    va_end(args);
    buffer->bytes += (size_t)bytes;
}

void buffer_add_u8(buffer_t *buffer, uint8_t value)
{
    buffer_add(buffer, &value, sizeof value);
}

void buffer_add_u32(buffer_t *buffer, uint32_t value)
{
    value = htole32(value);
    buffer_add(buffer, &value, sizeof value);
}

void buffer_add_u64(buffer_t *buffer, uint64_t value)
{
    value = htole64(value);
    buffer_add(buffer, &value, sizeof value);
}

void buffer_reset(buffer_t *buffer)
{
    buffer->bytes = 0;
    buffer->failed = false;
}

void buffer_free(buffer_t *buffer)
{
    if (!buffer)
        return;
    free(buffer->data);
    *buffer = (buffer_t){0};
}
