// batch_t - an opened batch, and access to its columns.
//
// Made by batch_open() (proto/batch/batch.h), which first checks all of it.
//
// Memory    Borrows the bytes that it was opened from.

#ifndef OCTOLOG_PROTO_BATCH_COLUMNS_H
#define OCTOLOG_PROTO_BATCH_COLUMNS_H

#include "proto/base/slice.h"

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// Bounds of one batch, checked when building and when opening. 4096 events
// keep a head under 400 KB; the payload bound leaves room for one event of
// EVENT_JSON_MAX.
#define BATCH_MAX_EVENTS        4096u
#define BATCH_MAX_HEAD_BYTES    (64u << 20) // 64 MiB
#define BATCH_MAX_PAYLOAD_BYTES (32u << 20) // 32 MiB
#define BATCH_MAX_SOURCE_BYTES  1024u
#define BATCH_MAX_CURSOR_BYTES  (16u << 10) // 16 KiB

// The origin of a batch: its producer, its number there, and the position of
// its source once the batch is journaled.
typedef struct {
    uint64_t producer; // random; each run of a producer draws a new one
    uint64_t sequence; // from 1, without gaps, per producer
    slice_t source;    // "https://api.github.com/events", "import:FILE"
    slice_t cursor;    // opaque to all but the source; empty: unchanged
} batch_origin_t;

// The columns of numbers, in the order of the head.
typedef enum {
    BATCH_ID,
    BATCH_REPO_ID,
    BATCH_ACTOR_ID,
    BATCH_ORG_ID,
    BATCH_CREATED_AT,
    BATCH_JSON_END, // event i is JSON bytes [end[i-1], end[i])
    BATCH_REPO_NAME,
    BATCH_ACTOR_LOGIN,
    BATCH_ORG_LOGIN,
    BATCH_STRING_END, // string i is bytes [end[i-1], end[i]); 0 is empty
    BATCH_COLUMNS     // how many
} batch_column_id_t;

// Numbers in a narrow range take few bytes: each is `base` plus the `width`
// bytes of its row. At least 8 bytes can be read from the start of every row,
// so reading one takes no branch and no loop.
typedef struct {
    const char *data; // unaligned
    uint64_t base;
    uint64_t mask;  // of `width` bytes
    uint32_t width; // 0..8
} batch_column_t;

// A decoded batch. Fields are read only; use the functions to read columns.
typedef struct {
    uint32_t count;          // events, 0..BATCH_MAX_EVENTS
    uint64_t offset;         // log offset of event 0; 0 until journaled
    int64_t journaled_at_us; // microseconds since 1970; 0 until journaled
    uint32_t created_min;    // of all events; 0 in an empty batch
    uint32_t created_max;
    batch_origin_t origin; // borrowed from the head
    slice_t head;          // all of it
    slice_t payload;       // raw JSON only, without its frame; may be empty
    bool has_payload;      // batch_open_payload() was called
    // Each has `count` rows, except BATCH_STRING_END, which has string_count.
    batch_column_t columns[BATCH_COLUMNS];
    const char *types, *actions; // codes, one byte each
    uint32_t string_count;
    const char *string_bytes;
    // Names of types and actions that have no code.
    uint32_t escape_count;
    const char *escapes;
} batch_t;

static inline uint64_t batch_u64(const char *column, uint32_t i)
{
    uint64_t value;
    memcpy(&value, column + (size_t)i * sizeof value, sizeof value);
    return le64toh(value);
}

static inline uint32_t batch_u32(const char *column, uint32_t i)
{
    uint32_t value;
    memcpy(&value, column + (size_t)i * sizeof value, sizeof value);
    return le32toh(value);
}

// Row i of a column.
static inline uint64_t batch_number(const batch_column_t *column, uint32_t i)
{
    const char *row = column->data + (size_t)i * column->width;
    return column->base + (batch_u64(row, 0) & column->mask);
}

// Columns of event i, i < batch->count.
static inline uint64_t batch_id(const batch_t *batch, uint32_t i)
{
    return batch_number(&batch->columns[BATCH_ID], i);
}
static inline uint64_t batch_repo_id(const batch_t *batch, uint32_t i)
{
    return batch_number(&batch->columns[BATCH_REPO_ID], i);
}
static inline uint64_t batch_actor_id(const batch_t *batch, uint32_t i)
{
    return batch_number(&batch->columns[BATCH_ACTOR_ID], i);
}
static inline uint64_t batch_org_id(const batch_t *batch, uint32_t i)
{
    return batch_number(&batch->columns[BATCH_ORG_ID], i);
}
static inline uint32_t batch_created_at(const batch_t *batch, uint32_t i)
{
    return (uint32_t)batch_number(&batch->columns[BATCH_CREATED_AT], i);
}
// The start of event i's JSON within the payload, and its size; read from the
// head alone.
static inline uint64_t batch_json_at(const batch_t *batch, uint32_t i)
{
    return i ? batch_number(&batch->columns[BATCH_JSON_END], i - 1) : 0;
}
static inline uint64_t batch_json_bytes(const batch_t *batch, uint32_t i)
{
    return batch_number(&batch->columns[BATCH_JSON_END], i) -
           batch_json_at(batch, i);
}
static inline uint8_t batch_type(const batch_t *batch, uint32_t i)
{
    return (uint8_t)batch->types[i];
}
static inline uint8_t batch_action(const batch_t *batch, uint32_t i)
{
    return (uint8_t)batch->actions[i];
}

#endif
