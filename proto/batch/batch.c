#include "proto/batch/batch.h"

#include "proto/base/crc32c.h"
#include "proto/batch/check.h"
#include "proto/batch/layout.h"

#include <assert.h>
#include <errno.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

static uint16_t s_u16(const char *at)
{
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return le16toh(value);
}

static uint32_t s_u32(const char *at)
{
    return batch_u32(at, 0);
}

static uint64_t s_u64(const char *at)
{
    return batch_u64(at, 0);
}

static int s_refuse(int error, const char *why, const char **reason)
{
    if (reason)
        *reason = why;
    return error;
}

// Checks that these bytes are an undamaged head, of any version.
static const char *s_check_frame(slice_t head)
{
    if (head.bytes < HEAD_FIXED_BYTES + HEAD_CHECKSUM_BYTES)
        return "head is too short";
    if (head.bytes > BATCH_MAX_HEAD_BYTES)
        return "head is too long";
    if (memcmp(head.data + HEAD_MAGIC, BATCH_HEAD_MAGIC, 4) != 0)
        return "not the head of a batch";
    if (s_u32(head.data + HEAD_BYTES) != head.bytes)
        return "length of the head is wrong";
    size_t sum_at = head.bytes - HEAD_CHECKSUM_BYTES;
    if (s_u32(head.data + sum_at) != crc32c(slice(head.data, sum_at)))
        return "checksum of the head is wrong";
    if (s_u16(head.data + HEAD_VERSION) == 0)
        return "version is 0";
    return NULL;
}

// Advances *at by `bytes`; returns where it was.
static const char *s_take(const char **at, size_t bytes)
{
    const char *taken = *at;
    *at += bytes;
    return taken;
}

static uint32_t s_rows(const batch_t *batch, int column)
{
    return column == BATCH_STRING_END ? batch->string_count : batch->count;
}

static void s_set_column(batch_column_t *column, uint64_t base, uint32_t width)
{
    column->base = base;
    column->width = width;
    column->mask = width ? UINT64_MAX >> (64 - 8 * width) : 0;
}

// Reads the forms of the columns at `at`, which lie within the head.
static const char *s_read_columns(batch_t *batch, const char *at)
{
    for (int i = 0; i < BATCH_COLUMNS; i++, at += COLUMN_BYTES) {
        uint64_t base = s_u64(at + COLUMN_BASE);
        uint8_t width = (uint8_t)at[COLUMN_WIDTH];
        uint32_t widest = BATCH_WIDEST(i);
        if (width > widest || (widest == 4 && base > UINT32_MAX))
            return "form of a column is wrong";
        s_set_column(&batch->columns[i], base, width);
    }
    return NULL;
}

static void s_read_columns_1(batch_t *batch)
{
    for (int i = 0; i < BATCH_COLUMNS; i++)
        s_set_column(&batch->columns[i], 0, BATCH_WIDEST(i));
}

static void s_take_column(const char **at, batch_t *batch, int column)
{
    batch->columns[column].data = s_take(at, (size_t)s_rows(batch, column) *
                                                 batch->columns[column].width);
}

// Points the batch into its head and checks that the parts fill it exactly.
// `fixed` bytes come before the variable parts, `after` bytes follow them.
static const char *s_lay_out(batch_t *batch, size_t fixed, size_t after)
{
    const char *head = batch->head.data;
    size_t source = s_u16(head + HEAD_SOURCE_BYTES);
    size_t cursor = s_u16(head + HEAD_CURSOR_BYTES);
    size_t n = batch->count;
    size_t string_bytes = s_u32(head + HEAD_STRING_BYTES);
    size_t escapes = (size_t)batch->escape_count * ESCAPE_BYTES;
    if (source > BATCH_MAX_SOURCE_BYTES || cursor > BATCH_MAX_CURSOR_BYTES)
        return "source or cursor is too long";
    // Each number is bounded, so the sum cannot overflow.
    size_t bytes =
        fixed + source + cursor + 2 * n + string_bytes + escapes + after;
    for (int i = 0; i < BATCH_COLUMNS; i++)
        bytes += (size_t)s_rows(batch, i) * batch->columns[i].width;
    if (bytes != batch->head.bytes)
        return "parts of the head do not add up";

    const char *at = head + fixed;
    batch->origin.source = slice(s_take(&at, source), source);
    batch->origin.cursor = slice(s_take(&at, cursor), cursor);
    for (int i = 0; i < BATCH_STRING_END; i++)
        s_take_column(&at, batch, i);
    batch->types = s_take(&at, n);
    batch->actions = s_take(&at, n);
    s_take_column(&at, batch, BATCH_STRING_END);
    batch->string_bytes = s_take(&at, string_bytes);
    batch->escapes = s_take(&at, escapes);
    return NULL;
}

static const char *s_read_fixed(batch_t *batch, slice_t head)
{
    const char *at = head.data;
    *batch = (batch_t){
        .head = head,
        .count = s_u32(at + HEAD_COUNT),
        .offset = s_u64(at + HEAD_OFFSET),
        .journaled_at_us = (int64_t)s_u64(at + HEAD_JOURNALED_AT),
        .created_min = s_u32(at + HEAD_CREATED_MIN),
        .created_max = s_u32(at + HEAD_CREATED_MAX),
        .origin.producer = s_u64(at + HEAD_PRODUCER),
        .origin.sequence = s_u64(at + HEAD_SEQUENCE),
        .string_count = s_u32(at + HEAD_STRING_COUNT),
        .escape_count = s_u32(at + HEAD_ESCAPE_COUNT),
    };
    if (s_u16(at + HEAD_FLAGS) != 0)
        return "unknown flags";
    if (batch->count > BATCH_MAX_EVENTS)
        return "too many events";
    if (batch->offset > UINT64_MAX - batch->count)
        return "offset is too large";
    if (s_u32(at + HEAD_PAYLOAD_BYTES) > BATCH_MAX_PAYLOAD_BYTES)
        return "payload is too long";
    if (batch->string_count < 1 ||
        batch->string_count > 1 + BATCH_NAMES_PER_EVENT * batch->count)
        return "number of strings does not fit the number of events";
    if (batch->escape_count > 2 * batch->count)
        return "too many names without a code";
    return NULL;
}

// In version 1 every column of u32 is followed at least by the four bytes of
// the checksum, so 8 bytes can be read from each row as well.
static const char *s_open_1(batch_t *batch)
{
    s_read_columns_1(batch);
    return s_lay_out(batch, HEAD_FIXED_BYTES, HEAD_CHECKSUM_BYTES);
}

static const char *s_open_2(batch_t *batch)
{
    size_t fixed = HEAD_FIXED_BYTES + BATCH_COLUMNS * COLUMN_BYTES;
    size_t after = HEAD_PADDING_BYTES + HEAD_CHECKSUM_BYTES;
    if (batch->head.bytes < fixed + after)
        return "head is too short";
    const char *wrong =
        s_read_columns(batch, batch->head.data + HEAD_FIXED_BYTES);
    if (!wrong)
        wrong = s_lay_out(batch, fixed, after);
    const char *end = batch->head.data + batch->head.bytes;
    return !wrong && s_u32(end - after) != 0 ? "padding is not zero" : wrong;
}

int batch_open(batch_t *batch, slice_t head, const char **reason)
{
    const char *wrong = s_check_frame(head);
    if (wrong)
        return s_refuse(-EBADMSG, wrong, reason);
    if (s_u16(head.data + HEAD_VERSION) > BATCH_VERSION)
        return s_refuse(-ENOTSUP, "batch is of a newer version", reason);

    batch_t opened;
    wrong = s_read_fixed(&opened, head);
    if (!wrong)
        wrong = s_u16(head.data + HEAD_VERSION) == 1 ? s_open_1(&opened)
                                                     : s_open_2(&opened);
    if (!wrong)
        wrong = batch_check(&opened);
    if (wrong)
        return s_refuse(-EBADMSG, wrong, reason);
    *batch = opened;
    return 0;
}

size_t batch_payload_part_bytes(const batch_t *batch)
{
    return PAYLOAD_FIXED_BYTES +
           (size_t)s_u32(batch->head.data + HEAD_PAYLOAD_BYTES);
}

int batch_open_payload(batch_t *batch, slice_t payload, const char **reason)
{
    if (payload.bytes < PAYLOAD_FIXED_BYTES)
        return s_refuse(-EBADMSG, "payload is too short", reason);
    const char *at = payload.data;
    slice_t json =
        slice(at + PAYLOAD_FIXED_BYTES, payload.bytes - PAYLOAD_FIXED_BYTES);
    if (memcmp(at + PAYLOAD_MAGIC, BATCH_PAYLOAD_MAGIC, 4) != 0)
        return s_refuse(-EBADMSG, "not the payload of a batch", reason);
    if (s_u32(at + PAYLOAD_SIZE) != json.bytes)
        return s_refuse(-EBADMSG, "length of the payload is wrong", reason);
    uint32_t sum = s_u32(batch->head.data + HEAD_PAYLOAD_CRC);
    if (s_u32(batch->head.data + HEAD_PAYLOAD_BYTES) != json.bytes ||
        s_u32(at + PAYLOAD_CRC) != sum)
        return s_refuse(-EBADMSG, "payload belongs to another head", reason);
    if (crc32c(json) != sum)
        return s_refuse(-EBADMSG, "checksum of the payload is wrong", reason);
    batch->payload = json;
    batch->has_payload = true;
    return 0;
}

static slice_t s_string(const batch_t *batch, uint32_t number)
{
    if (number == 0)
        return slice(NULL, 0);
    const batch_column_t *ends = &batch->columns[BATCH_STRING_END];
    uint64_t start = batch_number(ends, number - 1);
    return slice(batch->string_bytes + start,
                 batch_number(ends, number) - start);
}

// Finds the escape of a code; batch_open() has checked that it exists.
static slice_t s_escaped(const batch_t *batch, uint32_t event, uint8_t column)
{
    uint64_t place = batch_escape_place(event, column);
    uint32_t low = 0;
    uint32_t high = batch->escape_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        const char *escape = batch->escapes + (size_t)middle * ESCAPE_BYTES;
        if (batch_escape_place(s_u32(escape + ESCAPE_EVENT),
                               (uint8_t)escape[ESCAPE_COLUMN]) <= place)
            low = middle;
        else
            high = middle;
    }
    const char *escape = batch->escapes + (size_t)low * ESCAPE_BYTES;
    return s_string(batch, s_u32(escape + ESCAPE_STRING));
}

slice_t batch_type_name(const batch_t *batch, uint32_t i)
{
    uint8_t type = batch_type(batch, i);
    return type == EVENT_OTHER ? s_escaped(batch, i, ESCAPE_OF_TYPE)
                               : slice_of(event_type_name(type));
}

slice_t batch_action_name(const batch_t *batch, uint32_t i)
{
    uint8_t action = batch_action(batch, i);
    return action == EVENT_OTHER ? s_escaped(batch, i, ESCAPE_OF_ACTION)
                                 : slice_of(event_action_name(action));
}

static slice_t s_string_of(const batch_t *batch, batch_column_id_t column,
                           uint32_t i)
{
    return s_string(batch, (uint32_t)batch_number(&batch->columns[column], i));
}

slice_t batch_repo_name(const batch_t *batch, uint32_t i)
{
    return s_string_of(batch, BATCH_REPO_NAME, i);
}

slice_t batch_actor_login(const batch_t *batch, uint32_t i)
{
    return s_string_of(batch, BATCH_ACTOR_LOGIN, i);
}

slice_t batch_org_login(const batch_t *batch, uint32_t i)
{
    return s_string_of(batch, BATCH_ORG_LOGIN, i);
}

slice_t batch_json(const batch_t *batch, uint32_t i)
{
    assert(batch->has_payload && i < batch->count);
    return slice(batch->payload.data + batch_json_at(batch, i),
                 batch_json_bytes(batch, i));
}

void batch_event(const batch_t *batch, uint32_t i, event_t *event)
{
    *event = (event_t){
        .id = batch_id(batch, i),
        .repo_id = batch_repo_id(batch, i),
        .actor_id = batch_actor_id(batch, i),
        .org_id = batch_org_id(batch, i),
        .created_at = batch_created_at(batch, i),
        .type = batch_type(batch, i),
        .action = batch_action(batch, i),
        .type_name = batch_type_name(batch, i),
        .action_name = batch_action_name(batch, i),
        .repo_name = batch_repo_name(batch, i),
        .actor_login = batch_actor_login(batch, i),
        .org_login = batch_org_login(batch, i),
        .json = batch->has_payload ? batch_json(batch, i) : slice(NULL, 0),
    };
}

static void s_key_of_id(uint64_t id, uint32_t created_at, batch_key_t *key)
{
    uint64_t id_be = htobe64(id);
    uint32_t at_be = htobe32(created_at);
    memcpy(key->bytes, &id_be, sizeof id_be);
    memcpy(key->bytes + sizeof id_be, &at_be, sizeof at_be);
    key->size = sizeof id_be + sizeof at_be;
}

static void s_key_of_json(slice_t json, batch_key_t *key)
{
    XXH128_canonical_t hash;
    XXH128_canonicalFromHash(&hash, XXH3_128bits(json.data, json.bytes));
    memcpy(key->bytes, hash.digest, sizeof hash.digest);
    key->size = sizeof hash.digest;
}

void batch_key(const batch_t *batch, uint32_t i, batch_key_t *key)
{
    uint64_t id = batch_id(batch, i);
    *key = (batch_key_t){0};
    if (id)
        s_key_of_id(id, batch_created_at(batch, i), key);
    else
        s_key_of_json(batch_json(batch, i), key);
}

void event_key(const event_t *event, batch_key_t *key)
{
    *key = (batch_key_t){0};
    if (event->id)
        s_key_of_id(event->id, event->created_at, key);
    else
        s_key_of_json(event->json, key);
}

uint64_t batch_cursor_mark(slice_t cursor)
{
    uint64_t mark = XXH3_64bits(cursor.data, cursor.bytes);
    return mark ? mark : 1;
}

void batch_stamp(char *head, size_t bytes, uint64_t offset,
                 int64_t journaled_at_us)
{
    assert(bytes >= HEAD_FIXED_BYTES + HEAD_CHECKSUM_BYTES);
    uint64_t offset_le = htole64(offset);
    uint64_t time_le = htole64((uint64_t)journaled_at_us);
    memcpy(head + HEAD_OFFSET, &offset_le, sizeof offset_le);
    memcpy(head + HEAD_JOURNALED_AT, &time_le, sizeof time_le);
    size_t sum_at = bytes - HEAD_CHECKSUM_BYTES;
    uint32_t sum_le = htole32(crc32c(slice(head, sum_at)));
    memcpy(head + sum_at, &sum_le, sizeof sum_le);
}
