// payload_pack: a stored payload is restored exactly, or refused.

#include "proto/base/payload_pack.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define RAW_BYTES 100000

static char s_raw[RAW_BYTES];

static slice_t s_text(size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        s_raw[i] = "{\"type\":\"PushEvent\"}"[i % 20];
    return slice(s_raw, bytes);
}

static slice_t s_noise(size_t bytes)
{
    uint32_t state = 1;
    for (size_t i = 0; i < bytes; i++)
        s_raw[i] = (char)((state = state * 1664525 + 1013904223) >> 24);
    return slice(s_raw, bytes);
}

// Returns how many bytes were stored.
static size_t s_there_and_back(slice_t raw)
{
    payload_pack_t to = {0}, from = {0};
    slice_t stored, back;
    cr_assert_eq(payload_pack(&to, raw, &stored), 0);
    cr_assert_eq(payload_unpack(&from, stored, raw.bytes, &back), 0);
    cr_assert_eq(back.bytes, raw.bytes);
    cr_assert(raw.bytes == 0 || memcmp(back.data, raw.data, raw.bytes) == 0);
    size_t bytes = stored.bytes;
    payload_pack_free(&to);
    payload_pack_free(&from);
    return bytes;
}

Test(payload_pack, text_is_stored_shorter)
{
    cr_assert_lt(s_there_and_back(s_text(RAW_BYTES)), RAW_BYTES / 10);
}

Test(payload_pack, what_would_not_be_shorter_is_stored_as_it_is)
{
    cr_assert_eq(s_there_and_back(s_noise(RAW_BYTES)), RAW_BYTES);
    cr_assert_eq(s_there_and_back(s_noise(1)), 1);
    cr_assert_eq(s_there_and_back(slice(NULL, 0)), 0);
}

Test(payload_pack, one_object_serves_payloads_of_any_order_of_sizes)
{
    payload_pack_t pack = {0};
    slice_t stored;
    static const size_t sizes[] = {10, RAW_BYTES, 500, 50000};
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(payload_pack(&pack, s_text(sizes[i]), &stored), 0);
    payload_pack_free(&pack);
}

Test(payload_pack, every_cut_and_every_flipped_bit_is_refused_or_harmless)
{
    payload_pack_t to = {0}, from = {0};
    slice_t raw = s_text(2000), stored, back;
    cr_assert_eq(payload_pack(&to, raw, &stored), 0);
    for (size_t cut = 0; cut < stored.bytes; cut++) {
        slice_t part = slice(stored.data, cut);
        cr_assert_eq(payload_unpack(&from, part, raw.bytes, &back), -EBADMSG);
    }
    char *bytes = malloc(stored.bytes);
    memcpy(bytes, stored.data, stored.bytes);
    for (size_t bit = 0; bit < stored.bytes * 8; bit++) {
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        int rc =
            payload_unpack(&from, slice(bytes, stored.bytes), raw.bytes, &back);
        // Whether the content is right is for the chain to say.
        cr_assert(rc == -EBADMSG || (rc == 0 && back.bytes == raw.bytes));
        bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    free(bytes);
    payload_pack_free(&to);
    payload_pack_free(&from);
}

Test(payload_pack, a_frame_of_another_length_is_refused)
{
    payload_pack_t pack = {0}, from = {0};
    slice_t stored, back;
    cr_assert_eq(payload_pack(&pack, s_text(2000), &stored), 0);
    cr_assert_eq(payload_unpack(&from, stored, 1999, &back), -EBADMSG);
    cr_assert_eq(payload_unpack(&from, stored, 2001, &back), -EBADMSG);
    payload_pack_free(&pack);
    payload_pack_free(&from);
}
