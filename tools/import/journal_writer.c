#include "tools/import/journal_writer.h"

#include "actors/runtime/clock.h"

#include <errno.h>

// Restart, recovery and verification of its tail take the journal far less.
#define PATIENCE_MS 30000

// Waits for a message from the journal, or until the producer's next deadline.
static void s_turn(producer_t *producer)
{
    zsock_t *sockets[2];
    zmq_pollitem_t items[2];
    const int wait_ms = producer_work(producer, clock_tick_ms());
    const size_t count = producer_sockets(producer, sockets);
    for (size_t i = 0; i < count; i++)
        items[i] =
            (zmq_pollitem_t){zsock_resolve(sockets[i]), 0, ZMQ_POLLIN, 0};
    zmq_poll(items, (int)count, wait_ms < PATIENCE_MS ? wait_ms : PATIENCE_MS);
    producer_work(producer, clock_tick_ms());
}

// Waits until at most `left` batches are unacknowledged.
static int s_wait(producer_t *producer, uint32_t left)
{
    uint32_t held = producer_unacknowledged(producer);
    int64_t progress_ms = clock_tick_ms();
    while (held > left) {
        s_turn(producer);
        if (producer_unacknowledged(producer) < held)
            progress_ms = clock_tick_ms();
        else if (clock_tick_ms() - progress_ms >= PATIENCE_MS)
            return -ETIMEDOUT;
        held = producer_unacknowledged(producer);
    }
    return 0;
}

static int s_send(producer_t *producer, const parcel_t *parcel)
{
    int rc = 0;
    while (rc == 0 && !producer_has_room(producer))
        rc = s_wait(producer, producer_unacknowledged(producer) - 1);
    if (rc == 0)
        rc = producer_send_packed(producer, buffer_slice(&parcel->head),
                                  buffer_slice(&parcel->packed),
                                  buffer_slice(&parcel->rejects));
    if (rc == 0)
        producer_work(producer, clock_tick_ms());
    return rc;
}

int journal_writer_send(producer_t *producer, const parcel_t *parcels)
{
    int rc = 0;
    for (; parcels && rc == 0; parcels = parcels->next)
        rc = s_send(producer, parcels);
    return rc;
}

int journal_writer_finish(producer_t *producer)
{
    return s_wait(producer, 0);
}
