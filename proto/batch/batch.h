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
#include "proto/batch/columns.h"
#include "proto/event/event.h"

#include <stdbool.h>
#include <stdint.h>

// Checks the head and makes *batch a view of it.
// -EBADMSG: not a batch, damaged, or one of its numbers does not fit;
// -ENOTSUP: a newer version. *reason (may be NULL) says which check failed.
int batch_open(batch_t *batch, slice_t head, const char **reason);

// Bytes of the payload part that belongs to an opened head.
size_t batch_payload_part_bytes(const batch_t *batch);

// Checks the payload part against an opened head and adds it to *batch.
// -EBADMSG: damaged, or not the payload of this head.
int batch_open_payload(batch_t *batch, slice_t payload, const char **reason);

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
