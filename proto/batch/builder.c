#include "proto/batch/batch.h"

#include "proto/base/buffer.h"
#include "proto/base/crc32c.h"
#include "proto/batch/layout.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

// Slots of the string index: a power of two that stays sparse (5/8 full) with
// the largest number of strings of a batch.
#define SLOTS 32768u
_Static_assert(SLOTS > BATCH_MAX_STRINGS + BATCH_MAX_STRINGS / 2,
               "the string index must stay sparse");

// The largest head without columns and names.
#define HEAD_OVERHEAD_BYTES                                                    \
    (HEAD_FIXED_BYTES + BATCH_COLUMNS * COLUMN_BYTES +                         \
     BATCH_MAX_SOURCE_BYTES + BATCH_MAX_CURSOR_BYTES + sizeof(uint32_t) +      \
     HEAD_PADDING_BYTES + HEAD_CHECKSUM_BYTES)

// The arrays hold the largest batch, so only bytes of names and JSON are
// allocated while adding; pages that are never touched cost nothing.
struct batch_builder {
    uint32_t count;
    uint64_t columns[BATCH_STRING_END][BATCH_MAX_EVENTS];
    uint8_t types[BATCH_MAX_EVENTS];
    uint8_t actions[BATCH_MAX_EVENTS];
    // Distinct strings: ends[i-1]..ends[i] in string_bytes. `slots` finds a
    // string's number by its hash; 0 is an empty slot. String 0 is empty.
    uint32_t string_count;
    uint64_t string_ends[BATCH_MAX_STRINGS];
    uint32_t slots[SLOTS];
    buffer_t string_bytes;
    uint32_t escape_count;
    char escapes[BATCH_MAX_ESCAPES * ESCAPE_BYTES];
    buffer_t payload; // the frame, filled in by finish, then the JSON
    buffer_t head;    // of the last finish
};

batch_builder_t *batch_builder_new(void)
{
    batch_builder_t *builder = calloc(1, sizeof *builder);
    if (!builder)
        return NULL;
    batch_builder_reset(builder);
    if (buffer_failed(&builder->payload))
        batch_builder_destroy(&builder);
    return builder;
}

void batch_builder_destroy(batch_builder_t **builder)
{
    if (!*builder)
        return;
    buffer_free(&(*builder)->string_bytes);
    buffer_free(&(*builder)->payload);
    buffer_free(&(*builder)->head);
    free(*builder);
    *builder = NULL;
}

void batch_builder_reset(batch_builder_t *builder)
{
    if (builder->string_count > 1)
        memset(builder->slots, 0, sizeof builder->slots);
    builder->count = 0;
    builder->string_count = 1;
    builder->escape_count = 0;
    buffer_reset(&builder->string_bytes);
    buffer_reset(&builder->head);
    buffer_reset(&builder->payload);
    buffer_grow(&builder->payload, PAYLOAD_FIXED_BYTES);
}

uint32_t batch_builder_count(const batch_builder_t *builder)
{
    return builder->count;
}

size_t batch_builder_payload_bytes(const batch_builder_t *builder)
{
    return builder->payload.bytes - PAYLOAD_FIXED_BYTES;
}

// Adding.

static slice_t s_string(const batch_builder_t *builder, uint32_t number)
{
    uint64_t start = builder->string_ends[number - 1];
    return slice(builder->string_bytes.data + start,
                 builder->string_ends[number] - start);
}

// Returns the number of a name, and stores a new one; 0 for an empty name. The
// caller has reserved the memory.
static uint32_t s_intern(batch_builder_t *builder, slice_t name)
{
    if (name.bytes == 0)
        return 0;
    uint32_t slot = (uint32_t)XXH3_64bits(name.data, name.bytes) % SLOTS;
    for (; builder->slots[slot]; slot = (slot + 1) % SLOTS)
        if (slice_equal(s_string(builder, builder->slots[slot]), name))
            return builder->slots[slot];

    uint32_t number = builder->string_count++;
    buffer_add(&builder->string_bytes, name.data, name.bytes);
    builder->string_ends[number] = builder->string_bytes.bytes;
    builder->slots[slot] = number;
    return number;
}

static void s_escape(batch_builder_t *builder, uint8_t column, slice_t name)
{
    char *escape =
        builder->escapes + (size_t)ESCAPE_BYTES * builder->escape_count++;
    uint32_t event = htole32(builder->count);
    uint32_t string = htole32(s_intern(builder, name));
    memcpy(escape + ESCAPE_EVENT, &event, sizeof event);
    escape[ESCAPE_COLUMN] = (char)column;
    memcpy(escape + ESCAPE_STRING, &string, sizeof string);
}

// Ensures that `bytes` more can be added without allocating.
static bool s_make_room(buffer_t *buffer, size_t bytes)
{
    bool grown = buffer_grow(buffer, bytes) != NULL;
    if (grown)
        buffer->bytes -= bytes;
    buffer->failed = false;
    return grown;
}

static bool s_fits_event(const event_t *event)
{
    bool type = event->type == EVENT_OTHER ? event->type_name.bytes > 0
                                           : event_type_name(event->type) != 0;
    bool action = event->action == EVENT_OTHER ? event->action_name.bytes > 0
                                               : event->action < EVENT_ACTIONS;
    return type && action && event->type_name.bytes <= EVENT_NAME_MAX &&
           event->action_name.bytes <= EVENT_NAME_MAX &&
           event->repo_name.bytes <= EVENT_NAME_MAX &&
           event->actor_login.bytes <= EVENT_NAME_MAX &&
           event->org_login.bytes <= EVENT_NAME_MAX &&
           event->json.bytes <= EVENT_JSON_MAX;
}

// The bytes of an event's names, as if none were stored yet.
static size_t s_name_bytes(const event_t *event)
{
    return event->type_name.bytes + event->action_name.bytes +
           event->repo_name.bytes + event->actor_login.bytes +
           event->org_login.bytes;
}

static bool s_fits_batch(const batch_builder_t *builder, const event_t *event)
{
    size_t events = builder->count + 1;
    size_t strings = builder->string_count + BATCH_NAMES_PER_EVENT;
    size_t escapes = builder->escape_count + 2;
    size_t head_bytes = HEAD_OVERHEAD_BYTES + events * HEAD_BYTES_PER_EVENT +
                        strings * sizeof(uint32_t) + escapes * ESCAPE_BYTES +
                        builder->string_bytes.bytes + s_name_bytes(event);
    return events <= BATCH_MAX_EVENTS && head_bytes <= BATCH_MAX_HEAD_BYTES &&
           batch_builder_payload_bytes(builder) + event->json.bytes <=
               BATCH_MAX_PAYLOAD_BYTES;
}

// Fills in the columns of the row builder->count.
static void s_add_row(batch_builder_t *builder, const event_t *event)
{
    uint32_t n = builder->count;
    const uint64_t row[] = {
        [BATCH_ID] = event->id,
        [BATCH_REPO_ID] = event->repo_id,
        [BATCH_ACTOR_ID] = event->actor_id,
        [BATCH_ORG_ID] = event->org_id,
        [BATCH_CREATED_AT] = event->created_at,
        [BATCH_JSON_END] =
            batch_builder_payload_bytes(builder) + event->json.bytes,
        [BATCH_REPO_NAME] = s_intern(builder, event->repo_name),
        [BATCH_ACTOR_LOGIN] = s_intern(builder, event->actor_login),
        [BATCH_ORG_LOGIN] = s_intern(builder, event->org_login),
    };
    for (int i = 0; i < BATCH_STRING_END; i++)
        builder->columns[i][n] = row[i];
    builder->types[n] = event->type;
    builder->actions[n] = event->action;
    if (event->type == EVENT_OTHER)
        s_escape(builder, ESCAPE_OF_TYPE, event->type_name);
    if (event->action == EVENT_OTHER)
        s_escape(builder, ESCAPE_OF_ACTION, event->action_name);
}

int batch_builder_add(batch_builder_t *builder, const event_t *event)
{
    if (!s_fits_event(event))
        return -EINVAL;
    if (!s_fits_batch(builder, event))
        return -ENOSPC;
    if (!s_make_room(&builder->string_bytes, s_name_bytes(event)) ||
        !s_make_room(&builder->payload, event->json.bytes))
        return -ENOMEM;

    s_add_row(builder, event);
    buffer_add(&builder->payload, event->json.data, event->json.bytes);
    builder->count++;
    return 0;
}

// Finishing.

static slice_t s_finish_payload(batch_builder_t *builder)
{
    slice_t json = slice(builder->payload.data + PAYLOAD_FIXED_BYTES,
                         batch_builder_payload_bytes(builder));
    uint32_t bytes = htole32((uint32_t)json.bytes);
    uint32_t sum = htole32(crc32c(json));
    memcpy(builder->payload.data + PAYLOAD_MAGIC, BATCH_PAYLOAD_MAGIC, 4);
    memcpy(builder->payload.data + PAYLOAD_SIZE, &bytes, sizeof bytes);
    memcpy(builder->payload.data + PAYLOAD_CRC, &sum, sizeof sum);
    return buffer_slice(&builder->payload);
}

// The smallest and the largest number of a column, and the bytes that their
// difference needs.
typedef struct {
    const uint64_t *rows;
    uint32_t count;
    uint64_t least;
    uint64_t most;
    uint32_t width;
} column_t;

static column_t s_column(const uint64_t *rows, uint32_t count)
{
    column_t column = {rows, count, count ? rows[0] : 0, count ? rows[0] : 0,
                       0};
    for (uint32_t i = 1; i < count; i++) {
        column.least = rows[i] < column.least ? rows[i] : column.least;
        column.most = rows[i] > column.most ? rows[i] : column.most;
    }
    for (uint64_t range = column.most - column.least; range; range >>= 8)
        column.width++;
    return column;
}

static void s_measure(const batch_builder_t *builder,
                      column_t columns[BATCH_COLUMNS])
{
    for (int i = 0; i < BATCH_STRING_END; i++)
        columns[i] = s_column(builder->columns[i], builder->count);
    columns[BATCH_STRING_END] =
        s_column(builder->string_ends, builder->string_count);
}

static void s_add_u16(buffer_t *buffer, size_t value)
{
    buffer_add_u8(buffer, (uint8_t)value);
    buffer_add_u8(buffer, (uint8_t)(value >> 8));
}

// In the order of batch_layout.h.
static void s_add_fixed(buffer_t *head, const batch_builder_t *builder,
                        const column_t *created, const batch_origin_t *origin,
                        slice_t payload)
{
    buffer_add(head, BATCH_HEAD_MAGIC, 4);
    s_add_u16(head, BATCH_VERSION);
    s_add_u16(head, 0);      // flags
    buffer_add_u32(head, 0); // bytes, when all of them are there
    buffer_add_u32(head, builder->count);
    buffer_add_u64(head, 0); // offset
    buffer_add_u64(head, 0); // journaled at
    buffer_add_u64(head, origin->producer);
    buffer_add_u64(head, origin->sequence);
    buffer_add_u32(head, (uint32_t)created->least);
    buffer_add_u32(head, (uint32_t)created->most);
    buffer_add(head, payload.data + PAYLOAD_SIZE, sizeof(uint32_t));
    buffer_add(head, payload.data + PAYLOAD_CRC, sizeof(uint32_t));
    s_add_u16(head, origin->source.bytes);
    s_add_u16(head, origin->cursor.bytes);
    buffer_add_u32(head, builder->string_count);
    buffer_add_u32(head, (uint32_t)builder->string_bytes.bytes);
    buffer_add_u32(head, builder->escape_count);
}

static void s_add_forms(buffer_t *head, const column_t columns[BATCH_COLUMNS])
{
    for (int i = 0; i < BATCH_COLUMNS; i++) {
        buffer_add_u64(head, columns[i].least);
        buffer_add_u8(head, (uint8_t)columns[i].width);
    }
}

static void s_add_column(buffer_t *head, const column_t *column)
{
    // Each row is written as 8 bytes; the next row overwrites the excess, and
    // that of the last row is taken back.
    size_t slack = sizeof(uint64_t);
    size_t bytes = (size_t)column->count * column->width;
    char *row = buffer_grow(head, bytes + slack);
    if (!row)
        return;
    for (uint32_t i = 0; i < column->count; i++, row += column->width) {
        uint64_t above = htole64(column->rows[i] - column->least);
        memcpy(row, &above, sizeof above);
    }
    head->bytes -= slack;
}

static void s_add_columns(buffer_t *head, const batch_builder_t *builder,
                          const column_t columns[BATCH_COLUMNS])
{
    for (int i = 0; i < BATCH_STRING_END; i++)
        s_add_column(head, &columns[i]);
    buffer_add(head, builder->types, builder->count);
    buffer_add(head, builder->actions, builder->count);
    s_add_column(head, &columns[BATCH_STRING_END]);
    buffer_add(head, builder->string_bytes.data, builder->string_bytes.bytes);
    buffer_add(head, builder->escapes,
               (size_t)builder->escape_count * ESCAPE_BYTES);
}

// Adds padding and checksum, and fills in the size of the head.
static void s_seal(buffer_t *head)
{
    buffer_add_u32(head, 0);
    if (buffer_failed(head))
        return;
    uint32_t bytes = htole32((uint32_t)(head->bytes + HEAD_CHECKSUM_BYTES));
    memcpy(head->data + HEAD_BYTES, &bytes, sizeof bytes);
    buffer_add_u32(head, crc32c(buffer_slice(head)));
}

int batch_builder_finish(batch_builder_t *builder, const batch_origin_t *origin,
                         slice_t *head, slice_t *payload)
{
    if (origin->source.bytes > BATCH_MAX_SOURCE_BYTES ||
        origin->cursor.bytes > BATCH_MAX_CURSOR_BYTES)
        return -EMSGSIZE;
    slice_t finished = s_finish_payload(builder);
    column_t columns[BATCH_COLUMNS];
    s_measure(builder, columns);
    buffer_t *out = &builder->head;
    buffer_reset(out);
    s_add_fixed(out, builder, &columns[BATCH_CREATED_AT], origin, finished);
    s_add_forms(out, columns);
    buffer_add(out, origin->source.data, origin->source.bytes);
    buffer_add(out, origin->cursor.data, origin->cursor.bytes);
    s_add_columns(out, builder, columns);
    s_seal(out);
    if (buffer_failed(out))
        return -ENOMEM;
    assert(out->bytes <= BATCH_MAX_HEAD_BYTES);
    *head = buffer_slice(out);
    *payload = finished;
    return 0;
}

void batch_builder_trade_payload(batch_builder_t *builder, buffer_t *buffer)
{
    buffer_swap(&builder->payload, buffer);
}
