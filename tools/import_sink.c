#include "tools/import_sink.h"

#include "actors/actor.h"
#include "actors/producer.h"
#include "tools/log_writer.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

// A journal that restarts, recovers and verifies its tail is back long before.
#define PATIENCE_MS 30000

// One is filled, one is sent, and one waits for the slower of the two.
#define CRATES 3

typedef struct {
    import_batch_t batch;
    size_t source_bytes;
    char source[BATCH_MAX_SOURCE_BYTES];
} crate_t;

// Crate number n is crates[n % CRATES]. Those from `sent` on to `filled` are
// the thread's, with producer or writer; while there are none, all is the
// caller's.
struct import_sink {
    producer_t *producer; // one of these two
    log_writer_t *writer;
    crate_t crates[CRATES];
    char reason[IMPORT_SINK_REASON_MAX];
    pthread_t thread;
    bool started;
    // Both threads', under the lock.
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t filled, sent;
    bool stopped; // no more will come
    int rc;       // what the thread failed with
};

static int s_fail(import_sink_t *sink, int rc, const char *text)
{
    snprintf(sink->reason, sizeof sink->reason, "%s", text);
    return rc;
}

// Sending.

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

static int s_publish(import_sink_t *sink, const crate_t *crate, slice_t source)
{
    producer_t *producer = sink->producer;
    int rc = 0;
    while (rc == 0 && !producer_has_room(producer))
        rc = s_wait(sink, producer_unacknowledged(producer) - 1);
    if (rc != 0)
        return rc;
    rc = producer_send(producer, crate->batch.builder, source, slice(NULL, 0),
                       buffer_slice(&crate->batch.rejects));
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

static int s_send(import_sink_t *sink, crate_t *crate)
{
    const slice_t source = slice(crate->source, crate->source_bytes);
    const slice_t rejects = buffer_slice(&crate->batch.rejects);
    int rc = sink->producer
                 ? s_publish(sink, crate, source)
                 : s_of_writer(sink, log_writer_send(sink->writer,
                                                     crate->batch.builder,
                                                     source, rejects));
    buffer_reset(&crate->batch.rejects);
    return rc;
}

// The thread.

static void *s_run(void *context)
{
    import_sink_t *sink = context;
    pthread_mutex_lock(&sink->lock);
    while (sink->sent < sink->filled || !sink->stopped) {
        if (sink->sent == sink->filled) {
            pthread_cond_wait(&sink->changed, &sink->lock);
            continue;
        }
        crate_t *crate = &sink->crates[sink->sent % CRATES];
        int rc = sink->rc;
        pthread_mutex_unlock(&sink->lock);
        // After a failure nothing goes out any more.
        if (rc == 0)
            rc = s_send(sink, crate);
        pthread_mutex_lock(&sink->lock);
        sink->rc = rc;
        sink->sent++;
        pthread_cond_signal(&sink->changed);
    }
    pthread_mutex_unlock(&sink->lock);
    return NULL;
}

// Waits until the thread has at most `most` crates. Returns what it failed
// with.
static int s_await(import_sink_t *sink, uint64_t most)
{
    pthread_mutex_lock(&sink->lock);
    while (sink->filled - sink->sent > most)
        pthread_cond_wait(&sink->changed, &sink->lock);
    const int rc = sink->rc;
    pthread_mutex_unlock(&sink->lock);
    return rc;
}

// Life.

static int s_make_crates(import_sink_t *sink)
{
    for (size_t i = 0; i < CRATES; i++) {
        sink->crates[i].batch.builder = batch_builder_new();
        if (!sink->crates[i].batch.builder)
            return -ENOMEM;
    }
    return 0;
}

static int s_open(import_sink_t *sink, const config_t *config, bool running,
                  char reason[IMPORT_SINK_REASON_MAX])
{
    int rc = s_make_crates(sink);
    if (rc == 0)
        rc = running ? producer_new(&sink->producer, config)
                     : log_writer_new(&sink->writer, config, reason);
    if (rc == 0)
        rc = -pthread_create(&sink->thread, NULL, s_run, sink);
    sink->started = rc == 0;
    return rc;
}

int import_sink_new(import_sink_t **sink, const config_t *config, bool running,
                    char reason[IMPORT_SINK_REASON_MAX])
{
    import_sink_t *self = calloc(1, sizeof *self);
    int rc = -ENOMEM;
    *reason = '\0';
    if (self) {
        pthread_mutex_init(&self->lock, NULL);
        pthread_cond_init(&self->changed, NULL);
        rc = s_open(self, config, running, reason);
    }
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
    pthread_mutex_lock(&self->lock);
    self->stopped = true;
    pthread_cond_signal(&self->changed);
    pthread_mutex_unlock(&self->lock);
    if (self->started)
        pthread_join(self->thread, NULL);
    producer_destroy(&self->producer);
    log_writer_destroy(&self->writer);
    for (size_t i = 0; i < CRATES; i++) {
        batch_builder_destroy(&self->crates[i].batch.builder);
        buffer_free(&self->crates[i].batch.rejects);
    }
    pthread_cond_destroy(&self->changed);
    pthread_mutex_destroy(&self->lock);
    free(self);
    *sink = NULL;
}

// The caller.

import_batch_t *import_sink_batch(import_sink_t *sink)
{
    return &sink->crates[sink->filled % CRATES].batch;
}

int import_sink_send(import_sink_t *sink, slice_t source)
{
    crate_t *crate = &sink->crates[sink->filled % CRATES];
    crate->source_bytes = source.bytes < sizeof crate->source
                              ? source.bytes
                              : sizeof crate->source;
    memcpy(crate->source, source.data, crate->source_bytes);
    pthread_mutex_lock(&sink->lock);
    sink->filled++;
    pthread_cond_signal(&sink->changed);
    pthread_mutex_unlock(&sink->lock);
    return s_await(sink, CRATES - 1);
}

int import_sink_finish(import_sink_t *sink)
{
    int rc = s_await(sink, 0);
    if (rc != 0)
        return rc;
    return sink->producer ? s_wait(sink, 0)
                          : s_of_writer(sink, log_writer_finish(sink->writer));
}

message_ack_t import_sink_totals(import_sink_t *sink)
{
    (void)s_await(sink, 0);
    return sink->producer ? *producer_totals(sink->producer)
                          : log_writer_totals(sink->writer);
}

const char *import_sink_reason(const import_sink_t *sink)
{
    return sink->reason;
}
