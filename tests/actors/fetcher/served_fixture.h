// A served view beside a real journal, and what tests ask of both.
#ifndef OCTOLOG_TESTS_ACTORS_FETCHER_SERVED_FIXTURE_H
#define OCTOLOG_TESTS_ACTORS_FETCHER_SERVED_FIXTURE_H

#include "actors/aggregator/aggregator.h"
#include "actors/runtime/clock.h"
#include "actors/view_store/engine.h"
#include "actors/views/event_counts/event_counts.h"
#include "actors/views/registry.h"
#include "tests/actors/spine_fixture.h"

typedef struct {
    spine_t spine;
    actor_args_t args;
    zactor_t *view;
    request_t *questions;
    request_t *admin;
    producer_t *producer;
    batch_builder_t *builder;
} served_t;

// The first word of an actor on its pipe: "LIVE", or why it failed.
static inline char *served_first_word(zactor_t *actor)
{
    zmsg_t *words = zmsg_recv(actor);
    char *word = zmsg_popstr(words);
    if (streq(word, "FAILED")) {
        free(word);
        word = zmsg_popstr(words);
    }
    zmsg_destroy(&words);
    return word;
}

static inline void served_start_view(served_t *self)
{
    self->args = (actor_args_t){self->spine.config, "event_counts"};
    self->view = zactor_new(aggregator_actor, &self->args);
    char *word = served_first_word(self->view);
    cr_assert(strcmp(word, "LIVE") == 0, "%s", word);
    free(word);
    self->questions = request_new(self->spine.config, "view-event_counts");
    self->admin = request_new(self->spine.config, "admin-event_counts");
}

static inline void served_stop_view(served_t *self)
{
    zactor_destroy(&self->view);
    request_destroy(&self->questions);
    request_destroy(&self->admin);
}

static inline void served_open(served_t *self)
{
    *self = (served_t){0};
    spine_open(&self->spine);
    cr_assert(eq(int, producer_new(&self->producer, self->spine.config), 0));
    self->builder = batch_builder_new();
}

static inline void served_close(served_t *self)
{
    if (self->view)
        served_stop_view(self);
    producer_destroy(&self->producer);
    batch_builder_destroy(&self->builder);
    spine_close(&self->spine);
}

// Journals events [from, until), in batches of ten.
static inline void served_journal(served_t *self, uint64_t from, uint64_t until)
{
    for (uint64_t id = from; id < until; id += 10)
        spine_send(self->producer, self->builder, id,
                   id + 10 < until ? id + 10 : until);
    spine_settle(self->producer, 0);
}

static inline message_as_of_t served_status(served_t *self)
{
    message_t answer = spine_ask(self->questions,
                                 (message_t){.kind = MESSAGE_VIEW_STATUS_ASK});
    cr_assert(eq(int, (int)answer.kind, MESSAGE_AS_OF));
    return answer.as_of;
}

// Asks until everything below `offset` is applied.
static inline void served_await(served_t *self, uint64_t offset)
{
    const int64_t end_ms = clock_tick_ms() + PATIENCE_MS;
    while (served_status(self).offset < offset)
        cr_assert(lt(i64, clock_tick_ms(), end_ms));
}

static inline uint64_t served_pushes(served_t *self, uint64_t start,
                                     uint64_t end)
{
    const view_counts_asked_t asked = {.start = start, .end = end};
    buffer_t body = {0};
    message_t answer = spine_ask(
        self->questions, view_ask(&view_counts_question, &asked, &body));
    buffer_free(&body);
    cr_assert(eq(int, (int)answer.kind, MESSAGE_VIEW_ANSWER));
    slice_t list = answer.view_answer.body;
    view_count_t item;
    return record_next(&list, view_count_fields, &item) == 1 ? item.count : 0;
}

static inline message_view_digest_t served_digest(served_t *self)
{
    message_t answer =
        spine_ask(self->admin, (message_t){.kind = MESSAGE_VIEW_DIGEST_ASK});
    cr_assert(eq(int, (int)answer.kind, MESSAGE_VIEW_DIGEST));
    return answer.view_digest;
}

static inline void served_assert_same(message_view_digest_t a,
                                      message_view_digest_t b)
{
    cr_assert(eq(u64, a.offset, b.offset));
    cr_assert(eq(u64, a.rows, b.rows));
    cr_assert(eq(u64, a.digest_high, b.digest_high));
    cr_assert(eq(u64, a.digest_low, b.digest_low));
}

static inline void served_shell(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

static inline void served_shell(const char *format, ...)
{
    char command[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    cr_assert(eq(int, system(command), 0));
}

// Folds [0, until) of the log into a new generation beside the one served.
static inline void served_build(served_t *self, uint64_t until,
                                view_engine_t *engine)
{
    failure_t failure = {0};
    request_t *request = request_new(self->spine.config, "log");
    cr_assert(eq(int,
                 view_engine_restore(engine, self->spine.config,
                                     registry_find("event_counts"), NULL, 0,
                                     &failure),
                 0));
    while (engine->position.offset < until) {
        message_t answer = spine_ask(
            request, (message_t){.kind = MESSAGE_LOG_READ,
                                 .log_read = {engine->position.offset, until,
                                              1000, 1 << 20, 0}});
        for (uint32_t i = 0; i < answer.log_batches.batches; i++) {
            batch_t batch;
            cr_assert(
                eq(int, batch_open(&batch, request_frame(request, 1 + i), NULL),
                   0));
            uint64_t left = until - batch.offset;
            uint32_t count = left < batch.count ? (uint32_t)left : batch.count;
            cr_assert(eq(int, view_engine_apply(engine, &batch, 0, count), 0));
        }
    }
    cr_assert(eq(int, view_engine_flush(engine), 0));
    request_destroy(&request);
}

#endif
