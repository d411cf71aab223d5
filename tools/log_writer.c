#include "tools/log_writer.h"

#include "actors/actor.h"
#include "actors/appender.h"
#include "log/payload_pack.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

// A batch on its way to the thread. The parts are copies in `bytes`. The
// payload goes twice, for unpacking it again would take longer than a copy.
typedef struct parcel parcel_t;
struct parcel {
    parcel_t *next;
    slice_t head, payload, packed, rejects;
    size_t size; // of all of them
    char bytes[];
};

typedef struct {
    parcel_t *first;
    parcel_t **last;
    uint32_t batches;
    size_t bytes;
} queue_t;

struct log_writer {
    // Constant after log_writer_new().
    uint64_t producer;
    uint32_t group_batches;
    size_t group_bytes;
    pthread_t thread;
    bool started;
    // The thread's.
    event_log_t *log;
    appender_t *appender;
    // The caller's.
    uint64_t sequence;
    payload_pack_t pack;
    // Both threads', under the lock.
    pthread_mutex_t lock;
    pthread_cond_t changed;
    queue_t waiting;
    bool working; // a group is under way
    bool stopped; // no more will come
    int rc;
    message_ack_t totals;
    char reason[EVENT_LOG_REASON_MAX];
};

static void s_free_parcels(parcel_t *parcel)
{
    while (parcel) {
        parcel_t *next = parcel->next;
        free(parcel);
        parcel = next;
    }
}

// The thread.

static int s_take(log_writer_t *writer, const parcel_t *parcel,
                  const char **reason)
{
    const appender_input_t input = {
        .floor = 1,
        .head = parcel->head,
        .payload = parcel->packed,
        .unpacked = parcel->payload,
        .rejects = parcel->rejects,
    };
    appender_outcome_t outcome;
    int rc = appender_take(writer->appender, &input, actor_now_us(), &outcome,
                           reason);
    return rc == 0 && outcome == APPENDER_BAD ? -EBADMSG : rc;
}

static int s_commit(log_writer_t *writer, const parcel_t *parcel,
                    const char **reason)
{
    int rc = 0;
    for (; parcel && rc == 0; parcel = parcel->next)
        rc = s_take(writer, parcel, reason);
    if (rc == 0)
        rc = appender_commit(writer->appender);
    if (rc != 0 && !*reason)
        *reason = event_log_reason();
    return rc;
}

static void s_report(log_writer_t *writer, int rc, const char *reason)
{
    const appender_producer_t *producer =
        appender_find(writer->appender, writer->producer);
    if (rc != 0) {
        writer->rc = rc;
        snprintf(writer->reason, sizeof writer->reason, "%s", reason);
    } else if (producer) {
        writer->totals = (message_ack_t){
            .sequence = producer->sequence,
            .appended = producer->appended,
            .duplicates = producer->duplicates,
            .rejects = producer->rejects,
            .end = event_log_end(writer->log),
        };
    }
}

// All that waits is one group.
static parcel_t *s_grab(log_writer_t *writer)
{
    parcel_t *parcels = writer->waiting.first;
    writer->waiting = (queue_t){.last = &writer->waiting.first};
    return parcels;
}

static void *s_run(void *context)
{
    log_writer_t *writer = context;
    pthread_mutex_lock(&writer->lock);
    while (writer->waiting.first || !writer->stopped) {
        parcel_t *parcels = s_grab(writer);
        if (!parcels) {
            pthread_cond_wait(&writer->changed, &writer->lock);
            continue;
        }
        int rc = writer->rc;
        writer->working = true;
        pthread_cond_signal(&writer->changed);
        pthread_mutex_unlock(&writer->lock);
        const char *reason = NULL;
        // After a failure what still comes is only freed.
        if (rc == 0)
            rc = s_commit(writer, parcels, &reason);
        s_free_parcels(parcels);
        pthread_mutex_lock(&writer->lock);
        if (writer->rc == 0)
            s_report(writer, rc, reason);
        writer->working = false;
        pthread_cond_signal(&writer->changed);
    }
    pthread_mutex_unlock(&writer->lock);
    return NULL;
}

// Life.

static int s_open(log_writer_t *writer, const config_t *config, char *reason)
{
    const event_log_options_t options = {
        .cache_bytes = config->log_cache_bytes,
        .write_buffer_bytes = config->log_write_buffer_bytes,
    };
    char *path = NULL;
    if (asprintf(&path, "%s/log", config->data_dir) < 0)
        return -ENOMEM;
    int rc =
        event_log_open(&writer->log, path, EVENT_LOG_WRITE, &options, reason);
    free(path);
    if (rc == 0)
        rc = appender_new(&writer->appender, writer->log);
    if (rc != 0 && writer->log)
        snprintf(reason, EVENT_LOG_REASON_MAX, "%s", event_log_reason());
    if (rc == 0 && getrandom(&writer->producer, sizeof writer->producer, 0) !=
                       sizeof writer->producer)
        rc = -errno;
    writer->producer |= 1; // never 0
    if (rc == 0)
        rc = -pthread_create(&writer->thread, NULL, s_run, writer);
    writer->started = rc == 0;
    return rc;
}

int log_writer_new(log_writer_t **writer, const config_t *config,
                   char reason[EVENT_LOG_REASON_MAX])
{
    log_writer_t *self = calloc(1, sizeof *self);
    *reason = '\0';
    int rc = -ENOMEM;
    if (self) {
        self->group_batches = config->group_batches;
        self->group_bytes = config->group_bytes;
        self->waiting.last = &self->waiting.first;
        pthread_mutex_init(&self->lock, NULL);
        pthread_cond_init(&self->changed, NULL);
        rc = s_open(self, config, reason);
    }
    if (rc != 0) {
        if (!*reason)
            snprintf(reason, EVENT_LOG_REASON_MAX, "%s", strerrordesc_np(-rc));
        log_writer_destroy(&self);
        return rc;
    }
    *writer = self;
    return 0;
}

void log_writer_destroy(log_writer_t **writer)
{
    log_writer_t *self = *writer;
    if (!self)
        return;
    pthread_mutex_lock(&self->lock);
    self->stopped = true;
    pthread_cond_signal(&self->changed);
    pthread_mutex_unlock(&self->lock);
    if (self->started)
        pthread_join(self->thread, NULL);
    // It is on disk already; an error is for the next who opens it to report.
    if (self->log && self->rc == 0)
        event_log_settle(self->log);
    s_free_parcels(self->waiting.first);
    payload_pack_free(&self->pack);
    appender_destroy(&self->appender);
    event_log_close(&self->log);
    pthread_cond_destroy(&self->changed);
    pthread_mutex_destroy(&self->lock);
    free(self);
    *writer = NULL;
}

// Sending.

// Copies the part to *room, moves that behind it, and points at the copy.
static slice_t s_copy(char **room, slice_t part)
{
    char *copy = *room;
    if (part.bytes > 0)
        memcpy(copy, part.data, part.bytes);
    *room += part.bytes;
    return slice(copy, part.bytes);
}

static parcel_t *s_parcel(slice_t head, slice_t payload, slice_t packed,
                          slice_t rejects)
{
    const size_t size =
        head.bytes + payload.bytes + packed.bytes + rejects.bytes;
    parcel_t *parcel = malloc(sizeof *parcel + size);
    if (!parcel)
        return NULL;
    char *room = parcel->bytes;
    *parcel = (parcel_t){.size = size};
    parcel->head = s_copy(&room, head);
    parcel->payload = s_copy(&room, payload);
    parcel->packed = s_copy(&room, packed);
    parcel->rejects = s_copy(&room, rejects);
    return parcel;
}

static int s_put(log_writer_t *writer, parcel_t *parcel)
{
    queue_t *waiting = &writer->waiting;
    pthread_mutex_lock(&writer->lock);
    while (writer->rc == 0 && (waiting->batches >= writer->group_batches ||
                               waiting->bytes >= writer->group_bytes))
        pthread_cond_wait(&writer->changed, &writer->lock);
    *waiting->last = parcel;
    waiting->last = &parcel->next;
    waiting->batches++;
    waiting->bytes += parcel->size;
    const int rc = writer->rc;
    pthread_cond_signal(&writer->changed);
    pthread_mutex_unlock(&writer->lock);
    return rc;
}

int log_writer_send(log_writer_t *writer, batch_builder_t *builder,
                    slice_t source, slice_t rejects)
{
    const batch_origin_t origin = {.producer = writer->producer,
                                   .sequence = writer->sequence + 1,
                                   .source = source};
    slice_t head, payload;
    int rc = batch_builder_finish(builder, &origin, &head, &payload);
    if (rc != 0)
        return rc;
    log_bytes_t packed;
    rc = payload_pack(&writer->pack, (log_bytes_t){payload.data, payload.bytes},
                      &packed);
    if (rc != 0)
        return rc;
    parcel_t *parcel =
        s_parcel(head, payload, slice(packed.data, packed.bytes), rejects);
    if (!parcel)
        return -ENOMEM;
    writer->sequence++;
    batch_builder_reset(builder);
    return s_put(writer, parcel);
}

int log_writer_finish(log_writer_t *writer)
{
    pthread_mutex_lock(&writer->lock);
    while (writer->rc == 0 && (writer->working || writer->waiting.first))
        pthread_cond_wait(&writer->changed, &writer->lock);
    const int rc = writer->rc;
    pthread_mutex_unlock(&writer->lock);
    return rc;
}

message_ack_t log_writer_totals(log_writer_t *writer)
{
    pthread_mutex_lock(&writer->lock);
    const message_ack_t totals = writer->totals;
    pthread_mutex_unlock(&writer->lock);
    return totals;
}

const char *log_writer_reason(log_writer_t *writer)
{
    return writer->reason;
}
