#include "tests/proto/batch/batch_sample.h"

#include "proto/base/crc32c.h"
#include "proto/batch/layout.h"

#include <errno.h>
#include <stdlib.h>

// The sample in one version of the format, to be damaged.
typedef struct {
    char *data; // the head
    size_t bytes;
    char *payload;
    size_t payload_bytes;
} victim_t;

static victim_t s_victim(int version)
{
    victim_t victim;
    victim.data = batch_sample_fixture(version, "head", &victim.bytes);
    victim.payload =
        batch_sample_fixture(version, "payload", &victim.payload_bytes);
    return victim;
}

static void s_free(victim_t *victim)
{
    free(victim->data);
    free(victim->payload);
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

// Damages one u32 of the head and expects a refusal for that reason.
static void s_hostile_u32_of(int version, size_t at, uint32_t value,
                             const char *expected)
{
    victim_t victim = s_victim(version);
    s_put_u32(&victim, at, value);
    s_assert_refused(&victim, expected);
    s_free(&victim);
}

static void s_hostile_u32(size_t at, uint32_t value, const char *expected)
{
    for (int version = 1; version <= BATCH_VERSION; version++)
        s_hostile_u32_of(version, at, value, expected);
}

static void s_hostile_byte_of(int version, size_t at, uint8_t value,
                              const char *expected)
{
    victim_t victim = s_victim(version);
    victim.data[at] = (char)value;
    s_assert_refused(&victim, expected);
    s_free(&victim);
}

static batch_t s_open(const victim_t *victim)
{
    batch_t batch;
    cr_assert_eq(batch_open(&batch, slice(victim->data, victim->bytes), NULL),
                 0);
    return batch;
}

// Puts another number into a row of a column; of one that does not fit there,
// its lowest bytes.
static void s_hostile_row(batch_column_id_t id, uint32_t row, uint32_t value,
                          const char *expected)
{
    for (int version = 1; version <= BATCH_VERSION; version++) {
        victim_t victim = s_victim(version);
        const batch_t batch = s_open(&victim);
        const batch_column_t *column = &batch.columns[id];
        uint64_t above = htole64(value - column->base);
        size_t at =
            (size_t)(column->data - victim.data) + (size_t)row * column->width;
        memcpy(victim.data + at, &above, column->width);
        s_assert_refused(&victim, expected);
        s_free(&victim);
    }
}

// The same for a code; `actions`: of an action, else of a type.
static void s_hostile_code(bool actions, uint32_t row, uint8_t code,
                           const char *expected)
{
    for (int version = 1; version <= BATCH_VERSION; version++) {
        victim_t victim = s_victim(version);
        const batch_t batch = s_open(&victim);
        const char *codes = actions ? batch.actions : batch.types;
        s_hostile_byte_of(version, (size_t)(codes - victim.data) + row, code,
                          expected);
        s_free(&victim);
    }
}

// The same for escape number `i`, of which `field` becomes `value`.
static void s_hostile_escape(size_t i, size_t field, uint32_t value,
                             const char *expected)
{
    for (int version = 1; version <= BATCH_VERSION; version++) {
        victim_t victim = s_victim(version);
        const batch_t batch = s_open(&victim);
        size_t at =
            (size_t)(batch.escapes - victim.data) + i * ESCAPE_BYTES + field;
        if (field == ESCAPE_COLUMN)
            s_hostile_byte_of(version, at, (uint8_t)value, expected);
        else
            s_hostile_u32_of(version, at, value, expected);
        s_free(&victim);
    }
}

Test(batch_damage, a_flipped_bit_in_the_head_is_detected)
{
    for (int version = 1; version <= BATCH_VERSION; version++) {
        victim_t victim = s_victim(version);
        for (size_t bit = 0; bit < victim.bytes * 8; bit++) {
            victim.data[bit / 8] ^= (char)(1 << bit % 8);
            batch_t batch;
            cr_assert_eq(
                batch_open(&batch, slice(victim.data, victim.bytes), NULL),
                -EBADMSG, "bit %zu", bit);
            victim.data[bit / 8] ^= (char)(1 << bit % 8);
        }
        s_free(&victim);
    }
}

Test(batch_damage, a_flipped_bit_in_the_payload_is_detected)
{
    for (int version = 1; version <= BATCH_VERSION; version++) {
        victim_t victim = s_victim(version);
        batch_t batch;
        cr_assert_eq(batch_open(&batch, slice(victim.data, victim.bytes), NULL),
                     0);
        size_t bytes = victim.payload_bytes;
        char *payload = malloc(bytes);
        memcpy(payload, victim.payload, bytes);
        for (size_t bit = 0; bit < bytes * 8; bit++) {
            payload[bit / 8] ^= (char)(1 << bit % 8);
            cr_assert_eq(
                batch_open_payload(&batch, slice(payload, bytes), NULL),
                -EBADMSG, "bit %zu", bit);
            cr_assert_not(batch.has_payload);
            payload[bit / 8] ^= (char)(1 << bit % 8);
        }
        free(payload);
        s_free(&victim);
    }
}

Test(batch_damage, every_truncation_of_the_head_is_detected)
{
    for (int version = 1; version <= BATCH_VERSION; version++) {
        victim_t victim = s_victim(version);
        for (size_t bytes = 0; bytes < victim.bytes; bytes++) {
            char *cut = malloc(bytes ? bytes : 1);
            memcpy(cut, victim.data, bytes);
            batch_t batch;
            cr_assert_eq(batch_open(&batch, slice(cut, bytes), NULL), -EBADMSG);
            free(cut);
        }
        s_free(&victim);
    }
}

Test(batch_damage, every_truncation_of_the_payload_is_detected)
{
    for (int version = 1; version <= BATCH_VERSION; version++) {
        victim_t victim = s_victim(version);
        batch_t batch;
        cr_assert_eq(batch_open(&batch, slice(victim.data, victim.bytes), NULL),
                     0);
        for (size_t bytes = 0; bytes < victim.payload_bytes; bytes++)
            cr_assert_eq(
                batch_open_payload(&batch, slice(victim.payload, bytes), NULL),
                -EBADMSG);
        s_free(&victim);
    }
}

Test(batch_damage, bytes_too_many_are_detected)
{
    for (int version = 1; version <= BATCH_VERSION; version++) {
        victim_t victim = s_victim(version);
        victim.data = realloc(victim.data, victim.bytes + 9);
        memset(victim.data + victim.bytes, 0, 9);
        batch_t batch;
        cr_assert_eq(
            batch_open(&batch, slice(victim.data, victim.bytes + 9), NULL),
            -EBADMSG);
        victim.bytes += 9;
        s_put_u32(&victim, HEAD_BYTES, (uint32_t)victim.bytes);
        s_assert_refused(&victim, "parts of the head do not add up");
        s_free(&victim);
    }
}

Test(batch_damage, a_payload_of_another_batch_is_refused)
{
    for (int version = 1; version <= BATCH_VERSION; version++) {
        victim_t victim = s_victim(version);
        batch_builder_t *other = batch_builder_new();
        slice_t head, payload;
        cr_assert_eq(
            batch_builder_finish(other, &batch_sample_origin, &head, &payload),
            0);
        batch_t batch;
        const char *reason = NULL;
        cr_assert_eq(batch_open(&batch, slice(victim.data, victim.bytes), NULL),
                     0);
        cr_assert_eq(batch_open_payload(&batch, payload, &reason), -EBADMSG);
        cr_assert_str_eq(reason, "payload belongs to another head");
        batch_builder_destroy(&other);
        s_free(&victim);
    }
}

Test(batch_damage, a_newer_version_is_told_from_damage)
{
    for (int version = 1; version <= BATCH_VERSION; version++) {
        victim_t victim = s_victim(version);
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
    for (int version = 1; version <= BATCH_VERSION; version++)
        s_hostile_byte_of(version, HEAD_FLAGS, 1, "unknown flags");
}

Test(batch_damage, an_offset_that_would_wrap_is_refused)
{
    for (int version = 1; version <= BATCH_VERSION; version++) {
        victim_t victim = s_victim(version);
        memset(victim.data + HEAD_OFFSET, 0xFF, 8);
        s_assert_refused(&victim, "offset is too large");
        s_free(&victim);
    }
}

Test(batch_damage, hostile_lengths_of_events_are_refused)
{
    const char *expected = "lengths of events are wrong";
    s_hostile_row(BATCH_JSON_END, 0, UINT32_MAX, expected);
    s_hostile_row(BATCH_JSON_END, 1, 0, expected);
    s_hostile_row(BATCH_JSON_END, 3, 0, expected);
    s_hostile_row(BATCH_JSON_END, 3, UINT32_MAX, expected);
    s_hostile_u32(HEAD_PAYLOAD_BYTES, 1, expected);
}

Test(batch_damage, hostile_strings_are_refused)
{
    const char *expected = "lengths of strings are wrong";
    s_hostile_row(BATCH_STRING_END, 0, 1, "string 0 is not empty");
    s_hostile_row(BATCH_STRING_END, 1, 0, expected);
    s_hostile_row(BATCH_STRING_END, 2, 1, expected);
    s_hostile_row(BATCH_STRING_END, 2, UINT32_MAX, expected);
    s_hostile_row(BATCH_STRING_END, 6, UINT32_MAX, expected);
    s_hostile_row(BATCH_STRING_END, 6, 0, expected);
    s_hostile_row(BATCH_REPO_NAME, 0, 7, "number of a string is out of range");
    s_hostile_row(BATCH_REPO_NAME, 1, UINT32_MAX,
                  "number of a string is out of range");
    s_hostile_row(BATCH_ACTOR_LOGIN, 2, UINT32_MAX,
                  "number of a string is out of range");
    s_hostile_row(BATCH_ORG_LOGIN, 3, UINT32_MAX,
                  "number of a string is out of range");
}

Test(batch_damage, hostile_times_are_refused)
{
    const char *expected = "created_min or created_max is wrong";
    s_hostile_u32(HEAD_CREATED_MIN, 1, expected);
    s_hostile_u32(HEAD_CREATED_MAX, 1, expected);
    s_hostile_row(BATCH_CREATED_AT, 2, 5, expected);
}

Test(batch_damage, hostile_codes_are_refused)
{
    const char *expected = "unknown type or action";
    s_hostile_code(false, 0, EVENT_TYPE_NONE, expected);
    s_hostile_code(false, 0, EVENT_TYPES, expected);
    s_hostile_code(false, 0, EVENT_OTHER - 1, expected);
    s_hostile_code(true, 0, EVENT_ACTIONS, expected);
    expected = "number of escapes is wrong";
    s_hostile_code(false, 0, EVENT_OTHER, expected);
    s_hostile_code(true, 3, EVENT_ACTION_NONE, expected);
}

Test(batch_damage, hostile_escapes_are_refused)
{
    const char *nowhere = "an escape belongs to no code";
    const char *disorder = "escapes are out of order";
    s_hostile_escape(0, ESCAPE_EVENT, 4, nowhere);
    s_hostile_escape(0, ESCAPE_EVENT, 1, nowhere);
    s_hostile_escape(1, ESCAPE_EVENT, 1, disorder);
    s_hostile_escape(0, ESCAPE_COLUMN, 2, nowhere);
    s_hostile_escape(1, ESCAPE_COLUMN, ESCAPE_OF_TYPE, disorder);
    s_hostile_escape(0, ESCAPE_STRING, 0, "an escape has no name");
    s_hostile_escape(0, ESCAPE_STRING, 7, "an escape has no name");
}

// How the columns are laid out, which version 2 brought.

static size_t s_form(batch_column_id_t id)
{
    return HEAD_FIXED_BYTES + (size_t)id * COLUMN_BYTES;
}

Test(batch_damage, columns_that_are_too_wide_are_refused)
{
    const char *expected = "form of a column is wrong";
    s_hostile_byte_of(2, s_form(BATCH_ID) + COLUMN_WIDTH, 9, expected);
    s_hostile_byte_of(2, s_form(BATCH_ORG_ID) + COLUMN_WIDTH, 255, expected);
    s_hostile_byte_of(2, s_form(BATCH_CREATED_AT) + COLUMN_WIDTH, 5, expected);
    s_hostile_byte_of(2, s_form(BATCH_STRING_END) + COLUMN_WIDTH, 8, expected);
    expected = "parts of the head do not add up";
    s_hostile_byte_of(2, s_form(BATCH_ID) + COLUMN_WIDTH, 7, expected);
    s_hostile_byte_of(2, s_form(BATCH_STRING_END) + COLUMN_WIDTH, 2, expected);
}

Test(batch_damage, bases_that_do_not_fit_are_refused)
{
    const char *expected = "form of a column is wrong";
    for (int id = BATCH_CREATED_AT; id < BATCH_COLUMNS; id++) {
        s_hostile_byte_of(2, s_form(id) + COLUMN_BASE + 4, 1, expected);
        s_hostile_byte_of(2, s_form(id) + COLUMN_BASE + 7, 255, expected);
    }
    s_hostile_u32_of(2, s_form(BATCH_CREATED_AT), 1,
                     "created_min or created_max is wrong");
    s_hostile_u32_of(2, s_form(BATCH_JSON_END), UINT32_MAX,
                     "lengths of events are wrong");
    s_hostile_u32_of(2, s_form(BATCH_STRING_END), 1, "string 0 is not empty");
    s_hostile_u32_of(2, s_form(BATCH_REPO_NAME), 6,
                     "number of a string is out of range");
    s_hostile_u32_of(2, s_form(BATCH_ORG_LOGIN), UINT32_MAX,
                     "number of a string is out of range");
}

Test(batch_damage, padding_is_zero)
{
    victim_t victim = s_victim(2);
    victim.data[victim.bytes - HEAD_CHECKSUM_BYTES - 1] = 1;
    s_assert_refused(&victim, "padding is not zero");
    s_free(&victim);
}

Test(batch_damage, a_head_without_room_for_its_columns_is_refused)
{
    victim_t victim = s_victim(2);
    victim.bytes =
        HEAD_FIXED_BYTES + BATCH_COLUMNS * COLUMN_BYTES + HEAD_CHECKSUM_BYTES;
    s_put_u32(&victim, HEAD_BYTES, (uint32_t)victim.bytes);
    s_assert_refused(&victim, "head is too short");
    s_free(&victim);
}

// Whatever single byte is changed, and signed anew: it is refused, or what can
// be read lies within the bytes. Sanitizers watch.
Test(batch_damage, a_signed_change_of_any_byte_does_no_harm)
{
    for (int version = 1; version <= BATCH_VERSION; version++) {
        victim_t victim = s_victim(version);
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
}
