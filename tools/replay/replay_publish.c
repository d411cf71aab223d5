#include "tools/replay/replay_publish.h"

#include "actors/runtime/clock.h"
#include "actors/transport/socket.h"

#include <errno.h>
#include <stdlib.h>

// Time for slow subscribers to receive the last batches.
#define LINGER_MS 30000

// Step in which events are sent at a limited speed.
#define STEP_MS 20

struct replay_publish {
    zsock_t *socket; // XPUB
    double speed;    // 0: no limit
    batch_builder_t *builder;
    buffer_t head;    // of a part of a batch
    uint32_t pace_at; // the created_at that was due at
    int64_t pace_ms;  // this time; 0: not started
    uint64_t events;  // sent
};

int replay_publish_new(replay_publish_t **self, const config_t *config,
                       double speed)
{
    replay_publish_t *new = calloc(1, sizeof *new);
    if (!new)
        return -ENOMEM;
    new->speed = speed;
    new->builder = batch_builder_new();
    int rc = new->builder ? 0 : -ENOMEM;
    if (rc == 0)
        rc = socket_bind(&new->socket, config, ZMQ_XPUB, "replay");
    if (rc != 0) {
        replay_publish_destroy(&new);
        return rc;
    }
    zsock_set_xpub_nodrop(new->socket, 1);
    zsock_set_sndtimeo(new->socket, -1);
    zsock_set_linger(new->socket, LINGER_MS);
    *self = new;
    return 0;
}

void replay_publish_destroy(replay_publish_t **self)
{
    if (!*self)
        return;
    zsock_destroy(&(*self)->socket);
    batch_builder_destroy(&(*self)->builder);
    buffer_free(&(*self)->head);
    free(*self);
    *self = NULL;
}

// A subscription is a byte 1 and the beginning of a topic.
static bool s_is_subscription(slice_t frame)
{
    return frame.bytes >= 1 && frame.bytes <= 2 && frame.data[0] == 1 &&
           (frame.bytes == 1 || frame.data[1] == MESSAGE_TOPIC_BATCH[0]);
}

int replay_publish_await(replay_publish_t *self)
{
    bool awaited = true;
    while (awaited) {
        zframe_t *frame = zframe_recv(self->socket);
        if (!frame)
            return -EINTR;
        awaited =
            !s_is_subscription(slice(zframe_data(frame), zframe_size(frame)));
        zframe_destroy(&frame);
    }
    return 0;
}

static int s_send_head(replay_publish_t *self, slice_t head)
{
    int rc =
        socket_send_bytes(self->socket, slice_of(MESSAGE_TOPIC_BATCH), true);
    return rc ? rc : socket_send_bytes(self->socket, head, false);
}

static int s_encode_part(replay_publish_t *self, const batch_t *batch,
                         uint32_t from, uint32_t until)
{
    slice_t head, payload;
    int rc = 0;
    batch_builder_reset(self->builder);
    for (uint32_t i = from; i < until && rc == 0; i++) {
        event_t event;
        batch_event(batch, i, &event);
        rc = batch_builder_add(self->builder, &event);
    }
    if (rc == 0)
        rc = batch_builder_finish(self->builder, &batch->origin, &head,
                                  &payload);
    if (rc != 0)
        return rc;
    buffer_reset(&self->head);
    buffer_add(&self->head, head.data, head.bytes);
    if (buffer_failed(&self->head))
        return -ENOMEM;
    batch_stamp(self->head.data, self->head.bytes, batch->offset + from,
                batch->journaled_at_us);
    return 0;
}

static int s_send_part(replay_publish_t *self, const batch_t *batch,
                       uint32_t from, uint32_t until)
{
    slice_t head = batch->head;
    if (from > 0 || until < batch->count) {
        int rc = s_encode_part(self, batch, from, until);
        if (rc != 0)
            return rc;
        head = buffer_slice(&self->head);
    }
    self->events += until - from;
    return s_send_head(self, head);
}

// Milliseconds until an event is due; 0 or less: due now.
static int64_t s_due_in(replay_publish_t *self, uint32_t created_at)
{
    int64_t now_ms = clock_tick_ms();
    if (!self->pace_ms) {
        self->pace_ms = now_ms;
        self->pace_at = created_at;
    }
    double after_s = (double)created_at - (double)self->pace_at;
    int64_t due_ms = self->pace_ms + (int64_t)(after_s * 1000 / self->speed);
    return due_ms - now_ms;
}

// Sends a run of events in steps, as they become due.
static int s_send_paced(replay_publish_t *self, const batch_t *batch,
                        uint32_t from, uint32_t until)
{
    int rc = 0;
    while (from < until && rc == 0) {
        int64_t wait_ms = s_due_in(self, batch_created_at(batch, from));
        if (wait_ms > 0)
            zclock_sleep(wait_ms < INT32_MAX ? (int)wait_ms : INT32_MAX);
        uint32_t next = from + 1;
        while (next < until &&
               s_due_in(self, batch_created_at(batch, next)) < STEP_MS)
            next++;
        rc = s_send_part(self, batch, from, next);
        from = next;
    }
    return rc;
}

static int s_on_run(void *context, const batch_t *batch, uint32_t from,
                    uint32_t until)
{
    replay_publish_t *self = context;
    return self->speed > 0 ? s_send_paced(self, batch, from, until)
                           : s_send_part(self, batch, from, until);
}

int replay_publish_send(replay_publish_t *self, event_log_t *log,
                        const replay_range_t *range,
                        command_progress_t *progress, uint64_t *events,
                        failure_t *failure)
{
    int rc = replay_range_walk(log, range, s_on_run, self, progress, failure);
    if (rc != 0)
        return rc;
    uint64_t end = event_log_end(log);
    const message_t heartbeat = {
        .kind = MESSAGE_HEARTBEAT,
        .heartbeat = {.first = event_log_first(log),
                      .end = range->until < end ? range->until : end,
                      .number = 1}};
    rc = socket_send_bytes(self->socket, slice_of(MESSAGE_TOPIC_HEARTBEAT),
                           true);
    if (rc == 0)
        rc = socket_send(self->socket, &heartbeat, false);
    *events = self->events;
    return rc;
}
