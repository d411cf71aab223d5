#include "log/log_format.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

uint8_t *log_put_le64(uint8_t *out, uint64_t value)
{
    value = htole64(value);
    memcpy(out, &value, sizeof value);
    return out + sizeof value;
}

uint64_t log_get_le64(const void *data)
{
    uint64_t value;
    memcpy(&value, data, sizeof value);
    return le64toh(value);
}

static uint8_t *s_put_le32(uint8_t *out, uint32_t value)
{
    value = htole32(value);
    memcpy(out, &value, sizeof value);
    return out + sizeof value;
}

static uint32_t s_get_le32(const void *data)
{
    uint32_t value;
    memcpy(&value, data, sizeof value);
    return le32toh(value);
}

void log_put_be(uint8_t *out, uint64_t value, size_t bytes)
{
    for (size_t i = bytes; i > 0; i--, value >>= 8)
        out[i - 1] = (uint8_t)value;
}

uint64_t log_get_be(const void *data, size_t bytes)
{
    const uint8_t *at = data;
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

// The part of a frame that the chain covers: everything but the chain itself.
static uint8_t *s_put_plain_frame(uint8_t *out, const log_frame_t *frame)
{
    out = s_put_le32(out, frame->count);
    out = s_put_le32(out, frame->created_min);
    out = s_put_le32(out, frame->created_max);
    out = s_put_le32(out, frame->payload_bytes);
    return log_put_le64(out, (uint64_t)frame->journaled_at_us);
}

log_chain_t log_chain_next(log_chain_t before, uint64_t offset,
                           const log_frame_t *frame, slice_t head,
                           slice_t payload)
{
    uint8_t fixed[3 * 8 + LOG_FRAME_BYTES];
    uint8_t *at = log_put_le64(fixed, before.low);
    at = log_put_le64(at, before.high);
    at = log_put_le64(at, offset);
    at = s_put_plain_frame(at, frame);
    XXH3_state_t state;
    XXH3_128bits_reset(&state);
    XXH3_128bits_update(&state, fixed, (size_t)(at - fixed));
    if (head.bytes > 0)
        XXH3_128bits_update(&state, head.data, head.bytes);
    if (payload.bytes > 0)
        XXH3_128bits_update(&state, payload.data, payload.bytes);
    XXH128_hash_t hash = XXH3_128bits_digest(&state);
    return (log_chain_t){hash.low64, hash.high64};
}

void log_frame_encode(const log_frame_t *frame, uint8_t out[LOG_FRAME_BYTES])
{
    uint8_t *at = s_put_plain_frame(out, frame);
    at = log_put_le64(at, frame->chain.low);
    log_put_le64(at, frame->chain.high);
}

int log_frame_decode(slice_t value, log_frame_t *frame, slice_t *head)
{
    const uint8_t *at = (const void *)value.data;
    if (value.bytes < LOG_FRAME_BYTES || s_get_le32(at) == 0)
        return -EUCLEAN;
    *frame = (log_frame_t){
        .count = s_get_le32(at),
        .created_min = s_get_le32(at + 4),
        .created_max = s_get_le32(at + 8),
        .payload_bytes = s_get_le32(at + 12),
        .journaled_at_us = (int64_t)log_get_le64(at + 16),
        .chain = {log_get_le64(at + 24), log_get_le64(at + 32)},
    };
    *head = slice(at + LOG_FRAME_BYTES, value.bytes - LOG_FRAME_BYTES);
    return 0;
}

void log_state_encode(const log_state_t *state, uint8_t out[LOG_STATE_BYTES])
{
    uint8_t *at = log_put_le64(out, state->commits);
    at = log_put_le64(at, state->first);
    at = log_put_le64(at, state->end);
    at = log_put_le64(at, state->first_chain.low);
    at = log_put_le64(at, state->first_chain.high);
    at = log_put_le64(at, state->chain.low);
    at = log_put_le64(at, state->chain.high);
    at = log_put_le64(at, state->duplicates);
    at = log_put_le64(at, state->rejects);
    at = log_put_le64(at, state->reject_number);
    at = log_put_le64(at, (uint64_t)state->first_journaled_at_us);
    at = log_put_le64(at, (uint64_t)state->last_journaled_at_us);
    at = s_put_le32(at, state->created_min);
    s_put_le32(at, state->created_max);
}

int log_state_decode(slice_t value, log_state_t *state)
{
    const uint8_t *at = (const void *)value.data;
    if (value.bytes != LOG_STATE_BYTES)
        return -EUCLEAN;
    log_state_t found = {
        .commits = log_get_le64(at),
        .first = log_get_le64(at + 8),
        .end = log_get_le64(at + 16),
        .first_chain = {log_get_le64(at + 24), log_get_le64(at + 32)},
        .chain = {log_get_le64(at + 40), log_get_le64(at + 48)},
        .duplicates = log_get_le64(at + 56),
        .rejects = log_get_le64(at + 64),
        .reject_number = log_get_le64(at + 72),
        .first_journaled_at_us = (int64_t)log_get_le64(at + 80),
        .last_journaled_at_us = (int64_t)log_get_le64(at + 88),
        .created_min = s_get_le32(at + 96),
        .created_max = s_get_le32(at + 100),
    };
    if (found.first > found.end)
        return -EUCLEAN;
    *state = found;
    return 0;
}

size_t log_trim_encode(const log_trim_t *trim, uint8_t out[LOG_TRIM_BYTES])
{
    uint8_t *at = log_put_le64(out, trim->expired);
    at = log_put_le64(at, trim->swept);
    at = s_put_le32(at, trim->created_max);
    at = s_put_le32(at, trim->count);
    for (uint32_t i = 0; i < trim->count; i++) {
        at = log_put_le64(at, (uint64_t)trim->marks[i].at_us);
        at = log_put_le64(at, trim->marks[i].first);
    }
    return (size_t)(at - out);
}

int log_trim_decode(slice_t value, log_trim_t *trim)
{
    const uint8_t *at = (const void *)value.data;
    if (value.bytes < LOG_TRIM_HEAD_BYTES)
        return -EUCLEAN;
    log_trim_t found = {
        .expired = log_get_le64(at),
        .swept = log_get_le64(at + 8),
        .created_max = s_get_le32(at + 16),
        .count = s_get_le32(at + 20),
    };
    if (found.swept > found.expired || found.count > LOG_TRIM_MARKS ||
        value.bytes != LOG_TRIM_HEAD_BYTES + (size_t)found.count * 16)
        return -EUCLEAN;
    at += LOG_TRIM_HEAD_BYTES;
    for (uint32_t i = 0; i < found.count; i++, at += 16)
        found.marks[i] =
            (log_mark_t){(int64_t)log_get_le64(at), log_get_le64(at + 8)};
    *trim = found;
    return 0;
}

void log_trim_mark(log_trim_t *trim, int64_t at_us, uint64_t first,
                   int64_t margin_us)
{
    log_mark_t *last = trim->count ? &trim->marks[trim->count - 1] : NULL;
    const int64_t step_us = margin_us / LOG_TRIM_STEPS + 1;
    at_us += step_us - 1;
    at_us -= at_us % step_us;
    if (last && at_us < last->at_us)
        at_us = last->at_us;
    if (!last || (at_us > last->at_us && trim->count < LOG_TRIM_MARKS))
        last = &trim->marks[trim->count++];
    *last = (log_mark_t){at_us, first};
}

bool log_trim_expire(log_trim_t *trim, int64_t until_us)
{
    uint32_t gone = 0;
    while (gone < trim->count && trim->marks[gone].at_us <= until_us)
        trim->expired = trim->marks[gone++].first;
    trim->count -= gone;
    memmove(trim->marks, trim->marks + gone, trim->count * sizeof *trim->marks);
    return gone > 0;
}

size_t log_journaled_key(uint8_t out[LOG_TIME_KEY_BYTES], int64_t time_us)
{
    out[0] = 'j';
    log_put_be(out + 1, time_us < 0 ? 0 : (uint64_t)time_us, 8);
    return 9;
}

size_t log_created_key(uint8_t out[LOG_TIME_KEY_BYTES], uint32_t created_at)
{
    out[0] = 'c';
    log_put_be(out + 1, created_at, 4);
    return 5;
}

void log_letter_key(uint8_t out[LOG_LETTER_BYTES], uint64_t number)
{
    out[0] = 'n';
    log_put_be(out + 1, number, 8);
}

void log_digest_key(uint8_t out[LOG_DIGEST_BYTES],
                    const event_log_reject_t *reject)
{
    uint8_t size[8];
    log_put_le64(size, reject->reason.bytes);
    XXH3_state_t state;
    XXH3_128bits_reset(&state);
    XXH3_128bits_update(&state, size, sizeof size);
    if (reject->reason.bytes > 0)
        XXH3_128bits_update(&state, reject->reason.data, reject->reason.bytes);
    if (reject->raw.bytes > 0)
        XXH3_128bits_update(&state, reject->raw.data, reject->raw.bytes);
    XXH128_hash_t hash = XXH3_128bits_digest(&state);
    out[0] = 'h';
    log_put_be(out + 1, hash.high64, 8);
    log_put_be(out + 9, hash.low64, 8);
}

void log_letter_header(const event_log_reject_t *reject,
                       uint8_t out[LOG_LETTER_HEADER_BYTES])
{
    uint8_t *at = log_put_le64(out, (uint64_t)reject->received_at_us);
    at = s_put_le32(at, (uint32_t)reject->source.bytes);
    s_put_le32(at, (uint32_t)reject->reason.bytes);
}

int log_letter_decode(slice_t value, event_log_reject_t *reject)
{
    const uint8_t *at = (const void *)value.data;
    if (value.bytes < LOG_LETTER_HEADER_BYTES)
        return -EUCLEAN;
    size_t source = s_get_le32(at + 8), reason = s_get_le32(at + 12);
    size_t texts = value.bytes - LOG_LETTER_HEADER_BYTES;
    if (source > texts || reason > texts - source)
        return -EUCLEAN;
    const uint8_t *text = at + LOG_LETTER_HEADER_BYTES;
    reject->received_at_us = (int64_t)log_get_le64(at);
    reject->source = slice(text, source);
    reject->reason = slice(text + source, reason);
    reject->raw = slice(text + source + reason, texts - source - reason);
    return 0;
}
