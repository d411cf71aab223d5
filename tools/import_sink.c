#include "tools/import_sink.h"

#include "actors/actor.h"
#include "actors/producer.h"
#include "tools/log_writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// A journal that restarts, recovers and verifies its tail is back long before.
#define PATIENCE_MS 30000

struct import_sink {
    producer_t *producer; // one of these two
    log_writer_t *writer;
    char reason[IMPORT_SINK_REASON_MAX];
};

static int s_fail(import_sink_t *sink, int rc, const char *text)
{
    snprintf(sink->reason, sizeof sink->reason, "%s", text);
    return rc;
}

int import_sink_new(import_sink_t **sink, const config_t *config, bool running,
                    char reason[IMPORT_SINK_REASON_MAX])
{
    import_sink_t *self = calloc(1, sizeof *self);
    int rc = self ? 0 : -ENOMEM;
    *reason = '\0';
    if (rc == 0 && running)
        rc = producer_new(&self->producer, config);
    else if (rc == 0)
        rc = log_writer_new(&self->writer, config, reason);
    if (rc != 0) {
        if (!*reason)
            snprintf(reason, IMPORT_SINK_REASON_MAX, "%s",
                     strerrordesc_np(-rc));
        import_sink_destroy(&self);
        return rc;
    }
    *sink = self;
    return 0;
}

void import_sink_destroy(import_sink_t **sink)
{
    import_sink_t *self = *sink;
    if (!self)
        return;
    producer_destroy(&self->producer);
    log_writer_destroy(&self->writer);
    free(self);
    *sink = NULL;
}

// Waits for a word of the journal, or until the producer must be called again.
static void s_turn(producer_t *producer)
{
    zsock_t *sockets[2];
    zmq_pollitem_t items[2];
    const int wait_ms = producer_work(producer, actor_tick_ms());
    const size_t count = producer_sockets(producer, sockets);
    for (size_t i = 0; i < count; i++)
        items[i] =
            (zmq_pollitem_t){zsock_resolve(sockets[i]), 0, ZMQ_POLLIN, 0};
    zmq_poll(items, (int)count, wait_ms < PATIENCE_MS ? wait_ms : PATIENCE_MS);
    producer_work(producer, actor_tick_ms());
}

// Until at most `left` batches are unacknowledged.
static int s_wait(import_sink_t *sink, uint32_t left)
{
    producer_t *producer = sink->producer;
    uint32_t held = producer_unacknowledged(producer);
    int64_t progress_ms = actor_tick_ms();
    while (held > left) {
        s_turn(producer);
        if (producer_unacknowledged(producer) < held)
            progress_ms = actor_tick_ms();
        else if (actor_tick_ms() - progress_ms >= PATIENCE_MS)
            return s_fail(sink, -ETIMEDOUT,
                          "the journal took nothing for 30 seconds");
        held = producer_unacknowledged(producer);
    }
    return 0;
}

static int s_send(import_sink_t *sink, batch_builder_t *builder, slice_t source,
                  slice_t rejects)
{
    producer_t *producer = sink->producer;
    int rc = 0;
    while (rc == 0 && !producer_has_room(producer))
        rc = s_wait(sink, producer_unacknowledged(producer) - 1);
    if (rc != 0)
        return rc;
    rc = producer_send(producer, builder, source, slice(NULL, 0), rejects);
    if (rc != 0)
        return s_fail(sink, rc, strerrordesc_np(-rc));
    producer_work(producer, actor_tick_ms());
    return 0;
}

// Copies the writer's words.
static int s_of_writer(import_sink_t *sink, int rc)
{
    const char *reason = log_writer_reason(sink->writer);
    return rc ? s_fail(sink, rc, *reason ? reason : strerrordesc_np(-rc)) : 0;
}

int import_sink_send(import_sink_t *sink, batch_builder_t *builder,
                     slice_t source, slice_t rejects)
{
    if (sink->producer)
        return s_send(sink, builder, source, rejects);
    return s_of_writer(sink,
                       log_writer_send(sink->writer, builder, source, rejects));
}

int import_sink_finish(import_sink_t *sink)
{
    if (sink->producer)
        return s_wait(sink, 0);
    return s_of_writer(sink, log_writer_finish(sink->writer));
}

message_ack_t import_sink_totals(import_sink_t *sink)
{
    return sink->producer ? *producer_totals(sink->producer)
                          : log_writer_totals(sink->writer);
}

const char *import_sink_reason(const import_sink_t *sink)
{
    return sink->reason;
}
