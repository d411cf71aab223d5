#include "api/ask/tail.h"

#include "actors/runtime/actor.h"
#include "actors/runtime/clock.h"
#include "actors/transport/frames.h"
#include "actors/transport/socket.h"
#include "actors/transport/thread.h"
#include "proto/batch/batch.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct tail {
    const config_t *config; // borrowed
    thread_t *thread;       // used by the owner
    // Used by the thread only.
    zsock_t *feed;
    frames_t frames;
    // Read by any thread; `end` is changed under the lock.
    _Atomic uint64_t end;     // of the log, as last heard
    _Atomic int64_t heard_ms; // when the journal was last heard; 0: never
    // Used by any thread, under the lock.
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int streams;
    bool stopped;
};

// Returns the end of the log according to the current message; 0: unknown.
static uint64_t s_heard_end(tail_t *tail)
{
    const slice_t topic = frames_at(&tail->frames, 0);
    const slice_t body = frames_at(&tail->frames, 1);
    const char *reason;
    message_t message;
    batch_t batch;
    if (slice_equal(topic, slice_of(MESSAGE_TOPIC_BATCH)))
        return batch_open(&batch, body, &reason) == 0
                   ? batch.offset + batch.count
                   : 0;
    return message_decode(&message, body) == 0 &&
                   message.kind == MESSAGE_HEARTBEAT
               ? message.heartbeat.end
               : 0;
}

static int s_on_feed(void *context)
{
    tail_t *tail = context;
    uint64_t end = 0;
    while (frames_receive(&tail->frames, tail->feed)) {
        const uint64_t heard = s_heard_end(tail);
        end = heard > end ? heard : end;
    }
    tail_learn(tail, end);
    tail->heard_ms = clock_tick_ms();
    return 0;
}

static int s_open(void *context, loop_t *loop)
{
    tail_t *tail = context;
    int rc = socket_connect(&tail->feed, tail->config, ZMQ_SUB, "feed");
    if (rc != 0)
        return rc;
    zsock_set_subscribe(tail->feed, MESSAGE_TOPIC_BATCH);
    zsock_set_subscribe(tail->feed, MESSAGE_TOPIC_HEARTBEAT);
    loop_listen(loop, tail->feed, s_on_feed);
    return 0;
}

static void s_close(void *context)
{
    tail_t *tail = context;
    frames_close(&tail->frames);
    zsock_destroy(&tail->feed);
}

// Waits use the monotonic clock.
static void s_init_waiting(tail_t *tail)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&tail->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&tail->lock, NULL);
}

int tail_new(tail_t **tail, const config_t *config)
{
    static const thread_class_t s_class = {.open = s_open, .close = s_close};
    tail_t *self = calloc(1, sizeof *self);
    if (!self)
        return -ENOMEM;
    self->config = config;
    s_init_waiting(self);
    int rc = thread_new(&self->thread, &s_class, self);
    if (rc != 0) {
        tail_destroy(&self);
        return rc;
    }
    *tail = self;
    return 0;
}

void tail_destroy(tail_t **tail)
{
    tail_t *self = *tail;
    if (!self)
        return;
    *tail = NULL;
    thread_destroy(&self->thread);
    pthread_cond_destroy(&self->changed);
    pthread_mutex_destroy(&self->lock);
    free(self);
}

bool tail_end(tail_t *tail, uint64_t *end)
{
    const int64_t heard_ms = tail->heard_ms;
    *end = tail->end;
    return actor_hears(tail->config, heard_ms);
}

void tail_learn(tail_t *tail, uint64_t end)
{
    if (end <= tail->end)
        return;
    pthread_mutex_lock(&tail->lock);
    if (end > tail->end) {
        tail->end = end;
        pthread_cond_broadcast(&tail->changed);
    }
    pthread_mutex_unlock(&tail->lock);
}

bool tail_join(tail_t *tail)
{
    pthread_mutex_lock(&tail->lock);
    bool joins = !tail->stopped && tail->streams < tail->config->http_streams;
    tail->streams += joins;
    pthread_mutex_unlock(&tail->lock);
    return joins;
}

void tail_leave(tail_t *tail)
{
    pthread_mutex_lock(&tail->lock);
    tail->streams--;
    pthread_mutex_unlock(&tail->lock);
}

int tail_streams(tail_t *tail)
{
    pthread_mutex_lock(&tail->lock);
    int streams = tail->streams;
    pthread_mutex_unlock(&tail->lock);
    return streams;
}

static struct timespec s_in_ms(int timeout_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += timeout_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    return until;
}

bool tail_wait(tail_t *tail, uint64_t offset, int timeout_ms)
{
    const struct timespec until = s_in_ms(timeout_ms);
    int rc = 0;
    pthread_mutex_lock(&tail->lock);
    while (rc == 0 && !tail->stopped && tail->end <= offset)
        rc = pthread_cond_timedwait(&tail->changed, &tail->lock, &until);
    bool goes_on = !tail->stopped;
    pthread_mutex_unlock(&tail->lock);
    return goes_on;
}

void tail_stop(tail_t *tail)
{
    pthread_mutex_lock(&tail->lock);
    tail->stopped = true;
    pthread_cond_broadcast(&tail->changed);
    pthread_mutex_unlock(&tail->lock);
}
