#include "actors/producer/producer.h"

#include "actors/producer/send_window.h"
#include "actors/runtime/clock.h"
#include "actors/transport/frames.h"
#include "actors/transport/socket.h"
#include "proto/base/fault_point.h"
#include "proto/base/payload_pack.h"
#include "proto/message.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/random.h>

// Half of what a socket holds: a window that is published twice still fits.
#define MOST_BATCHES (SOCKET_HWM / 2)

// A batch in the window. ZeroMQ counts references to a frame's bytes, so a
// batch queued in a socket more than once takes no extra memory.
typedef struct {
    zframe_t *head, *payload, *rejects;
    message_publish_t publish; // without its floor
} held_t;

struct producer {
    uint64_t id;
    char topic[MESSAGE_ACK_TOPIC_BYTES + 1]; // of its acknowledgements
    zsock_t *ingest;     // XPUB: sees the journal's subscription
    zsock_t *feed;       // SUB
    frames_t frames;     // the message in hand
    payload_pack_t pack; // of the batch in hand
    send_window_t window;
    held_t *held;         // batch number s in slot s % window.capacity
    message_ack_t totals; // the journal's last acknowledgement
    bool stale;           // it said so; the owner has not taken it yet
};

int producer_draw_id(uint64_t *id)
{
    do {
        if (getrandom(id, sizeof *id, 0) != sizeof *id)
            return -errno;
    } while (*id == 0);
    return 0;
}

static int s_open(producer_t *producer, const config_t *config)
{
    int rc = producer_draw_id(&producer->id);
    if (rc == 0)
        rc = socket_connect(&producer->feed, config, ZMQ_SUB, "feed");
    if (rc != 0)
        return rc;
    message_ack_topic(producer->id, producer->topic);
    zsock_set_subscribe(producer->feed, producer->topic);
    zsock_set_subscribe(producer->feed, MESSAGE_TOPIC_HEARTBEAT);
    rc = socket_connect(&producer->ingest, config, ZMQ_XPUB, "ingest");
    // A journal that restarts subscribes again: that must be visible.
    if (rc == 0)
        zsock_set_xpub_verbose(producer->ingest, 1);
    return rc;
}

int producer_new(producer_t **producer, const config_t *config)
{
    const uint32_t capacity = config->window_batches < MOST_BATCHES
                                  ? config->window_batches
                                  : MOST_BATCHES;
    producer_t *self = calloc(1, sizeof *self);
    if (!self)
        return -ENOMEM;
    self->held = calloc(capacity ? capacity : 1, sizeof *self->held);
    int rc = self->held
                 ? send_window_init(&self->window, capacity,
                                    config->window_bytes, config->republish_ms)
                 : -ENOMEM;
    if (rc == 0)
        rc = s_open(self, config);
    if (rc != 0) {
        producer_destroy(&self);
        return rc;
    }
    *producer = self;
    return 0;
}

static void s_release(held_t *held)
{
    zframe_destroy(&held->head);
    zframe_destroy(&held->payload);
    zframe_destroy(&held->rejects);
}

void producer_destroy(producer_t **producer)
{
    producer_t *self = *producer;
    if (!self)
        return;
    for (uint32_t i = 0; self->held && i < self->window.capacity; i++)
        s_release(&self->held[i]);
    free(self->held);
    send_window_free(&self->window);
    frames_close(&self->frames);
    payload_pack_free(&self->pack);
    zsock_destroy(&self->ingest);
    zsock_destroy(&self->feed);
    free(self);
    *producer = NULL;
}

// Sending.

static int s_publish_frame(producer_t *producer, zframe_t *frame, bool more)
{
    const int flags = ZFRAME_REUSE | ZFRAME_DONTWAIT;
    return zframe_send(&frame, producer->ingest,
                       more ? flags | ZFRAME_MORE : flags);
}

// What cannot be sent now counts as lost: it is published again after the
// time-out.
static void s_publish(producer_t *producer, uint64_t sequence)
{
    const held_t *held = &producer->held[sequence % producer->window.capacity];
    message_t message = {.kind = MESSAGE_PUBLISH, .publish = held->publish};
    message.publish.floor = send_window_floor(&producer->window);
    if (socket_send(producer->ingest, &message, true) == 0 &&
        s_publish_frame(producer, held->head, true) == 0 &&
        s_publish_frame(producer, held->payload, true) == 0)
        s_publish_frame(producer, held->rejects, false);
}

static void s_publish_due(producer_t *producer, int64_t now_ms)
{
    uint64_t sequence;
    while ((sequence = send_window_next(&producer->window, now_ms)))
        s_publish(producer, sequence);
}

bool producer_has_room(const producer_t *producer)
{
    return send_window_has_room(&producer->window);
}

static int s_hold(producer_t *producer, slice_t head, slice_t packed,
                  slice_t rejects, const message_publish_t *publish)
{
    held_t held = {
        .publish = *publish,
        .head = zframe_new(head.data, head.bytes),
        .payload = zframe_new(packed.data, packed.bytes),
        .rejects = zframe_new(rejects.data, rejects.bytes),
    };
    if (!held.head || !held.payload || !held.rejects) {
        s_release(&held);
        return -ENOMEM;
    }
    const uint64_t sequence = send_window_add(
        &producer->window, head.bytes + packed.bytes + rejects.bytes);
    producer->held[sequence % producer->window.capacity] = held;
    return 0;
}

uint64_t producer_id(const producer_t *producer)
{
    return producer->id;
}

static int s_send_packed(producer_t *producer, slice_t head, slice_t packed,
                         slice_t rejects, const message_publish_t *publish)
{
    if (!producer_has_room(producer))
        return -EAGAIN;
    int rc = fault_point("producer.send");
    if (rc == 0)
        rc = s_hold(producer, head, packed, rejects, publish);
    if (rc != 0)
        return rc;
    s_publish_due(producer, clock_tick_ms());
    (void)fault_point("producer.published"); // taken, even if this fails
    return 0;
}

int producer_send_packed(producer_t *producer, slice_t head, slice_t packed,
                         slice_t rejects)
{
    return s_send_packed(producer, head, packed, rejects,
                         &(message_publish_t){0});
}

int producer_send(producer_t *producer, batch_builder_t *builder,
                  slice_t source, slice_t cursor, slice_t rejects)
{
    return producer_send_part(producer, builder, source, cursor, rejects,
                              &(message_publish_t){0});
}

int producer_send_part(producer_t *producer, batch_builder_t *builder,
                       slice_t source, slice_t cursor, slice_t rejects,
                       const message_publish_t *publish)
{
    if (batch_builder_count(builder) == 0 && cursor.bytes == 0 &&
        rejects.bytes == 0 && publish->left_out == 0) {
        batch_builder_reset(builder);
        return 0;
    }
    if (!producer_has_room(producer))
        return -EAGAIN;
    const batch_origin_t origin = {
        .producer = producer->id,
        .sequence = producer->window.last + 1,
        .source = source,
        .cursor = cursor,
    };
    slice_t head, payload;
    slice_t packed;
    int rc = batch_builder_finish(builder, &origin, &head, &payload);
    if (rc == 0)
        rc = payload_pack(&producer->pack, payload, &packed);
    if (rc == 0)
        rc = s_send_packed(producer, head, packed, rejects, publish);
    if (rc == 0)
        batch_builder_reset(builder);
    return rc;
}

// Receiving.

bool producer_take_stale(producer_t *producer)
{
    const bool stale = producer->stale;
    producer->stale = false;
    return stale;
}

size_t producer_sockets(producer_t *producer, zsock_t *sockets[2])
{
    sockets[0] = producer->ingest;
    sockets[1] = producer->feed;
    return 2;
}

// The journal subscribes to everything: one byte, 1 or 0, and an empty topic.
static void s_on_ingest(producer_t *producer)
{
    const slice_t frame = frames_at(&producer->frames, 0);
    if (frame.bytes != 1)
        return;
    if (frame.data[0] == 1)
        send_window_open(&producer->window);
    else
        send_window_close(&producer->window);
}

static void s_on_ack(producer_t *producer, const message_ack_t *ack,
                     int64_t now_ms)
{
    send_window_t *window = &producer->window;
    // A late acknowledgement of an earlier journal process is ignored.
    if (ack->sequence < producer->totals.sequence ||
        ack->sequence > window->last)
        return;
    producer->totals = *ack;
    producer->stale = producer->stale || ack->stale;
    (void)fault_point("producer.acknowledged"); // nothing here can fail
    uint64_t lowest = send_window_floor(window);
    uint32_t count = send_window_acknowledge(window, ack->sequence, now_ms);
    for (; count > 0; count--, lowest++)
        s_release(&producer->held[lowest % window->capacity]);
}

static void s_on_feed(producer_t *producer, int64_t now_ms)
{
    const slice_t topic = frames_at(&producer->frames, 0);
    message_t message;
    if (message_decode(&message, frames_at(&producer->frames, 1)) != 0)
        return;
    if (message.kind == MESSAGE_ACK &&
        slice_equal(topic, slice_of(producer->topic)))
        s_on_ack(producer, &message.ack, now_ms);
}

int producer_work(producer_t *producer, int64_t now_ms)
{
    while (frames_receive(&producer->frames, producer->ingest))
        s_on_ingest(producer);
    while (frames_receive(&producer->frames, producer->feed))
        s_on_feed(producer, now_ms);
    s_publish_due(producer, now_ms);
    return send_window_wait_ms(&producer->window, now_ms);
}

// Asking.

const message_ack_t *producer_totals(const producer_t *producer)
{
    return &producer->totals;
}

uint64_t producer_sequence(const producer_t *producer)
{
    return producer->window.last;
}

uint32_t producer_unacknowledged(const producer_t *producer)
{
    return send_window_held(&producer->window);
}
