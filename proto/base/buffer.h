// buffer - a growing array of bytes, for building messages and batches.
//
// Errors    The buffer remembers a failed allocation: later calls do nothing,
//           and buffer_failed() returns true. Check once, at the end.
// Memory    A zeroed buffer_t is empty and ready. buffer_free() frees its bytes
//           and makes it empty again.
// Threads   One at a time.

#ifndef OCTOLOG_PROTO_BASE_BUFFER_H
#define OCTOLOG_PROTO_BASE_BUFFER_H

#include "proto/base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    char *data;
    size_t bytes;    // used
    size_t capacity; // allocated
    bool failed;     // an allocation failed since the last reset
} buffer_t;

// Adds `bytes` uninitialised bytes and returns a pointer to the first of them;
// NULL when out of memory.
void *buffer_grow(buffer_t *buffer, size_t bytes);

// Appends a copy of the bytes.
void buffer_add(buffer_t *buffer, const void *data, size_t bytes);

// Appends a terminated string without its terminator.
void buffer_add_text(buffer_t *buffer, const char *text);

// Appends as printf does, without a terminator.
void buffer_printf(buffer_t *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Appends a number in decimal digits, much faster than printf does.
void buffer_add_decimal(buffer_t *buffer, uint64_t number);

// Append an integer, little-endian on any machine.
void buffer_add_u8(buffer_t *buffer, uint8_t value);
void buffer_add_u32(buffer_t *buffer, uint32_t value);
void buffer_add_u64(buffer_t *buffer, uint64_t value);

static inline slice_t buffer_slice(const buffer_t *buffer)
{
    return slice(buffer->data, buffer->bytes);
}

static inline bool buffer_failed(const buffer_t *buffer)
{
    return buffer->failed;
}

// Exchanges the contents without a copy.
static inline void buffer_swap(buffer_t *a, buffer_t *b)
{
    const buffer_t held = *a;
    *a = *b;
    *b = held;
}

// Empties it and keeps the memory.
void buffer_reset(buffer_t *buffer);

void buffer_free(buffer_t *buffer);

#endif
