#include "proto/message.h"

#include "proto/base/record.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS_MAX 20   // fields of a message, and the end mark
#define ERRNO_MAX  4095 // the kernel's largest

#define FIELD(member) RECORD_FIELD(message_t, member)

// clang-format off
// The wire format: the fields of each kind in the order they are sent. A new
// message needs a struct, a number and a row.
static const struct {
    bool known;
    record_field_t fields[FIELDS_MAX];
} s_kinds[MESSAGE_KINDS] = {
    [MESSAGE_FAILURE] = {true, {
        FIELD(failure.code), FIELD(failure.text)}},
    [MESSAGE_DONE] = {true, {
        FIELD(done.offset)}},
    [MESSAGE_PUBLISH] = {true, {
        FIELD(publish.floor), FIELD(publish.base),
        FIELD(publish.left_out), FIELD(publish.continues)}},
    [MESSAGE_REJECT] = {true, {
        FIELD(reject.number), FIELD(reject.received_at_us),
        FIELD(reject.source), FIELD(reject.reason), FIELD(reject.raw)}},
    [MESSAGE_ACK] = {true, {
        FIELD(ack.sequence), FIELD(ack.appended), FIELD(ack.duplicates),
        FIELD(ack.rejects), FIELD(ack.end), FIELD(ack.stale)}},
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
    [MESSAGE_LOG_STATS_ASK] = {true, {RECORD_END}},
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
    [MESSAGE_VIEW_STATUS_ASK] = {true, {RECORD_END}},
    [MESSAGE_AS_OF] = {true, {
        FIELD(as_of.offset), FIELD(as_of.log_end), FIELD(as_of.fresh),
        FIELD(as_of.since)}},
    [MESSAGE_VIEW_DIGEST_ASK] = {true, {RECORD_END}},
    [MESSAGE_VIEW_DIGEST] = {true, {
        FIELD(view_digest.offset), FIELD(view_digest.digest_high),
        FIELD(view_digest.digest_low), FIELD(view_digest.rows)}},
    [MESSAGE_VIEW_ADOPT] = {true, {
        FIELD(view_adopt.generation)}},
    [MESSAGE_SOURCES_ASK] = {true, {RECORD_END}},
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
    [MESSAGE_ACTORS_ASK] = {true, {RECORD_END}},
    [MESSAGE_ACTORS] = {true, {
        FIELD(actors.actors)}},
    [MESSAGE_ACTOR] = {true, {
        FIELD(actor.name), FIELD(actor.pid), FIELD(actor.state),
        FIELD(actor.restarts), FIELD(actor.started_at_us),
        FIELD(actor.last_beat_at_us), FIELD(actor.offset),
        FIELD(actor.end), FIELD(actor.last_exit)}},
    [MESSAGE_SEALED] = {true, {
        FIELD(sealed.view), FIELD(sealed.offset)}},
    [MESSAGE_LOG_CHECKPOINT] = {true, {RECORD_END}},
    [MESSAGE_VIEW_QUESTION] = {true, {
        FIELD(view_question.name), FIELD(view_question.body)}},
    [MESSAGE_VIEW_ANSWER] = {true, {
        FIELD(view_answer.as_of.offset), FIELD(view_answer.as_of.log_end),
        FIELD(view_answer.as_of.fresh), FIELD(view_answer.as_of.since),
        FIELD(view_answer.body)}},
};
// clang-format on

void message_encode(const message_t *message, buffer_t *out)
{
    assert(message->kind > 0 && message->kind < MESSAGE_KINDS);
    assert(s_kinds[message->kind].known);
    buffer_add_u8(out, MESSAGE_VERSION);
    buffer_add_u8(out, (uint8_t)message->kind);
    record_add(out, s_kinds[message->kind].fields, message);
}

int message_decode(message_t *message, slice_t bytes)
{
    if (bytes.bytes < 2 || bytes.data[0] == 0)
        return -EBADMSG;
    if ((uint8_t)bytes.data[0] != MESSAGE_VERSION)
        return -ENOTSUP;
    uint8_t kind = (uint8_t)bytes.data[1];
    if (kind >= MESSAGE_KINDS || !s_kinds[kind].known)
        return -EBADMSG;

    message_t decoded = {.kind = (message_kind_t)kind};
    slice_t rest = slice(bytes.data + 2, bytes.bytes - 2);
    if (!record_take(&rest, s_kinds[kind].fields, &decoded) || rest.bytes > 0)
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
    if (!record_take_bytes(&rest, &bytes))
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

void message_ack_topic(uint64_t producer,
                       char topic[MESSAGE_ACK_TOPIC_BYTES + 1])
{
    snprintf(topic, MESSAGE_ACK_TOPIC_BYTES + 1,
             MESSAGE_TOPIC_ACK "%016" PRIx64, producer);
}

bool message_ack_producer(slice_t topic, uint64_t *producer)
{
    char text[MESSAGE_ACK_TOPIC_BYTES + 1] = "", again[sizeof text];

    if (topic.bytes != MESSAGE_ACK_TOPIC_BYTES)
        return false;
    memcpy(text, topic.data, topic.bytes);
    const uint64_t number =
        strtoull(text + strlen(MESSAGE_TOPIC_ACK), NULL, 16);
    // strtoull() also accepts signs, blanks and capitals.
    message_ack_topic(number, again);
    if (strcmp(again, text) != 0)
        return false;
    *producer = number;
    return true;
}
