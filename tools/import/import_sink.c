#include "tools/import/import_sink.h"

#include "tools/import/journal_writer.h"
#include "tools/import/log_writer.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

// Packing takes about as long as parsing and writing together.
#define PACKERS 2

// One is being filled; per packer, one is being packed and one waits.
#define CRATES (1 + 2 * PACKERS)

typedef struct {
    import_batch_t batch;
    parcel_t *parcel; // the result, until earlier crates are packed, too
    bool done;        // it is packed, or packing failed
    size_t source_bytes;
    char source[BATCH_MAX_SOURCE_BYTES];
} crate_t;

// Crate number n is crates[n % CRATES], and becomes parcel number n. Crates
// from `packed` to `begun` are being packed; those up to `filled` wait for a
// packer. Parcels belong to the writer once it takes them from the list.
struct import_sink {
    // Constant.
    const config_t *config; // borrowed
    uint64_t id;            // the producer's
    pthread_t threads[PACKERS + 1];
    size_t thread_count;
    // The writer's; the caller's while the writer is idle.
    producer_t *producer; // through the journal, or
    log_writer_t *writer; // directly into the log; NULL: not yet open
    // Shared by all threads, under the lock.
    pthread_mutex_t lock;
    pthread_cond_t changed;
    crate_t crates[CRATES];
    uint64_t filled, begun, packed, approved;
    parcel_t *first, **last; // packed and not yet taken, in order
    size_t bytes;            // of them
    parcel_t *spare;
    bool writing; // the writer is busy
    bool stopped; // no more crates will come
    message_ack_t totals;
    failure_t failure; // the first of a thread
};

// Keeps the first error.
static void s_fail(import_sink_t *sink, int rc, const char *text)
{
    if (rc != 0 && sink->failure.code == 0)
        failure_set(&sink->failure, rc, "%s",
                    *text ? text : strerrordesc_np(-rc));
}

// The packers.

static parcel_t *s_take_spare(import_sink_t *sink)
{
    parcel_t *parcel = sink->spare;
    if (parcel)
        sink->spare = parcel->next;
    return parcel ? parcel : parcel_new();
}

// Appends packed parcels to the list, in order.
static void s_append_done(import_sink_t *sink)
{
    for (crate_t *crate; (crate = &sink->crates[sink->packed % CRATES])->done;
         sink->packed++) {
        parcel_t *parcel = crate->parcel;
        crate->done = false;
        crate->parcel = NULL;
        if (!parcel)
            continue;
        parcel->number = sink->packed;
        parcel->next = NULL;
        *sink->last = parcel;
        sink->last = &parcel->next;
        sink->bytes += parcel_bytes(parcel);
    }
}

static int s_pack(const import_sink_t *sink, crate_t *crate, uint64_t number,
                  bool keep, payload_pack_t *pack)
{
    const batch_origin_t origin = {
        .producer = sink->id,
        .sequence = number + 1,
        .source = slice(crate->source, crate->source_bytes)};
    return crate->parcel
               ? parcel_fill(crate->parcel, crate->batch.builder, &origin,
                             &crate->batch.rejects, pack, keep)
               : -ENOMEM;
}

// Called with the lock, which it releases meanwhile. After an error nothing is
// sent any more.
static void s_pack_next(import_sink_t *sink, payload_pack_t *pack)
{
    const uint64_t number = sink->begun++;
    crate_t *crate = &sink->crates[number % CRATES];
    int rc = sink->failure.code;
    if (rc == 0) {
        crate->parcel = s_take_spare(sink);
        // Unpacked payloads would soon fill the window of unapproved parcels.
        const bool keep = sink->bytes < sink->config->group_bytes;
        pthread_mutex_unlock(&sink->lock);
        rc = s_pack(sink, crate, number, keep, pack);
        pthread_mutex_lock(&sink->lock);
    }
    s_fail(sink, rc, "");
    if (rc != 0)
        parcel_destroy(&crate->parcel);
    crate->done = true;
    s_append_done(sink);
    pthread_cond_broadcast(&sink->changed);
}

static void *s_run_packer(void *context)
{
    import_sink_t *sink = context;
    payload_pack_t pack = {0};
    pthread_mutex_lock(&sink->lock);
    while (sink->begun < sink->filled || !sink->stopped) {
        if (sink->begun < sink->filled)
            s_pack_next(sink, &pack);
        else
            pthread_cond_wait(&sink->changed, &sink->lock);
    }
    pthread_mutex_unlock(&sink->lock);
    payload_pack_free(&pack);
    return NULL;
}

// The writer.

static bool s_is_approved(const import_sink_t *sink)
{
    return sink->first && sink->first->number < sink->approved;
}

// Takes the parcels of one group from the list.
static parcel_t *s_grab(import_sink_t *sink)
{
    parcel_t *parcels = NULL, **last = &parcels;
    size_t bytes = 0;
    for (uint32_t i = 0;
         i < sink->config->group_batches && bytes < sink->config->group_bytes &&
         s_is_approved(sink);
         i++) {
        parcel_t *parcel = sink->first;
        sink->first = parcel->next;
        bytes += parcel_bytes(parcel);
        *last = parcel;
        last = &parcel->next;
    }
    *last = NULL;
    if (!sink->first)
        sink->last = &sink->first;
    sink->bytes -= bytes;
    return parcels;
}

static void s_put_back(import_sink_t *sink, parcel_t *parcels)
{
    while (parcels) {
        parcel_t *parcel = parcels;
        parcels = parcel->next;
        parcel->next = sink->spare;
        sink->spare = parcel;
    }
}

static int s_through_journal(import_sink_t *sink, const parcel_t *parcels,
                             failure_t *failure)
{
    int rc = parcels ? journal_writer_send(sink->producer, parcels)
                     : journal_writer_finish(sink->producer);
    if (rc == -ETIMEDOUT)
        failure_set(failure, rc,
                    "the journal did not accept anything for 30 seconds");
    return rc;
}

static int s_into_log(import_sink_t *sink, const parcel_t *parcels,
                      message_ack_t *totals, failure_t *failure)
{
    int rc =
        sink->writer ? 0 : log_writer_new(&sink->writer, sink->config, failure);
    if (rc != 0 || !parcels)
        return rc;
    return log_writer_commit(sink->writer, parcels, sink->id, totals, failure);
}

// Called with the lock, which it releases meanwhile. Without parcels, only
// makes sure that the log exists and that everything written is on disk.
static void s_write(import_sink_t *sink, parcel_t *parcels)
{
    int rc = sink->failure.code;
    message_ack_t totals = sink->totals;
    failure_t failure = {0};
    sink->writing = true;
    pthread_mutex_unlock(&sink->lock);
    if (rc == 0)
        rc = sink->producer ? s_through_journal(sink, parcels, &failure)
                            : s_into_log(sink, parcels, &totals, &failure);
    pthread_mutex_lock(&sink->lock);
    s_fail(sink, rc, failure.reason);
    s_put_back(sink, parcels);
    sink->totals = sink->producer ? *producer_totals(sink->producer) : totals;
    sink->writing = false;
    pthread_cond_broadcast(&sink->changed);
}

static void *s_run_writer(void *context)
{
    import_sink_t *sink = context;
    pthread_mutex_lock(&sink->lock);
    for (;;) {
        parcel_t *parcels = s_grab(sink);
        if (parcels)
            s_write(sink, parcels);
        else if (sink->stopped && sink->packed == sink->filled)
            break;
        else
            pthread_cond_wait(&sink->changed, &sink->lock);
    }
    pthread_mutex_unlock(&sink->lock);
    return NULL;
}

// Life.

static int s_start(import_sink_t *sink, void *(*run)(void *))
{
    int rc =
        -pthread_create(&sink->threads[sink->thread_count], NULL, run, sink);
    sink->thread_count += rc == 0;
    return rc;
}

static int s_open(import_sink_t *sink, bool running)
{
    for (size_t i = 0; i < CRATES; i++) {
        sink->crates[i].batch.builder = batch_builder_new();
        if (!sink->crates[i].batch.builder)
            return -ENOMEM;
    }
    int rc = running ? producer_new(&sink->producer, sink->config)
                     : producer_draw_id(&sink->id);
    if (rc == 0 && running)
        sink->id = producer_id(sink->producer);
    for (size_t i = 0; i < PACKERS && rc == 0; i++)
        rc = s_start(sink, s_run_packer);
    return rc ? rc : s_start(sink, s_run_writer);
}

int import_sink_new(import_sink_t **sink, const config_t *config, bool running)
{
    import_sink_t *self = calloc(1, sizeof *self);
    if (!self)
        return -ENOMEM;
    self->config = config;
    self->last = &self->first;
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->changed, NULL);
    int rc = s_open(self, running);
    if (rc != 0) {
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
    pthread_cond_broadcast(&self->changed);
    pthread_mutex_unlock(&self->lock);
    for (size_t i = 0; i < self->thread_count; i++)
        pthread_join(self->threads[i], NULL);
    producer_destroy(&self->producer);
    log_writer_destroy(&self->writer);
    parcel_destroy(&self->first);
    parcel_destroy(&self->spare);
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

static bool s_is_full(const import_sink_t *sink)
{
    return sink->bytes >= sink->config->window_bytes;
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
    pthread_cond_broadcast(&sink->changed);
    while (sink->filled - sink->packed == CRATES ||
           (s_is_full(sink) && s_is_approved(sink)))
        pthread_cond_wait(&sink->changed, &sink->lock);
    const int rc = sink->failure.code;
    pthread_mutex_unlock(&sink->lock);
    return rc;
}

bool import_sink_is_full(import_sink_t *sink)
{
    pthread_mutex_lock(&sink->lock);
    const bool full = s_is_full(sink) && !s_is_approved(sink);
    pthread_mutex_unlock(&sink->lock);
    return full;
}

void import_sink_approve(import_sink_t *sink)
{
    pthread_mutex_lock(&sink->lock);
    if (sink->approved < sink->filled)
        pthread_cond_broadcast(&sink->changed);
    sink->approved = sink->filled;
    pthread_mutex_unlock(&sink->lock);
}

// Called with the lock: waits until the threads are idle.
static void s_await(import_sink_t *sink)
{
    while (sink->packed < sink->filled || s_is_approved(sink) || sink->writing)
        pthread_cond_wait(&sink->changed, &sink->lock);
}

int import_sink_finish(import_sink_t *sink)
{
    pthread_mutex_lock(&sink->lock);
    s_await(sink);
    s_write(sink, NULL);
    const int rc = sink->failure.code;
    pthread_mutex_unlock(&sink->lock);
    return rc;
}

message_ack_t import_sink_totals(import_sink_t *sink)
{
    pthread_mutex_lock(&sink->lock);
    s_await(sink);
    const message_ack_t totals = sink->totals;
    pthread_mutex_unlock(&sink->lock);
    return totals;
}

const char *import_sink_reason(const import_sink_t *sink)
{
    return sink->failure.reason;
}
