// batch - the columnar record batch: the one unit that is published, stored,
// fed to views and replayed. Byte by byte in proto/README.md.
//
// Two parts. The *head* holds the columns and their strings; views read it
// alone. The *payload* holds the raw JSON of the same events, concatenated.
// Each part carries a CRC-32C. All integers are little-endian.
//
// A batch is untrusted input, on the wire and on disk: batch_open() checks
// every count, length, offset and checksum before anything is used, and what
// it accepted can be read with the functions below without further checks.
//
// Errors    0 or a negative errno; outputs untouched on failure.
// Memory    batch_t borrows the bytes given to batch_open(): no copy is made,
//           no alignment is asked. A builder owns what it returns.
// Threads   One at a time per object.

#ifndef OCTOLOG_PROTO_BATCH_BATCH_H
#define OCTOLOG_PROTO_BATCH_BATCH_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"
#include "proto/event/event.h"

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

// Where a batch comes from: who made it, which number it has there, and where
// its source stands once it is journaled.
typedef struct {
    uint64_t producer; // random, drawn anew by each producer that starts
    uint64_t sequence; // from 1, without gaps, per producer
    slice_t source;    // "https://api.github.com/events", "import:FILE"
    slice_t cursor;    // opaque to all but the source; empty: unchanged
} batch_origin_t;

// The columns of numbers, in the order in which a head has them.
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

// Numbers that lie close together take few bytes: each is `base` and what the
// `width` bytes of its row add to it. At least 8 bytes can be read from the
// start of every row, so that reading one takes no branch and no loop.
typedef struct {
    const char *data; // unaligned
    uint64_t base;
    uint64_t mask;  // of `width` bytes
    uint32_t width; // 0..8
} batch_column_t;

// A decoded batch. The fields are for reading; the columns by the functions.
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
    // Each has `count` rows, but BATCH_STRING_END, which has string_count.
    batch_column_t columns[BATCH_COLUMNS];
    const char *types, *actions; // codes, a byte each
    uint32_t string_count;
    const char *string_bytes;
    // Names of types and actions that have no code.
    uint32_t escape_count;
    const char *escapes;
} batch_t;

// Checks the head and makes *batch a view of it.
// -EBADMSG: not a batch, damaged, or one of its numbers does not fit;
// -ENOTSUP: a newer version. *reason (may be NULL) says which check failed.
int batch_open(batch_t *batch, slice_t head, const char **reason);

// Bytes of the payload part that belongs to an opened head.
size_t batch_payload_part_bytes(const batch_t *batch);

// Checks the payload part against an opened head and adds it to *batch.
// -EBADMSG: damaged, or not the payload of this head.
int batch_open_payload(batch_t *batch, slice_t payload, const char **reason);

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
// Where the JSON of event i begins in the payload, and its bytes: known from
// the head alone.
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

// Names as sent, whether they have a code or not.
slice_t batch_type_name(const batch_t *batch, uint32_t i);
slice_t batch_action_name(const batch_t *batch, uint32_t i);
slice_t batch_repo_name(const batch_t *batch, uint32_t i);
slice_t batch_actor_login(const batch_t *batch, uint32_t i);
slice_t batch_org_login(const batch_t *batch, uint32_t i);

// The raw JSON of event i; asks for batch->has_payload.
slice_t batch_json(const batch_t *batch, uint32_t i);

// All of row i, the JSON only with has_payload.
void batch_event(const batch_t *batch, uint32_t i, event_t *event);

// The identity of an event, for dropping what was seen before. With an id: the
// id and created_at, big-endian, 12 bytes, so that keys of one id lie side by
// side. Without: XXH3-128 of the raw JSON, 16 bytes. The sizes keep the two
// kinds apart.
#define BATCH_KEY_MAX 16
typedef struct {
    uint8_t size; // 12 or 16
    uint8_t bytes[BATCH_KEY_MAX];
} batch_key_t;

// Asks for has_payload where the event has no id.
void batch_key(const batch_t *batch, uint32_t i, batch_key_t *key);
void event_key(const event_t *event, batch_key_t *key);

// A number that stands for the value of a source's cursor: XXH3-64 of it, never
// 0.
uint64_t batch_cursor_mark(slice_t cursor);

// Writes the offset and time of journaling into a head that batch_open()
// accepted, and its checksum anew. `head` is the caller's own, writable copy.
void batch_stamp(char *head, size_t bytes, uint64_t offset,
                 int64_t journaled_at_us);

// Building.
typedef struct batch_builder batch_builder_t;

// NULL when out of memory.
batch_builder_t *batch_builder_new(void);
void batch_builder_destroy(batch_builder_t **builder);

// Appends a copy of the event. -ENOSPC: it is full, finish it first; an empty
// builder takes any event that event_parser_parse() accepts. -EINVAL: a name
// longer than EVENT_NAME_MAX. -ENOMEM. Unchanged then.
int batch_builder_add(batch_builder_t *builder, const event_t *event);

uint32_t batch_builder_count(const batch_builder_t *builder);
size_t batch_builder_payload_bytes(const batch_builder_t *builder);

// Encodes what was added. The two parts are the builder's, valid until the
// next call with it; a batch of no events is fine and carries its cursor.
// -EMSGSIZE: source or cursor too long. -ENOMEM.
int batch_builder_finish(batch_builder_t *builder, const batch_origin_t *origin,
                         slice_t *head, slice_t *payload);

// Hands the payload of the last finish over without a copy: *buffer becomes its
// owner, and the builder, to be reset next, takes the room that *buffer had.
void batch_builder_trade_payload(batch_builder_t *builder, buffer_t *buffer);

// Empties it for the next batch.
void batch_builder_reset(batch_builder_t *builder);

#endif
