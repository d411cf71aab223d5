#include "proto/message.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#define FIELDS_MAX 20   // of one message, and the end mark
#define ERRNO_MAX  4095 // the largest that the kernel has

typedef enum { END, U8, U32, U64, I64, F64, BYTES } field_type_t;

typedef struct {
    uint8_t type;    // field_type_t
    uint16_t offset; // in message_t
} field_t;

// The type of a row is that of the member it names: they cannot disagree.
// clang-format off
#define FIELD(member)                                                          \
    {_Generic(((message_t *)0)->member,                                        \
         uint8_t: U8, uint32_t: U32, uint64_t: U64, int64_t: I64,              \
         double: F64, slice_t: BYTES),                                         \
     offsetof(message_t, member)}

// The wire format: the fields of each kind in the order they are sent. To add
// a message: its struct, its number and its row.
static const struct {
    bool known;
    field_t fields[FIELDS_MAX];
} s_kinds[MESSAGE_KINDS] = {
    [MESSAGE_FAILURE] = {true, {
        FIELD(failure.code), FIELD(failure.text)}},
    [MESSAGE_DONE] = {true, {
        FIELD(done.offset)}},
    [MESSAGE_PUBLISH] = {true, {
        FIELD(publish.floor)}},
    [MESSAGE_REJECT] = {true, {
        FIELD(reject.number), FIELD(reject.received_at_us),
        FIELD(reject.source), FIELD(reject.reason), FIELD(reject.raw)}},
    [MESSAGE_ACK] = {true, {
        FIELD(ack.sequence), FIELD(ack.appended), FIELD(ack.duplicates),
        FIELD(ack.rejects), FIELD(ack.end)}},
    [MESSAGE_HEARTBEAT] = {true, {
        FIELD(heartbeat.first), FIELD(heartbeat.end),
        FIELD(heartbeat.number), FIELD(heartbeat.keep)}},
    [MESSAGE_LOG_READ] = {true, {
        FIELD(log_read.from), FIELD(log_read.until),
        FIELD(log_read.max_events), FIELD(log_read.max_bytes),
        FIELD(log_read.payload)}},
    [MESSAGE_LOG_BATCHES] = {true, {
        FIELD(log_batches.next), FIELD(log_batches.first),
        FIELD(log_batches.end), FIELD(log_batches.batches)}},
    [MESSAGE_LOG_SEEK] = {true, {
        FIELD(log_seek.by_created_at), FIELD(log_seek.time_us)}},
    [MESSAGE_LOG_OFFSET] = {true, {
        FIELD(log_offset.offset), FIELD(log_offset.end)}},
    [MESSAGE_LOG_FIND] = {true, {
        FIELD(log_find.id)}},
    [MESSAGE_LOG_OFFSETS] = {true, {
        FIELD(log_offsets.offsets)}},
    [MESSAGE_LOG_STATS_ASK] = {true, {{END, 0}}},
    [MESSAGE_LOG_STATS] = {true, {
        FIELD(log_stats.first), FIELD(log_stats.end),
        FIELD(log_stats.events), FIELD(log_stats.bytes),
        FIELD(log_stats.duplicates), FIELD(log_stats.rejects),
        FIELD(log_stats.rejected),
        FIELD(log_stats.oldest_created_at),
        FIELD(log_stats.newest_created_at),
        FIELD(log_stats.first_journaled_at_us),
        FIELD(log_stats.last_journaled_at_us),
        FIELD(log_stats.dropped_created_at),
        FIELD(log_stats.retention_age_s), FIELD(log_stats.retention_bytes),
        FIELD(log_stats.reject_bytes), FIELD(log_stats.dedupe_margin_s),
        FIELD(log_stats.keep), FIELD(log_stats.sealed)}},
    [MESSAGE_LOG_CURSORS] = {true, {
        FIELD(log_cursors.prefix)}},
    [MESSAGE_LOG_CURSOR_LIST] = {true, {
        FIELD(log_cursor_list.cursors)}},
    [MESSAGE_LOG_CURSOR] = {true, {
        FIELD(log_cursor.name), FIELD(log_cursor.value)}},
    [MESSAGE_LOG_REJECTS] = {true, {
        FIELD(log_rejects.before), FIELD(log_rejects.limit)}},
    [MESSAGE_REJECTS] = {true, {
        FIELD(rejects.total), FIELD(rejects.first),
        FIELD(rejects.rejects)}},
    [MESSAGE_VIEW_STATUS_ASK] = {true, {{END, 0}}},
    [MESSAGE_AS_OF] = {true, {
        FIELD(as_of.offset), FIELD(as_of.log_end), FIELD(as_of.fresh),
        FIELD(as_of.since)}},
    [MESSAGE_COUNTS] = {true, {
        FIELD(counts.start), FIELD(counts.end)}},
    [MESSAGE_COUNTS_ANSWER] = {true, {
        FIELD(counts_answer.as_of.offset), FIELD(counts_answer.as_of.log_end),
        FIELD(counts_answer.as_of.fresh), FIELD(counts_answer.as_of.since),
        FIELD(counts_answer.counts)}},
    [MESSAGE_COUNT] = {true, {
        FIELD(count.type), FIELD(count.count)}},
    [MESSAGE_SERIES] = {true, {
        FIELD(series.start), FIELD(series.end), FIELD(series.step_s)}},
    [MESSAGE_SERIES_ANSWER] = {true, {
        FIELD(series_answer.as_of.offset), FIELD(series_answer.as_of.log_end),
        FIELD(series_answer.as_of.fresh), FIELD(series_answer.as_of.since),
        FIELD(series_answer.lines)}},
    [MESSAGE_SERIES_LINE] = {true, {
        FIELD(series_line.type), FIELD(series_line.counts)}},
    [MESSAGE_TOP] = {true, {
        FIELD(top.type), FIELD(top.start), FIELD(top.end),
        FIELD(top.limit)}},
    [MESSAGE_TOP_ANSWER] = {true, {
        FIELD(top_answer.as_of.offset), FIELD(top_answer.as_of.log_end),
        FIELD(top_answer.as_of.fresh), FIELD(top_answer.as_of.since),
        FIELD(top_answer.repos)}},
    [MESSAGE_TOP_REPO] = {true, {
        FIELD(top_repo.id), FIELD(top_repo.name), FIELD(top_repo.count)}},
    [MESSAGE_ACTIVITY] = {true, {
        FIELD(activity.name), FIELD(activity.start), FIELD(activity.end)}},
    [MESSAGE_ACTIVITY_ANSWER] = {true, {
        FIELD(activity_answer.as_of.offset),
        FIELD(activity_answer.as_of.log_end),
        FIELD(activity_answer.as_of.fresh),
        FIELD(activity_answer.as_of.since), FIELD(activity_answer.found),
        FIELD(activity_answer.id), FIELD(activity_answer.name),
        FIELD(activity_answer.first_at), FIELD(activity_answer.last_at),
        FIELD(activity_answer.counts)}},
    [MESSAGE_INTERVALS] = {true, {
        FIELD(intervals.repo), FIELD(intervals.action),
        FIELD(intervals.start), FIELD(intervals.end)}},
    [MESSAGE_INTERVALS_ANSWER] = {true, {
        FIELD(intervals_answer.as_of.offset),
        FIELD(intervals_answer.as_of.log_end),
        FIELD(intervals_answer.as_of.fresh),
        FIELD(intervals_answer.as_of.since), FIELD(intervals_answer.found),
        FIELD(intervals_answer.repo), FIELD(intervals_answer.updated_at_us),
        FIELD(intervals_answer.actions)}},
    [MESSAGE_INTERVAL] = {true, {
        FIELD(interval.action), FIELD(interval.count),
        FIELD(interval.first_at), FIELD(interval.last_at),
        FIELD(interval.average_s), FIELD(interval.median_s),
        FIELD(interval.p90_s)}},
    [MESSAGE_VIEW_DIGEST_ASK] = {true, {{END, 0}}},
    [MESSAGE_VIEW_DIGEST] = {true, {
        FIELD(view_digest.offset), FIELD(view_digest.digest_high),
        FIELD(view_digest.digest_low), FIELD(view_digest.rows)}},
    [MESSAGE_VIEW_ADOPT] = {true, {
        FIELD(view_adopt.generation)}},
    [MESSAGE_SOURCES_ASK] = {true, {{END, 0}}},
    [MESSAGE_SOURCES] = {true, {
        FIELD(sources.sources)}},
    [MESSAGE_SOURCE] = {true, {
        FIELD(source.name), FIELD(source.state), FIELD(source.error),
        FIELD(source.last_status), FIELD(source.last_poll_at_us),
        FIELD(source.next_poll_at_us), FIELD(source.last_event_at_us),
        FIELD(source.poll_interval_s), FIELD(source.quota_limit),
        FIELD(source.quota_remaining), FIELD(source.quota_reset_at_us),
        FIELD(source.polls), FIELD(source.not_modified),
        FIELD(source.failures), FIELD(source.events), FIELD(source.gaps),
        FIELD(source.last_gap_from_us), FIELD(source.last_gap_until_us),
        FIELD(source.coverage)}},
    [MESSAGE_BEAT] = {true, {
        FIELD(beat.name), FIELD(beat.pid), FIELD(beat.state),
        FIELD(beat.offset), FIELD(beat.end)}},
    [MESSAGE_ACTORS_ASK] = {true, {{END, 0}}},
    [MESSAGE_ACTORS] = {true, {
        FIELD(actors.actors)}},
    [MESSAGE_ACTOR] = {true, {
        FIELD(actor.name), FIELD(actor.pid), FIELD(actor.state),
        FIELD(actor.restarts), FIELD(actor.started_at_us),
        FIELD(actor.last_beat_at_us), FIELD(actor.offset),
        FIELD(actor.end), FIELD(actor.last_exit)}},
    [MESSAGE_SEALED] = {true, {
        FIELD(sealed.view), FIELD(sealed.offset)}},
    [MESSAGE_LOG_CHECKPOINT] = {true, {{END, 0}}},
};
// clang-format on

// Encodes one field; `at` is the member in the struct.
static void s_put(buffer_t *out, uint8_t type, const char *at)
{
    uint32_t u32;
    uint64_t u64;
    slice_t bytes;
    switch (type) {
    case U8:
        buffer_add_u8(out, *(const uint8_t *)at);
        break;
    case U32:
        memcpy(&u32, at, sizeof u32);
        buffer_add_u32(out, u32);
        break;
    case BYTES:
        memcpy(&bytes, at, sizeof bytes);
        if (bytes.bytes > UINT32_MAX) {
            out->failed = true;
            break;
        }
        buffer_add_u32(out, (uint32_t)bytes.bytes);
        buffer_add(out, bytes.data, bytes.bytes);
        break;
    default: // U64, I64 and F64 travel as their 64 bits
        memcpy(&u64, at, sizeof u64);
        buffer_add_u64(out, u64);
        break;
    }
}

void message_encode(const message_t *message, buffer_t *out)
{
    assert(message->kind > 0 && message->kind < MESSAGE_KINDS);
    assert(s_kinds[message->kind].known);
    buffer_add_u8(out, MESSAGE_VERSION);
    buffer_add_u8(out, (uint8_t)message->kind);
    const field_t *field = s_kinds[message->kind].fields;
    for (; field->type != END; field++)
        s_put(out, field->type, (const char *)message + field->offset);
}

// Takes `bytes` off the front; NULL when fewer are left.
static const char *s_take(slice_t *rest, size_t bytes)
{
    if (rest->bytes < bytes)
        return NULL;
    const char *taken = rest->data;
    *rest = slice(rest->data + bytes, rest->bytes - bytes);
    return taken;
}

static bool s_take_u32(slice_t *rest, uint32_t *value)
{
    const char *taken = s_take(rest, sizeof *value);
    if (!taken)
        return false;
    memcpy(value, taken, sizeof *value);
    *value = le32toh(*value);
    return true;
}

static bool s_take_u64(slice_t *rest, uint64_t *value)
{
    const char *taken = s_take(rest, sizeof *value);
    if (!taken)
        return false;
    memcpy(value, taken, sizeof *value);
    *value = le64toh(*value);
    return true;
}

// Bytes with their length before them.
static bool s_take_bytes(slice_t *rest, slice_t *value)
{
    slice_t after = *rest;
    uint32_t bytes;
    if (!s_take_u32(&after, &bytes) || after.bytes < bytes)
        return false;
    *value = slice(s_take(&after, bytes), bytes);
    *rest = after;
    return true;
}

// Decodes one field into the member at `at`; false when the bytes run out.
static bool s_get(slice_t *rest, uint8_t type, char *at)
{
    uint32_t u32;
    uint64_t u64;
    slice_t bytes;
    const char *byte;
    switch (type) {
    case U8:
        if (!(byte = s_take(rest, 1)))
            return false;
        *at = *byte;
        return true;
    case U32:
        if (!s_take_u32(rest, &u32))
            return false;
        memcpy(at, &u32, sizeof u32);
        return true;
    case BYTES:
        if (!s_take_bytes(rest, &bytes))
            return false;
        memcpy(at, &bytes, sizeof bytes);
        return true;
    default: // U64, I64, F64
        if (!s_take_u64(rest, &u64))
            return false;
        memcpy(at, &u64, sizeof u64);
        return true;
    }
}

int message_decode(message_t *message, slice_t bytes)
{
    slice_t rest = bytes;
    const char *start = s_take(&rest, 2);
    if (!start || start[0] == 0)
        return -EBADMSG;
    if ((uint8_t)start[0] != MESSAGE_VERSION)
        return -ENOTSUP;
    uint8_t kind = (uint8_t)start[1];
    if (kind >= MESSAGE_KINDS || !s_kinds[kind].known)
        return -EBADMSG;

    message_t decoded = {.kind = (message_kind_t)kind};
    const field_t *field = s_kinds[kind].fields;
    for (; field->type != END; field++)
        if (!s_get(&rest, field->type, (char *)&decoded + field->offset))
            return -EBADMSG;
    if (rest.bytes > 0)
        return -EBADMSG;
    *message = decoded;
    return 0;
}

int message_failure_error(const message_failure_t *failure)
{
    return failure->code > 0 && failure->code <= ERRNO_MAX ? -(int)failure->code
                                                           : -EIO;
}

void message_list_add(buffer_t *list, const message_t *item)
{
    size_t start = list->bytes;
    buffer_add_u32(list, 0);
    message_encode(item, list);
    if (list->failed)
        return;
    size_t bytes = list->bytes - start - sizeof(uint32_t);
    if (bytes > UINT32_MAX) {
        list->failed = true;
        return;
    }
    uint32_t length = htole32((uint32_t)bytes);
    memcpy(list->data + start, &length, sizeof length);
}

int message_list_next(slice_t *list, message_kind_t kind, message_t *item)
{
    if (list->bytes == 0)
        return 0;
    slice_t rest = *list;
    slice_t bytes;
    message_t decoded;
    if (!s_take_bytes(&rest, &bytes))
        return -EBADMSG;
    int rc = message_decode(&decoded, bytes);
    if (rc)
        return rc;
    if (decoded.kind != kind)
        return -EBADMSG;
    *item = decoded;
    *list = rest;
    return 1;
}
