// Claims: a record of the log's store decodes to what encodes to the same
// bytes, or is refused; a stored payload unpacks to as many bytes as its frame
// says, or is refused; what is packed unpacks to what it was.
//
// The first byte chooses the record.

#include "log/log_format.h"
#include "proto/base/payload_pack.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <errno.h>

#define UNPACKED_MAX ((size_t)1 << 20)

static void s_assert_same(slice_t bytes, const uint8_t *again, size_t size)
{
    assert(slice_equal(bytes, slice(again, size)));
}

static void s_try_frame(slice_t value)
{
    log_frame_t frame;
    slice_t head;
    uint8_t again[LOG_FRAME_BYTES];
    if (log_frame_decode(value, &frame, &head) != 0)
        return;
    assert(head.bytes == value.bytes - LOG_FRAME_BYTES);
    log_frame_encode(&frame, again);
    s_assert_same(slice(value.data, LOG_FRAME_BYTES), again, sizeof again);
}

static void s_try_state(slice_t value)
{
    log_state_t state;
    uint8_t again[LOG_STATE_BYTES];
    if (log_state_decode(value, &state) != 0)
        return;
    assert(state.first <= state.end);
    log_state_encode(&state, again);
    s_assert_same(value, again, sizeof again);
}

// Then drops some more, and forgets it.
static void s_try_trim(slice_t value)
{
    log_trim_t trim;
    uint8_t again[LOG_TRIM_BYTES];
    if (log_trim_decode(value, &trim) != 0)
        return;
    s_assert_same(value, again, log_trim_encode(&trim, again));
    for (uint64_t i = 0; i < 2 * LOG_TRIM_MARKS; i++)
        log_trim_mark(&trim, (int64_t)i * 1000, i, 1000);
    assert(trim.count > 0 && trim.count <= LOG_TRIM_MARKS);
    log_trim_expire(&trim, INT64_MAX);
    assert(trim.count == 0);
}

static void s_try_letter(slice_t value)
{
    event_log_reject_t letter = {0};
    uint8_t again[LOG_LETTER_HEADER_BYTES];
    if (log_letter_decode(value, &letter) != 0)
        return;
    assert(letter.source.bytes + letter.reason.bytes + letter.raw.bytes +
               LOG_LETTER_HEADER_BYTES ==
           value.bytes);
    log_letter_header(&letter, again);
    s_assert_same(slice(value.data, sizeof again), again, sizeof again);
}

// The bytes it is said to unpack to come first.
static void s_try_stored(slice_t value)
{
    payload_pack_t pack = {0};
    slice_t raw;
    size_t bytes = fuzz_take_u8(&value);
    bytes = (bytes << 8 | fuzz_take_u8(&value)) % UNPACKED_MAX;
    int rc = payload_unpack(&pack, value, bytes, &raw);
    assert(rc == -EBADMSG || (rc == 0 && raw.bytes == bytes));
    payload_pack_free(&pack);
}

static void s_try_raw(slice_t raw)
{
    payload_pack_t packer = {0}, unpacker = {0};
    slice_t stored, again;
    int rc = payload_pack(&packer, raw, &stored);
    assert(rc == 0 && stored.bytes <= raw.bytes);
    rc = payload_unpack(&unpacker, stored, raw.bytes, &again);
    assert(rc == 0);
    assert(slice_equal(raw, again));
    payload_pack_free(&packer);
    payload_pack_free(&unpacker);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const s_tries[])(slice_t) = {s_try_frame,  s_try_state,
                                               s_try_trim,   s_try_letter,
                                               s_try_stored, s_try_raw};
    slice_t value = slice(data, size);
    const size_t which = fuzz_take_u8(&value);
    if (value.bytes > 0)
        s_tries[which % (sizeof s_tries / sizeof *s_tries)](value);
    return 0;
}
