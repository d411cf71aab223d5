#include "proto/batch.h"

#include "proto/batch_layout.h"
#include "proto/crc32c.h"

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

// Whether these bytes are a head, of any version, and undamaged.
static const char *s_check_frame(slice_t head)
{
    if (head.bytes < HEAD_FIXED_BYTES + HEAD_CHECKSUM_BYTES)
        return "head is too short";
    if (head.bytes > BATCH_MAX_HEAD_BYTES)
        return "head is too long";
    if (memcmp(head.data + HEAD_MAGIC, BATCH_HEAD_MAGIC, 4) != 0)
        return "not the head of a batch";
    if (s_u32(head.data + HEAD_BYTES) != head.bytes)
        return "head is not as long as it says";
    size_t sum_at = head.bytes - HEAD_CHECKSUM_BYTES;
    if (s_u32(head.data + sum_at) != crc32c(slice(head.data, sum_at)))
        return "checksum of the head is wrong";
    if (s_u16(head.data + HEAD_VERSION) == 0)
        return "version is 0";
    return NULL;
}

// Takes `bytes` off the front of what *at points to.
static const char *s_take(const char **at, size_t bytes)
{
    const char *taken = *at;
    *at += bytes;
    return taken;
}

// Points the batch into a head of sound numbers and checks that its parts fill
// it exactly.
static const char *s_lay_out(batch_t *batch, slice_t head)
{
    size_t source = s_u16(head.data + HEAD_SOURCE_BYTES);
    size_t cursor = s_u16(head.data + HEAD_CURSOR_BYTES);
    size_t n = batch->count;
    size_t strings = batch->string_count;
    size_t string_bytes = s_u32(head.data + HEAD_STRING_BYTES);
    size_t escapes = batch->escape_count;
    if (source > BATCH_MAX_SOURCE_BYTES || cursor > BATCH_MAX_CURSOR_BYTES)
        return "source or cursor is too long";
    // Each number is bounded, so the sum cannot overflow.
    if (HEAD_FIXED_BYTES + source + cursor + n * HEAD_BYTES_PER_EVENT +
            strings * sizeof(uint32_t) + string_bytes + escapes * ESCAPE_BYTES +
            HEAD_CHECKSUM_BYTES !=
        head.bytes)
        return "parts of the head do not add up";

    const char *at = head.data + HEAD_FIXED_BYTES;
    batch->origin.source = slice(s_take(&at, source), source);
    batch->origin.cursor = slice(s_take(&at, cursor), cursor);
    batch->ids = s_take(&at, n * sizeof(uint64_t));
    batch->repo_ids = s_take(&at, n * sizeof(uint64_t));
    batch->actor_ids = s_take(&at, n * sizeof(uint64_t));
    batch->org_ids = s_take(&at, n * sizeof(uint64_t));
    batch->created_ats = s_take(&at, n * sizeof(uint32_t));
    batch->json_ends = s_take(&at, n * sizeof(uint32_t));
    batch->repo_names = s_take(&at, n * sizeof(uint32_t));
    batch->actor_logins = s_take(&at, n * sizeof(uint32_t));
    batch->org_logins = s_take(&at, n * sizeof(uint32_t));
    batch->types = s_take(&at, n);
    batch->actions = s_take(&at, n);
    batch->string_ends = s_take(&at, strings * sizeof(uint32_t));
    batch->string_bytes = s_take(&at, string_bytes);
    batch->escapes = s_take(&at, escapes * ESCAPE_BYTES);
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

// The checks of columns below run for every batch of a replay: one pass each,
// without a branch that depends on an event, so that compilers vectorise them.
// Numbers in sound columns are below 2^31. So a number or a difference that is
// out of range shows in the highest bit, and or-ing them all keeps it.
#define OUT_OF_RANGE 0x80000000u

// Number 0 is empty, all others have 1 to EVENT_NAME_MAX bytes.
static const char *s_check_strings(const batch_t *batch)
{
    const char *ends = batch->string_ends;
    if (batch_u32(ends, 0) != 0)
        return "string 0 is not empty";
    uint32_t bits = 0;
    for (uint32_t i = 1; i < batch->string_count; i++) {
        uint32_t bytes = batch_u32(ends, i) - batch_u32(ends, i - 1);
        bits |= batch_u32(ends, i) | (bytes - 1) | (EVENT_NAME_MAX - bytes);
    }
    uint32_t all = batch_u32(ends, batch->string_count - 1);
    return bits & OUT_OF_RANGE ||
                   all != s_u32(batch->head.data + HEAD_STRING_BYTES)
               ? "lengths of strings are wrong"
               : NULL;
}

static uint32_t s_string_number_bits(const batch_t *batch, const char *column)
{
    uint32_t largest = batch->string_count - 1;
    uint32_t bits = 0;
    for (uint32_t i = 0; i < batch->count; i++)
        bits |= batch_u32(column, i) | (largest - batch_u32(column, i));
    return bits;
}

static const char *s_check_string_numbers(const batch_t *batch)
{
    uint32_t bits = s_string_number_bits(batch, batch->repo_names) |
                    s_string_number_bits(batch, batch->actor_logins) |
                    s_string_number_bits(batch, batch->org_logins);
    return bits & OUT_OF_RANGE ? "no such string" : NULL;
}

static const char *s_check_json_ends(const batch_t *batch)
{
    const char *ends = batch->json_ends;
    uint32_t n = batch->count;
    uint32_t bits = n ? batch_u32(ends, 0) : 0;
    for (uint32_t i = 1; i < n; i++)
        bits |=
            batch_u32(ends, i) | (batch_u32(ends, i) - batch_u32(ends, i - 1));
    uint32_t all = n ? batch_u32(ends, n - 1) : 0;
    return bits & OUT_OF_RANGE ||
                   all != s_u32(batch->head.data + HEAD_PAYLOAD_BYTES)
               ? "lengths of events are wrong"
               : NULL;
}

static const char *s_check_times(const batch_t *batch)
{
    uint32_t min = batch->count ? UINT32_MAX : 0;
    uint32_t max = 0;
    for (uint32_t i = 0; i < batch->count; i++) {
        uint32_t at = batch_created_at(batch, i);
        min = at < min ? at : min;
        max = at > max ? at : max;
    }
    return min == batch->created_min && max == batch->created_max
               ? NULL
               : "created_min or created_max is wrong";
}

// How many codes of a column say that their name is an escape; *wrong becomes
// true when one is neither that nor first..last.
static uint32_t s_count_escaped(const char *column, uint32_t count,
                                uint8_t first, uint8_t last, bool *wrong)
{
    uint32_t escaped = 0;
    uint32_t known = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t code = (uint8_t)column[i];
        escaped += code == EVENT_OTHER;
        known += (uint8_t)(code - first) <= last - first;
    }
    *wrong |= escaped + known != count;
    return escaped;
}

// Codes this program knows, or escaped; as many escaped as there are escapes.
static const char *s_check_codes(const batch_t *batch)
{
    bool wrong = false;
    uint32_t escaped =
        s_count_escaped(batch->types, batch->count, EVENT_TYPE_NONE + 1,
                        EVENT_TYPES - 1, &wrong) +
        s_count_escaped(batch->actions, batch->count, EVENT_ACTION_NONE,
                        EVENT_ACTIONS - 1, &wrong);
    if (wrong)
        return "no such type or action";
    return escaped == batch->escape_count ? NULL : "number of escapes is wrong";
}

// Where an escape belongs, as one number to sort by.
static uint64_t s_place(uint32_t event, uint8_t column)
{
    return (uint64_t)event << 8 | column;
}

static uint64_t s_escape_place(const char *escape)
{
    return s_place(s_u32(escape + ESCAPE_EVENT),
                   (uint8_t)escape[ESCAPE_COLUMN]);
}

// Each escape belongs to a column that asks for one, no two to the same. With
// their number being right, every column that asks for one has it.
static const char *s_check_escapes(const batch_t *batch)
{
    uint64_t next = 0; // lowest place that may come
    for (uint32_t i = 0; i < batch->escape_count; i++) {
        const char *escape = batch->escapes + (size_t)i * ESCAPE_BYTES;
        uint32_t event = s_u32(escape + ESCAPE_EVENT);
        uint8_t column = (uint8_t)escape[ESCAPE_COLUMN];
        uint32_t string = s_u32(escape + ESCAPE_STRING);
        if (event >= batch->count || column > ESCAPE_OF_ACTION)
            return "an escape belongs nowhere";
        if (s_place(event, column) < next)
            return "escapes are out of order";
        next = s_place(event, column) + 1;
        uint8_t code = column == ESCAPE_OF_TYPE ? batch_type(batch, event)
                                                : batch_action(batch, event);
        if (code != EVENT_OTHER)
            return "an escape belongs nowhere";
        if (string == 0 || string >= batch->string_count)
            return "an escape has no name";
    }
    return NULL;
}

static const char *s_check_columns(const batch_t *batch)
{
    const char *wrong = s_check_strings(batch);
    if (!wrong)
        wrong = s_check_string_numbers(batch);
    if (!wrong)
        wrong = s_check_json_ends(batch);
    if (!wrong)
        wrong = s_check_times(batch);
    if (!wrong)
        wrong = s_check_codes(batch);
    if (!wrong)
        wrong = s_check_escapes(batch);
    return wrong;
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
        wrong = s_lay_out(&opened, head);
    if (!wrong)
        wrong = s_check_columns(&opened);
    if (wrong)
        return s_refuse(-EBADMSG, wrong, reason);
    *batch = opened;
    return 0;
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
        return s_refuse(-EBADMSG, "payload is not as long as it says", reason);
    uint32_t sum = s_u32(batch->head.data + HEAD_PAYLOAD_CRC);
    if (s_u32(batch->head.data + HEAD_PAYLOAD_BYTES) != json.bytes ||
        s_u32(at + PAYLOAD_CRC) != sum)
        return s_refuse(-EBADMSG, "payload is not that of this head", reason);
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
    uint32_t start = batch_u32(batch->string_ends, number - 1);
    uint32_t end = batch_u32(batch->string_ends, number);
    return slice(batch->string_bytes + start, end - start);
}

// The escape of a column that batch_open() found to have one.
static slice_t s_escaped(const batch_t *batch, uint32_t event, uint8_t column)
{
    uint64_t place = s_place(event, column);
    uint32_t low = 0;
    uint32_t high = batch->escape_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        const char *escape = batch->escapes + (size_t)middle * ESCAPE_BYTES;
        if (s_escape_place(escape) <= place)
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

slice_t batch_repo_name(const batch_t *batch, uint32_t i)
{
    return s_string(batch, batch_u32(batch->repo_names, i));
}

slice_t batch_actor_login(const batch_t *batch, uint32_t i)
{
    return s_string(batch, batch_u32(batch->actor_logins, i));
}

slice_t batch_org_login(const batch_t *batch, uint32_t i)
{
    return s_string(batch, batch_u32(batch->org_logins, i));
}

slice_t batch_json(const batch_t *batch, uint32_t i)
{
    assert(batch->has_payload && i < batch->count);
    uint32_t start = i ? batch_u32(batch->json_ends, i - 1) : 0;
    uint32_t end = batch_u32(batch->json_ends, i);
    return slice(batch->payload.data + start, end - start);
}

void batch_event(const batch_t *batch, uint32_t i, event_t *event)
{
    *event = (event_t){
        .id = batch_id(batch, i),
        .repo_id = batch_repo_id(batch, i),
        .actor_id = batch_u64(batch->actor_ids, i),
        .org_id = batch_u64(batch->org_ids, i),
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
