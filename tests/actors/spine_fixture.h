// What the tests of the spine share: a data directory of their own, a real
// journal in it, events, and requests to the log.
#ifndef OCTOLOG_TESTS_ACTORS_SPINE_FIXTURE_H
#define OCTOLOG_TESTS_ACTORS_SPINE_FIXTURE_H

#include "actors/journal/journal.h"
#include "actors/producer/producer.h"
#include "actors/runtime/clock.h"
#include "actors/transport/request.h"
#include "actors/transport/socket.h"
#include "log/folder.h"
#include "proto/event/event.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>

// Longer than anything here takes on a slow machine under a sanitizer.
#define PATIENCE_MS 30000

typedef struct {
    char dir[64];
    config_t *config;
    actor_args_t args;
    zactor_t *journal;
} spine_t;

static inline void s_print(void *context, const char *file, int line,
                           const char *text)
{
    (void)context;
    cr_log_error("%s:%d: %s", file ? file : "", line, text);
}

static inline config_t *spine_config(const char *dir)
{
    config_t *config = config_new();
    cr_assert(config != NULL);
    cr_assert(eq(int, config_set(config, "data.dir", dir, s_print, NULL), 0));
    cr_assert(eq(int, config_finish(config, s_print, NULL), 0));
    return config;
}

static inline void spine_start(spine_t *spine)
{
    spine->journal = zactor_new(journal_actor, &spine->args);
    char *word = zstr_recv(spine->journal);
    cr_assert(strcmp(word, "LIVE") == 0, "%s", word);
    zstr_free(&word);
}

static inline void spine_open(spine_t *spine)
{
    *spine = (spine_t){.dir = "/tmp/octolog-spine-XXXXXX"};
    cr_assert(mkdtemp(spine->dir) != NULL);
    spine->config = spine_config(spine->dir);
    spine->args = (actor_args_t){spine->config, "journal"};
    spine_start(spine);
}

static inline void spine_close(spine_t *spine)
{
    zactor_destroy(&spine->journal);
    config_destroy(&spine->config);
    cr_assert_eq(folder_remove(spine->dir), 0);
}

// Event number `id`, created in second `id`.
static inline void spine_add_event(batch_builder_t *builder, uint64_t id)
{
    char json[96];
    snprintf(json, sizeof json, "{\"id\":\"%llu\",\"type\":\"PushEvent\"}",
             (unsigned long long)id);
    const event_t event = {
        .id = id,
        .created_at = (uint32_t)id,
        .type = EVENT_TYPE_PUSH,
        .type_name = slice_of("PushEvent"),
        .repo_name = slice_of("octo/log"),
        .json = slice_of(json),
    };
    cr_assert(eq(int, batch_builder_add(builder, &event), 0));
}

// One turn of the producer's owner: waits for input and takes it in.
static inline void spine_turn(producer_t *producer)
{
    zsock_t *sockets[2];
    cr_assert(eq(sz, producer_sockets(producer, sockets), 2));
    int wait_ms = producer_work(producer, clock_tick_ms());
    zmq_pollitem_t items[] = {{zsock_resolve(sockets[0]), 0, ZMQ_POLLIN, 0},
                              {zsock_resolve(sockets[1]), 0, ZMQ_POLLIN, 0}};
    zmq_poll(items, 2, wait_ms < 1000 ? wait_ms : 1000);
    producer_work(producer, clock_tick_ms());
}

// Until at most `left` batches are unacknowledged.
static inline void spine_settle(producer_t *producer, uint32_t left)
{
    const int64_t end_ms = clock_tick_ms() + PATIENCE_MS;
    while (producer_unacknowledged(producer) > left) {
        cr_assert(clock_tick_ms() < end_ms, "%u batches unacknowledged",
                  producer_unacknowledged(producer));
        spine_turn(producer);
    }
}

// Sends events [from, until) as one batch, waiting for room.
static inline void spine_send(producer_t *producer, batch_builder_t *builder,
                              uint64_t from, uint64_t until)
{
    while (!producer_has_room(producer))
        spine_settle(producer, producer_unacknowledged(producer) - 1);
    for (uint64_t id = from; id < until; id++)
        spine_add_event(builder, id);
    cr_assert(eq(int,
                 producer_send(producer, builder, slice_of("test"),
                               slice(NULL, 0), slice(NULL, 0)),
                 0));
}

// Asks the log; the answer is valid until the next question.
static inline message_t spine_ask(request_t *request, message_t question)
{
    message_t answer;
    cr_assert(
        eq(int, request_ask(request, &question, PATIENCE_MS, &answer), 0));
    return answer;
}

static inline message_log_stats_t spine_stats(const spine_t *spine)
{
    request_t *request = request_new(spine->config, "log");
    message_t answer =
        spine_ask(request, (message_t){.kind = MESSAGE_LOG_STATS_ASK});
    cr_assert(answer.kind == MESSAGE_LOG_STATS);
    message_log_stats_t stats = answer.log_stats;
    request_destroy(&request);
    return stats;
}

// Every event of the log, in order, is number `first_id` and up; each once.
static inline void spine_expect_sequence(const spine_t *spine,
                                         uint64_t first_id, uint64_t count)
{
    request_t *request = request_new(spine->config, "log");
    uint64_t offset = 0;
    while (offset < count) {
        message_t answer = spine_ask(
            request,
            (message_t){.kind = MESSAGE_LOG_READ,
                        .log_read = {offset, UINT64_MAX, 1000, 1 << 20, 1}});
        cr_assert(answer.kind == MESSAGE_LOG_BATCHES);
        cr_assert(eq(u64, answer.log_batches.end, count));
        cr_assert(gt(u32, answer.log_batches.batches, 0));
        for (uint32_t i = 0; i < answer.log_batches.batches; i++) {
            batch_t batch;
            cr_assert(
                eq(int,
                   batch_open(&batch, request_frame(request, 1 + 2 * i), NULL),
                   0));
            cr_assert(eq(int,
                         batch_open_payload(
                             &batch, request_frame(request, 2 + 2 * i), NULL),
                         0));
            cr_assert(eq(u64, batch.offset, offset));
            for (uint32_t row = 0; row < batch.count; row++, offset++)
                cr_assert(batch_id(&batch, row) == first_id + offset,
                          "offset %llu holds %llu", (unsigned long long)offset,
                          (unsigned long long)batch_id(&batch, row));
        }
        cr_assert(eq(u64, answer.log_batches.next, offset));
    }
    request_destroy(&request);
}

#endif
