// batch - the columnar record batch: the unit that is published, stored, fed to
// views and replayed. proto/README.md describes every byte.
//
// A batch has two parts. The *head* holds the columns and their strings; views
// read only the head. The *payload* holds the raw JSON of the same events,
// concatenated. Each part has a CRC-32C. All integers are little-endian.
//
// A batch is untrusted input, both from the wire and from disk: batch_open()
// checks every count, length, offset and checksum before anything is used.
// After that, the functions below need no further checks.
//
// Errors    0 or a negative errno; outputs untouched on failure.
// Memory    batch_t borrows the bytes given to batch_open(); they are not
//           copied and need no alignment. A builder owns what it returns.
// Threads   One at a time per object.

#ifndef OCTOLOG_PROTO_BATCH_BATCH_H
#define OCTOLOG_PROTO_BATCH_BATCH_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"
#include "proto/batch/columns.h"
#include "proto/event/event.h"

#include <stdbool.h>
#include <stdint.h>

// Checks the head and points *batch into it.
// -EBADMSG: not a batch, damaged, or a number is out of range.
// -ENOTSUP: a newer version. *reason (may be NULL) says which check failed.
int batch_open(batch_t *batch, slice_t head, const char **reason);

// The size of the payload part that belongs to an opened head.
size_t batch_payload_part_bytes(const batch_t *batch);

// Checks the payload part against an opened head and adds it to *batch.
// -EBADMSG: damaged, or not the payload of this head.
int batch_open_payload(batch_t *batch, slice_t payload, const char **reason);

// Names as sent, with or without a code.
slice_t batch_type_name(const batch_t *batch, uint32_t i);
slice_t batch_action_name(const batch_t *batch, uint32_t i);
slice_t batch_repo_name(const batch_t *batch, uint32_t i);
slice_t batch_actor_login(const batch_t *batch, uint32_t i);
slice_t batch_org_login(const batch_t *batch, uint32_t i);

// The raw JSON of event i; requires batch->has_payload.
slice_t batch_json(const batch_t *batch, uint32_t i);

// All of row i; the JSON only with has_payload.
void batch_event(const batch_t *batch, uint32_t i, event_t *event);

// Identifies an event, to find duplicates. With an id: the id and created_at,
// big-endian, 12 bytes, so that keys with the same id are adjacent. Without:
// XXH3-128 of the raw JSON, 16 bytes. The sizes distinguish the two kinds.
#define BATCH_KEY_MAX 16
typedef struct {
    uint8_t size; // 12 or 16
    uint8_t bytes[BATCH_KEY_MAX];
} batch_key_t;

// Requires has_payload if the event has no id.
void batch_key(const batch_t *batch, uint32_t i, batch_key_t *key);
void event_key(const event_t *event, batch_key_t *key);

// Hashes the value of a source's cursor, to compare cursors: XXH3-64, never 0.
uint64_t batch_cursor_mark(slice_t cursor);

// Writes the offset and the time of journaling into a head that batch_open()
// accepted, and updates its checksum. `head` is the caller's writable copy.
void batch_stamp(char *head, size_t bytes, uint64_t offset,
                 int64_t journaled_at_us);

// Building.
typedef struct batch_builder batch_builder_t;

// NULL when out of memory.
batch_builder_t *batch_builder_new(void);
void batch_builder_destroy(batch_builder_t **builder);

// Appends a copy of the event. On failure the builder is unchanged.
// -ENOSPC: the builder is full; finish it first. An empty builder accepts any
// event that event_parser_parse() accepts.
// -EINVAL: a name is longer than EVENT_NAME_MAX. -ENOMEM.
int batch_builder_add(batch_builder_t *builder, const event_t *event);

uint32_t batch_builder_count(const batch_builder_t *builder);
size_t batch_builder_payload_bytes(const batch_builder_t *builder);

// Encodes the added events. The two parts belong to the builder and are valid
// until its next call. A batch without events is valid and carries its cursor.
// -EMSGSIZE: source or cursor too long. -ENOMEM.
int batch_builder_finish(batch_builder_t *builder, const batch_origin_t *origin,
                         slice_t *head, slice_t *payload);

// Moves the payload of the last finish to *buffer without a copy; the builder
// takes the memory that *buffer had. Reset the builder next.
void batch_builder_trade_payload(batch_builder_t *builder, buffer_t *buffer);

// Empties it for the next batch.
void batch_builder_reset(batch_builder_t *builder);

#endif
