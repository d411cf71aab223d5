#include "tests/proto/batch_sample.h"

#include "proto/batch_layout.h"
#include "proto/crc32c.h"

#include <errno.h>
#include <stdlib.h>

// A copy of the sample's head to be damaged, in memory of exactly its size, so
// that AddressSanitizer sees the first byte read beyond it.
typedef struct {
    char *data;
    size_t bytes;
    slice_t payload;
    batch_builder_t *builder;
} victim_t;

static victim_t s_victim(void)
{
    slice_t head, payload;
    batch_builder_t *builder = batch_sample(&head, &payload);
    victim_t victim = {malloc(head.bytes), head.bytes, payload, builder};
    memcpy(victim.data, head.data, head.bytes);
    return victim;
}

static void s_free(victim_t *victim)
{
    free(victim->data);
    batch_builder_destroy(&victim->builder);
}

static void s_put_u32(victim_t *victim, size_t at, uint32_t value)
{
    value = htole32(value);
    memcpy(victim->data + at, &value, sizeof value);
}

// The attacker knows how to compute a checksum.
static void s_sign(victim_t *victim)
{
    size_t at = victim->bytes - HEAD_CHECKSUM_BYTES;
    s_put_u32(victim, at, crc32c(slice(victim->data, at)));
}

static void s_assert_refused(victim_t *victim, const char *expected)
{
    s_sign(victim);
    batch_t batch = {.count = 77};
    const char *reason = NULL;
    int rc = batch_open(&batch, slice(victim->data, victim->bytes), &reason);
    cr_assert_eq(rc, -EBADMSG, "%s", expected);
    cr_assert_str_eq(reason, expected);
    cr_assert_eq(batch.count, 77, "outputs must stay untouched");
}

// Opens the sample, damages one u32 and expects a refusal for that reason.
static void s_hostile_u32(size_t at, uint32_t value, const char *expected)
{
    victim_t victim = s_victim();
    s_put_u32(&victim, at, value);
    s_assert_refused(&victim, expected);
    s_free(&victim);
}

static void s_hostile_byte(size_t at, uint8_t value, const char *expected)
{
    victim_t victim = s_victim();
    victim.data[at] = (char)value;
    s_assert_refused(&victim, expected);
    s_free(&victim);
}

// Where a column lies in the sample's head.
typedef enum {
    IDS,
    CREATED_ATS,
    JSON_ENDS,
    REPO_NAMES,
    ORG_LOGINS,
    TYPES,
    ACTIONS,
    STRING_ENDS,
    ESCAPES
} column_t;

static size_t s_column(column_t column)
{
    victim_t victim = s_victim();
    batch_t batch;
    cr_assert_eq(batch_open(&batch, slice(victim.data, victim.bytes), NULL), 0);
    const char *starts[] = {
        [IDS] = batch.ids,
        [CREATED_ATS] = batch.created_ats,
        [JSON_ENDS] = batch.json_ends,
        [REPO_NAMES] = batch.repo_names,
        [ORG_LOGINS] = batch.org_logins,
        [TYPES] = batch.types,
        [ACTIONS] = batch.actions,
        [STRING_ENDS] = batch.string_ends,
        [ESCAPES] = batch.escapes,
    };
    size_t at = (size_t)(starts[column] - victim.data);
    s_free(&victim);
    return at;
}

Test(batch_damage, a_flipped_bit_in_the_head_is_detected)
{
    victim_t victim = s_victim();
    for (size_t bit = 0; bit < victim.bytes * 8; bit++) {
        victim.data[bit / 8] ^= (char)(1 << bit % 8);
        batch_t batch;
        cr_assert_eq(batch_open(&batch, slice(victim.data, victim.bytes), NULL),
                     -EBADMSG, "bit %zu", bit);
        victim.data[bit / 8] ^= (char)(1 << bit % 8);
    }
    s_free(&victim);
}

Test(batch_damage, a_flipped_bit_in_the_payload_is_detected)
{
    victim_t victim = s_victim();
    batch_t batch;
    cr_assert_eq(batch_open(&batch, slice(victim.data, victim.bytes), NULL), 0);
    size_t bytes = victim.payload.bytes;
    char *payload = malloc(bytes);
    memcpy(payload, victim.payload.data, bytes);
    for (size_t bit = 0; bit < bytes * 8; bit++) {
        payload[bit / 8] ^= (char)(1 << bit % 8);
        cr_assert_eq(batch_open_payload(&batch, slice(payload, bytes), NULL),
                     -EBADMSG, "bit %zu", bit);
        cr_assert_not(batch.has_payload);
        payload[bit / 8] ^= (char)(1 << bit % 8);
    }
    free(payload);
    s_free(&victim);
}

Test(batch_damage, every_truncation_of_the_head_is_detected)
{
    victim_t victim = s_victim();
    for (size_t bytes = 0; bytes < victim.bytes; bytes++) {
        char *cut = malloc(bytes ? bytes : 1);
        memcpy(cut, victim.data, bytes);
        batch_t batch;
        cr_assert_eq(batch_open(&batch, slice(cut, bytes), NULL), -EBADMSG);
        free(cut);
    }
    s_free(&victim);
}

Test(batch_damage, every_truncation_of_the_payload_is_detected)
{
    victim_t victim = s_victim();
    batch_t batch;
    cr_assert_eq(batch_open(&batch, slice(victim.data, victim.bytes), NULL), 0);
    for (size_t bytes = 0; bytes < victim.payload.bytes; bytes++)
        cr_assert_eq(
            batch_open_payload(&batch, slice(victim.payload.data, bytes), NULL),
            -EBADMSG);
    s_free(&victim);
}

Test(batch_damage, bytes_too_many_are_detected)
{
    victim_t victim = s_victim();
    victim.data = realloc(victim.data, victim.bytes + 9);
    memset(victim.data + victim.bytes, 0, 9);
    batch_t batch;
    cr_assert_eq(batch_open(&batch, slice(victim.data, victim.bytes + 9), NULL),
                 -EBADMSG);
    victim.bytes += 9;
    s_put_u32(&victim, HEAD_BYTES, (uint32_t)victim.bytes);
    s_assert_refused(&victim, "parts of the head do not add up");
    s_free(&victim);
}

Test(batch_damage, a_payload_of_another_batch_is_refused)
{
    victim_t victim = s_victim();
    batch_builder_t *other = batch_builder_new();
    slice_t head, payload;
    cr_assert_eq(
        batch_builder_finish(other, &batch_sample_origin, &head, &payload), 0);
    batch_t batch;
    const char *reason = NULL;
    cr_assert_eq(batch_open(&batch, slice(victim.data, victim.bytes), NULL), 0);
    cr_assert_eq(batch_open_payload(&batch, payload, &reason), -EBADMSG);
    cr_assert_str_eq(reason, "payload is not that of this head");
    batch_builder_destroy(&other);
    s_free(&victim);
}

Test(batch_damage, a_newer_version_is_told_from_damage)
{
    victim_t victim = s_victim();
    victim.data[HEAD_VERSION] = BATCH_VERSION + 1;
    batch_t batch;
    slice_t head = slice(victim.data, victim.bytes);
    cr_assert_eq(batch_open(&batch, head, NULL), -EBADMSG);
    s_sign(&victim);
    cr_assert_eq(batch_open(&batch, head, NULL), -ENOTSUP);
    victim.data[HEAD_VERSION] = 0;
    s_assert_refused(&victim, "version is 0");
    s_free(&victim);
}

Test(batch_damage, hostile_counts_are_refused)
{
    static const uint32_t hostile[] = {5, 4096, 4097, 1u << 31, UINT32_MAX};
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        uint32_t n = hostile[i];
        s_hostile_u32(HEAD_COUNT, n,
                      n > BATCH_MAX_EVENTS ? "too many events"
                                           : "parts of the head do not add up");
        s_hostile_u32(
            HEAD_STRING_COUNT, n + 10,
            n == 5 || n == UINT32_MAX
                ? "parts of the head do not add up"
                : "number of strings does not fit the number of events");
        s_hostile_u32(HEAD_ESCAPE_COUNT, n,
                      n == 5 ? "parts of the head do not add up"
                             : "too many names without a code");
        s_hostile_u32(HEAD_STRING_BYTES, n, "parts of the head do not add up");
    }
    s_hostile_u32(HEAD_COUNT, 0,
                  "number of strings does not fit the number of events");
    s_hostile_u32(HEAD_STRING_COUNT, 0,
                  "number of strings does not fit the number of events");
    s_hostile_u32(HEAD_PAYLOAD_BYTES, BATCH_MAX_PAYLOAD_BYTES + 1,
                  "payload is too long");
    s_hostile_u32(HEAD_SOURCE_BYTES, BATCH_MAX_SOURCE_BYTES + 1,
                  "source or cursor is too long");
    s_hostile_u32(HEAD_SOURCE_BYTES, 0xFFFF0000,
                  "source or cursor is too long");
    s_hostile_byte(HEAD_FLAGS, 1, "unknown flags");
}

Test(batch_damage, an_offset_that_would_wrap_is_refused)
{
    victim_t victim = s_victim();
    memset(victim.data + HEAD_OFFSET, 0xFF, 8);
    s_assert_refused(&victim, "offset is too large");
    s_free(&victim);
}

Test(batch_damage, hostile_lengths_of_events_are_refused)
{
    const char *expected = "lengths of events are wrong";
    size_t at = s_column(JSON_ENDS);
    s_hostile_u32(at, UINT32_MAX, expected);
    s_hostile_u32(at + 4, 0, expected);
    s_hostile_u32(at + 12, 0, expected);
    s_hostile_u32(at + 12, UINT32_MAX, expected);
    s_hostile_u32(HEAD_PAYLOAD_BYTES, 1, expected);
}

Test(batch_damage, hostile_strings_are_refused)
{
    const char *expected = "lengths of strings are wrong";
    size_t at = s_column(STRING_ENDS);
    s_hostile_u32(at, 1, "string 0 is not empty");
    s_hostile_u32(at + 4, 0, expected);
    s_hostile_u32(at + 8, 1, expected);
    s_hostile_u32(at + 8, UINT32_MAX, expected);
    s_hostile_u32(at + 6 * 4, UINT32_MAX, expected);
    s_hostile_u32(at + 6 * 4, 0, expected);
    s_hostile_u32(s_column(REPO_NAMES), 7, "no such string");
    s_hostile_u32(s_column(REPO_NAMES) + 4, UINT32_MAX, "no such string");
    s_hostile_u32(s_column(ORG_LOGINS) + 12, 1u << 31, "no such string");
}

Test(batch_damage, hostile_times_are_refused)
{
    const char *expected = "created_min or created_max is wrong";
    s_hostile_u32(HEAD_CREATED_MIN, 1, expected);
    s_hostile_u32(HEAD_CREATED_MAX, 1, expected);
    s_hostile_u32(s_column(CREATED_ATS) + 8, 5, expected);
}

Test(batch_damage, hostile_codes_are_refused)
{
    const char *expected = "no such type or action";
    s_hostile_byte(s_column(TYPES), EVENT_TYPE_NONE, expected);
    s_hostile_byte(s_column(TYPES), EVENT_TYPES, expected);
    s_hostile_byte(s_column(TYPES), EVENT_OTHER - 1, expected);
    s_hostile_byte(s_column(ACTIONS), EVENT_ACTIONS, expected);
    expected = "number of escapes is wrong";
    s_hostile_byte(s_column(TYPES), EVENT_OTHER, expected);
    s_hostile_byte(s_column(ACTIONS) + 3, EVENT_ACTION_NONE, expected);
}

Test(batch_damage, hostile_escapes_are_refused)
{
    size_t first = s_column(ESCAPES);
    size_t second = first + ESCAPE_BYTES;
    s_hostile_u32(first + ESCAPE_EVENT, 4, "an escape belongs nowhere");
    s_hostile_u32(first + ESCAPE_EVENT, 1, "an escape belongs nowhere");
    s_hostile_u32(second + ESCAPE_EVENT, 1, "escapes are out of order");
    s_hostile_byte(first + ESCAPE_COLUMN, 2, "an escape belongs nowhere");
    s_hostile_byte(second + ESCAPE_COLUMN, ESCAPE_OF_TYPE,
                   "escapes are out of order");
    s_hostile_u32(first + ESCAPE_STRING, 0, "an escape has no name");
    s_hostile_u32(first + ESCAPE_STRING, 7, "an escape has no name");
}

// Whatever single byte is changed, and signed anew: it is refused, or what can
// be read lies within the bytes. Sanitizers watch.
Test(batch_damage, a_signed_change_of_any_byte_does_no_harm)
{
    victim_t victim = s_victim();
    for (size_t at = 0; at < victim.bytes - HEAD_CHECKSUM_BYTES; at++) {
        char kept = victim.data[at];
        for (int value = 0; value < 256; value += 15) {
            victim.data[at] = (char)value;
            s_sign(&victim);
            batch_t batch;
            if (batch_open(&batch, slice(victim.data, victim.bytes), NULL))
                continue;
            size_t sum = 0;
            for (uint32_t i = 0; i < batch.count; i++) {
                event_t event;
                batch_event(&batch, i, &event);
                for (size_t b = 0; b < event.repo_name.bytes; b++)
                    sum += (uint8_t)event.repo_name.data[b];
                sum += event.type_name.bytes + event.action_name.bytes;
            }
            cr_assert_leq(sum, 255 * victim.bytes);
        }
        victim.data[at] = kept;
    }
    s_free(&victim);
}
