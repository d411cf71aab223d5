#include "actors/journal/appender.h"

#include "actors/journal/unknown_names.h"
#include "proto/base/naming.h"
#include "proto/base/payload_pack.h"
#include "proto/batch/batch.h"
#include "proto/message.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <xxhash.h>

#define SOURCE_NAME_BYTES                                                      \
    (sizeof NAMING_SOURCE_CURSOR - 1 + BATCH_MAX_SOURCE_BYTES)
#define TOO_STRANGE "its type or action is one new name too many"

// The cursor of a source. The sources are told apart by 64 bits of a hash: two
// alike would at worst cost a poll that leaves nothing out.
typedef struct {
    uint64_t source, mark;
} s_mark_t;

struct appender {
    event_log_t *log;         // borrowed
    int64_t last_us;          // time of the newest batch
    bool staged;              // something waits for a commit
    bool complete;            // `heads` belong to a finished group
    buffer_t heads;           // stamped, one after the other
    buffer_t ends;            // the end of each head, as size_t
    buffer_t value;           // a cursor being built
    buffer_t marks;           // s_mark_t of each cursor staged in this group
    batch_builder_t *builder; // for the remaining events of a batch
    unknown_names_t strange;
    size_t producer_count;
    appender_producer_t producers[APPENDER_PRODUCERS_MAX];
    // Of the batch in hand.
    payload_pack_t unpacked;
    slice_t packed;    // its payload as received, if no event was dropped
    uint32_t left_out; // duplicates that the producer left out
    event_key_t keys[BATCH_MAX_EVENTS];
    bool seen[BATCH_MAX_EVENTS]; // or refused
};

// Producers.

static int s_load_producer(void *context, slice_t name, slice_t value)
{
    appender_t *appender = context;
    appender_producer_t producer = {.answered = true};
    if (!naming_cut_producer(name, &producer.id) ||
        value.bytes != 5 * sizeof(uint64_t) ||
        appender->producer_count == APPENDER_PRODUCERS_MAX)
        return -EUCLEAN;
    producer.sequence = batch_u64(value.data, 0);
    producer.appended = batch_u64(value.data, 1);
    producer.duplicates = batch_u64(value.data, 2);
    producer.rejects = batch_u64(value.data, 3);
    producer.seen_at_us = (int64_t)batch_u64(value.data, 4);
    appender->producers[appender->producer_count++] = producer;
    return 0;
}

static int s_stage_producer(appender_t *appender,
                            const appender_producer_t *producer, bool keep,
                            failure_t *failure)
{
    char name[NAMING_PRODUCER_BYTES];
    naming_producer_cursor(producer->id, name);
    buffer_t *value = &appender->value;
    buffer_reset(value);
    if (keep) {
        buffer_add_u64(value, producer->sequence);
        buffer_add_u64(value, producer->appended);
        buffer_add_u64(value, producer->duplicates);
        buffer_add_u64(value, producer->rejects);
        buffer_add_u64(value, (uint64_t)producer->seen_at_us);
    }
    if (buffer_failed(value))
        return -ENOMEM;
    return event_log_stage_cursor(appender->log, slice_of(name),
                                  buffer_slice(value), failure);
}

static appender_producer_t *s_find(appender_t *appender, uint64_t id)
{
    for (size_t i = 0; i < appender->producer_count; i++)
        if (appender->producers[i].id == id)
            return &appender->producers[i];
    return NULL;
}

// The least recently seen producer that is not in this group; NULL: all are.
static appender_producer_t *s_oldest(appender_t *appender)
{
    appender_producer_t *oldest = NULL;
    for (size_t i = 0; i < appender->producer_count; i++) {
        appender_producer_t *producer = &appender->producers[i];
        if (!producer->changed &&
            (!oldest || producer->seen_at_us < oldest->seen_at_us))
            oldest = producer;
    }
    return oldest;
}

// A place for a new producer; *place is NULL if this group has none left.
static int s_add_producer(appender_t *appender, appender_producer_t **place,
                          failure_t *failure)
{
    *place = NULL;
    if (appender->producer_count < APPENDER_PRODUCERS_MAX) {
        *place = &appender->producers[appender->producer_count++];
        return 0;
    }
    appender_producer_t *oldest = s_oldest(appender);
    int rc = oldest ? s_stage_producer(appender, oldest, false, failure) : 0;
    if (rc == 0)
        *place = oldest;
    return rc;
}

// Life.

int appender_new(appender_t **appender, event_log_t *log, failure_t *failure)
{
    appender_t *self = calloc(1, sizeof *self);
    if (!self)
        return -ENOMEM;
    self->log = log;
    self->complete = true;
    event_log_stats_t stats;
    int rc = event_log_stats(log, &stats);
    if (rc == 0) {
        self->last_us = stats.last_journaled_at_us;
        rc = event_log_cursors(log, slice_of(NAMING_PRODUCER_CURSOR),
                               s_load_producer, self, failure);
    }
    if (rc == 0)
        rc = unknown_names_load(&self->strange, log, failure);
    self->builder = batch_builder_new();
    if (rc == 0 && !self->builder)
        rc = -ENOMEM;
    if (rc != 0) {
        appender_destroy(&self);
        return rc;
    }
    *appender = self;
    return 0;
}

void appender_destroy(appender_t **appender)
{
    appender_t *self = *appender;
    if (!self)
        return;
    batch_builder_destroy(&self->builder);
    unknown_names_free(&self->strange);
    buffer_free(&self->heads);
    buffer_free(&self->ends);
    buffer_free(&self->value);
    buffer_free(&self->marks);
    payload_pack_free(&self->unpacked);
    free(self);
    *appender = NULL;
}

// Taking a batch.

static bool s_has_room(const message_reject_t *reject)
{
    return reject->source.bytes <= BATCH_MAX_SOURCE_BYTES &&
           reject->reason.bytes <= EVENT_NAME_MAX &&
           reject->raw.bytes <= BATCH_MAX_PAYLOAD_BYTES;
}

static bool s_open_rejects(slice_t list, const char **reason)
{
    message_t item;
    int rc;
    while ((rc = message_list_next(&list, MESSAGE_REJECT, &item)) > 0)
        if (!s_has_room(&item.reject))
            break;
    if (rc != 0)
        *reason = "the list of dead letters is damaged";
    return rc == 0;
}

// Sets *payload to the unpacked payload of an opened head. 1: it is damaged.
static int s_unpack(appender_t *appender, const appender_input_t *input,
                    const batch_t *batch, slice_t *payload, const char **reason)
{
    slice_t raw;
    *payload = input->unpacked;
    if (payload->bytes > 0)
        return 0;
    int rc = payload_unpack(&appender->unpacked, input->payload,
                            batch_payload_part_bytes(batch), &raw);
    if (rc == -EBADMSG)
        *reason = "the payload does not belong to this head, or is damaged";
    if (rc != 0)
        return rc == -EBADMSG ? 1 : rc;
    *payload = raw;
    return 0;
}

// 1: it is bad; *reason says why.
static int s_open(appender_t *appender, const appender_input_t *input,
                  batch_t *batch, slice_t *payload, const char **reason)
{
    if (batch_open(batch, input->head, reason) != 0)
        return 1;
    int rc = s_unpack(appender, input, batch, payload, reason);
    if (rc != 0)
        return rc;
    if (batch_open_payload(batch, *payload, reason) != 0 ||
        !s_open_rejects(input->rejects, reason))
        return 1;
    if (batch->origin.producer == 0 || batch->origin.sequence == 0) {
        *reason = "the producer or the sequence number is 0";
        return 1;
    }
    return 0;
}

// Whether it is this batch's turn; sets the producer's entry, new or old.
static int s_turn(appender_t *appender, const batch_t *batch, uint64_t floor,
                  appender_outcome_t *outcome, appender_producer_t **producer,
                  failure_t *failure)
{
    const batch_origin_t *origin = &batch->origin;
    *outcome = APPENDER_EARLY;
    *producer = s_find(appender, origin->producer);
    if (*producer) {
        if (origin->sequence <= (*producer)->sequence)
            *outcome = APPENDER_REPEATED;
        else if (origin->sequence == (*producer)->sequence + 1)
            *outcome = APPENDER_STAGED;
        else if (origin->sequence == floor) // the log was restored
            *outcome = APPENDER_STAGED;
        return 0;
    }
    if (origin->sequence != floor)
        return 0;
    int rc = s_add_producer(appender, producer, failure);
    if (rc == 0 && *producer) {
        **producer = (appender_producer_t){.id = origin->producer};
        *outcome = APPENDER_STAGED;
    }
    return rc;
}

// Marks events that the log has; returns their number, or a negative errno.
static int64_t s_mark_seen(appender_t *appender, const batch_t *batch,
                           failure_t *failure)
{
    for (uint32_t i = 0; i < batch->count; i++) {
        batch_key_t key;
        batch_key(batch, i, &key);
        appender->keys[i].size = key.size;
        memcpy(appender->keys[i].bytes, key.bytes, key.size);
    }
    int rc = event_log_seen(appender->log, appender->keys, batch->count,
                            appender->seen, failure);
    if (rc != 0)
        return rc;
    int64_t count = 0;
    for (uint32_t i = 0; i < batch->count; i++)
        count += appender->seen[i];
    return count;
}

static int s_stage_reject(appender_t *appender,
                          const event_log_reject_t *reject,
                          appender_producer_t *producer, failure_t *failure)
{
    bool kept = false;
    int rc = event_log_stage_reject(appender->log, reject, &kept, failure);
    producer->rejects += kept;
    return rc;
}

// Also marks events with one unknown name too many and stages them as dead
// letters; returns their number, or a negative errno.
static int64_t s_refuse_strange(appender_t *appender, const batch_t *batch,
                                appender_producer_t *producer,
                                failure_t *failure)
{
    int64_t count = 0;
    for (uint32_t i = 0; i < batch->count; i++) {
        int rc = appender->seen[i] ? 0
                                   : unknown_names_admit(&appender->strange,
                                                         batch, i, failure);
        if (rc == 0)
            continue;
        const event_log_reject_t reject = {
            .received_at_us = appender->last_us,
            .source = batch->origin.source,
            .reason = slice_of(TOO_STRANGE),
            .raw = batch_json(batch, i),
        };
        if (rc > 0)
            rc = s_stage_reject(appender, &reject, producer, failure);
        if (rc < 0)
            return rc;
        appender->seen[i] = true;
        count++;
    }
    return count;
}

// Encodes the remaining events as a new batch; their keys stay in `keys`.
static int s_rebuild(appender_t *appender, batch_t *batch, slice_t *payload)
{
    batch_builder_t *builder = appender->builder;
    batch_builder_reset(builder);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < batch->count; i++) {
        if (appender->seen[i])
            continue;
        event_t event;
        batch_event(batch, i, &event);
        int rc = batch_builder_add(builder, &event);
        if (rc != 0)
            return rc;
        appender->keys[kept++] = appender->keys[i];
    }
    slice_t head;
    int rc = batch_builder_finish(builder, &batch->origin, &head, payload);
    return rc ? rc : batch_open(batch, head, NULL);
}

// Stamps the head in place, where the feed will read it, and stages it.
static int s_stage_events(appender_t *appender, const batch_t *batch,
                          slice_t payload, event_log_batch_t *row,
                          failure_t *failure)
{
    char *head = buffer_grow(&appender->heads, batch->head.bytes);
    size_t end = appender->heads.bytes;
    buffer_add(&appender->ends, &end, sizeof end);
    if (!head || buffer_failed(&appender->ends))
        return -ENOMEM;
    memcpy(head, batch->head.data, batch->head.bytes);
    batch_stamp(head, batch->head.bytes, row->first, row->journaled_at_us);
    row->head = slice(head, batch->head.bytes);
    row->payload = payload;
    row->packed = appender->packed;
    row->created_min = batch->created_min;
    row->created_max = batch->created_max;
    return event_log_stage(appender->log, row, failure);
}

// Drops events that were seen and stages the rest.
static int s_stage_batch(appender_t *appender, batch_t *batch, slice_t payload,
                         appender_producer_t *producer, failure_t *failure)
{
    int64_t seen = s_mark_seen(appender, batch, failure);
    if (seen < 0)
        return (int)seen;
    int64_t refused = s_refuse_strange(appender, batch, producer, failure);
    if (refused < 0)
        return (int)refused;
    event_log_batch_t row = {
        .first = event_log_staged_end(appender->log),
        .count = batch->count - (uint32_t)(seen + refused),
        .keys = appender->keys,
        .journaled_at_us = appender->last_us,
        .duplicates = (uint64_t)seen,
    };
    row.duplicates += appender->left_out;
    producer->appended += row.count;
    producer->duplicates += row.duplicates;
    if (row.count == 0)
        return row.duplicates ? event_log_stage(appender->log, &row, failure)
                              : 0;
    if (seen + refused) {
        appender->packed = slice(NULL, 0);
        int rc = s_rebuild(appender, batch, &payload);
        if (rc != 0)
            return rc;
    }
    return s_stage_events(appender, batch, payload, &row, failure);
}

// Writes the name of a source's cursor to SOURCE_NAME_BYTES bytes.
static slice_t s_cursor_name(char *name, slice_t source)
{
    const size_t prefix = sizeof NAMING_SOURCE_CURSOR - 1;
    memcpy(name, NAMING_SOURCE_CURSOR, prefix);
    if (source.bytes > 0)
        memcpy(name + prefix, source.data, source.bytes);
    return slice(name, prefix + source.bytes);
}

static uint64_t s_source_hash(slice_t source)
{
    return XXH3_64bits(source.data, source.bytes);
}

static int s_stage_cursor(appender_t *appender, const batch_origin_t *origin,
                          failure_t *failure)
{
    if (origin->cursor.bytes == 0)
        return 0;
    char name[SOURCE_NAME_BYTES];
    const s_mark_t mark = {s_source_hash(origin->source),
                           batch_cursor_mark(origin->cursor)};
    buffer_add(&appender->marks, &mark, sizeof mark);
    if (buffer_failed(&appender->marks))
        return -ENOMEM;
    return event_log_stage_cursor(appender->log,
                                  s_cursor_name(name, origin->source),
                                  origin->cursor, failure);
}

// The mark of the source's cursor once everything staged is committed; 0: no
// cursor. Or a negative errno.
static int s_find_mark(appender_t *appender, slice_t source, uint64_t *found,
                       failure_t *failure)
{
    const uint64_t hash = s_source_hash(source);
    s_mark_t mark;
    for (size_t end = appender->marks.bytes; end > 0; end -= sizeof mark) {
        memcpy(&mark, appender->marks.data + end - sizeof mark, sizeof mark);
        *found = mark.mark;
        if (mark.source == hash)
            return 0;
    }
    char name[SOURCE_NAME_BYTES], value[BATCH_MAX_CURSOR_BYTES];
    int64_t bytes = event_log_cursor(appender->log, s_cursor_name(name, source),
                                     value, sizeof value, failure);
    *found = bytes > 0 ? batch_cursor_mark(slice(value, (size_t)bytes)) : 0;
    return bytes >= 0 || bytes == -ENOENT || bytes == -ENOBUFS ? 0 : (int)bytes;
}

// Whether the log has the cursor that the batch depends on: 1, 0 or a negative
// errno. If the first batches of a poll were taken before this process started,
// this log may not have them: that counts as 0.
static int s_has_ground(appender_t *appender, const message_publish_t *publish,
                        const batch_origin_t *origin,
                        appender_producer_t *producer, failure_t *failure)
{
    const bool follows = origin->sequence == producer->sequence + 1;
    producer->whole = !publish->continues || (follows && producer->whole);
    if (!producer->whole || publish->base == 0)
        return producer->whole;
    uint64_t mark;
    int rc = s_find_mark(appender, origin->source, &mark, failure);
    return rc ? rc : mark == publish->base;
}

static int s_stage_rejects(appender_t *appender, slice_t list,
                           appender_producer_t *producer, failure_t *failure)
{
    message_t item;
    while (message_list_next(&list, MESSAGE_REJECT, &item) > 0) {
        event_log_reject_t reject = {
            .received_at_us = item.reject.received_at_us,
            .source = item.reject.source,
            .reason = item.reject.reason,
            .raw = item.reject.raw,
        };
        int rc = s_stage_reject(appender, &reject, producer, failure);
        if (rc != 0)
            return rc;
    }
    return 0;
}

static void s_begin_group(appender_t *appender)
{
    if (!appender->complete)
        return;
    for (size_t i = 0; i < appender->producer_count; i++)
        appender->producers[i].stale = false;
    buffer_reset(&appender->marks);
    buffer_reset(&appender->heads);
    buffer_reset(&appender->ends);
    appender->complete = false;
}

static int s_stage(appender_t *appender, const appender_input_t *input,
                   batch_t *batch, slice_t payload,
                   appender_producer_t *producer, failure_t *failure)
{
    batch_origin_t origin = batch->origin;
    int ground =
        s_has_ground(appender, &input->publish, &origin, producer, failure);
    if (ground < 0)
        return ground;
    appender->left_out = ground ? input->publish.left_out : 0;
    if (!ground && (input->publish.left_out || origin.cursor.bytes)) {
        origin.cursor = slice(NULL, 0);
        producer->stale = true;
    }
    producer->sequence = origin.sequence;
    producer->seen_at_us = appender->last_us;
    producer->changed = true;
    appender->staged = true;
    appender->packed = input->payload;
    int rc = s_stage_batch(appender, batch, payload, producer, failure);
    if (rc == 0)
        rc = s_stage_cursor(appender, &origin, failure);
    return rc ? rc
              : s_stage_rejects(appender, input->rejects, producer, failure);
}

int appender_take(appender_t *appender, const appender_input_t *input,
                  int64_t now_us, appender_outcome_t *outcome,
                  const char **reason, failure_t *failure)
{
    s_begin_group(appender);
    batch_t batch;
    slice_t payload;
    *outcome = APPENDER_BAD;
    int rc = s_open(appender, input, &batch, &payload, reason);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    appender_producer_t *producer = NULL;
    rc = s_turn(appender, &batch, input->publish.floor, outcome, &producer,
                failure);
    if (rc != 0 || *outcome == APPENDER_EARLY)
        return rc;
    producer->answered = false;
    if (*outcome == APPENDER_REPEATED)
        return 0;
    if (now_us > appender->last_us)
        appender->last_us = now_us;
    return s_stage(appender, input, &batch, payload, producer, failure);
}

// A group.

int appender_commit(appender_t *appender, failure_t *failure)
{
    appender->complete = true;
    if (!appender->staged)
        return 0;
    for (size_t i = 0; i < appender->producer_count; i++) {
        appender_producer_t *producer = &appender->producers[i];
        if (!producer->changed)
            continue;
        int rc = s_stage_producer(appender, producer, true, failure);
        if (rc != 0)
            return rc;
        producer->changed = false;
    }
    int rc = event_log_commit(appender->log, failure);
    if (rc == 0)
        appender->staged = false;
    return rc;
}

size_t appender_heads(const appender_t *appender)
{
    return appender->ends.bytes / sizeof(size_t);
}

static size_t s_end_of_head(const appender_t *appender, size_t i)
{
    size_t end;
    memcpy(&end, appender->ends.data + i * sizeof end, sizeof end);
    return end;
}

slice_t appender_head(const appender_t *appender, size_t i)
{
    assert(i < appender_heads(appender));
    size_t begin = i ? s_end_of_head(appender, i - 1) : 0;
    return slice(appender->heads.data + begin,
                 s_end_of_head(appender, i) - begin);
}

const appender_producer_t *appender_next_answer(appender_t *appender)
{
    for (size_t i = 0; i < appender->producer_count; i++) {
        appender_producer_t *producer = &appender->producers[i];
        if (producer->answered || producer->changed)
            continue;
        producer->answered = true;
        return producer;
    }
    return NULL;
}

const appender_producer_t *appender_find(appender_t *appender,
                                         uint64_t producer)
{
    return s_find(appender, producer);
}
