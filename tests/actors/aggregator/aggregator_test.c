// The aggregator with a real journal, and with one played by the test where
// the feed must lose things or the log must fail.
#include "actors/runtime/clock.h"
#include "tests/actors/fetcher/served_fixture.h"

#include <errno.h>

Test(aggregator, answers_hold_all_that_was_journaled)
{
    served_t self;
    served_open(&self);
    served_start_view(&self);
    served_journal(&self, 0, 1000);
    served_await(&self, 1000);
    cr_assert(eq(u64, served_pushes(&self, 0, UINT64_MAX), 1000));
    cr_assert(eq(u64, served_pushes(&self, 100, 137), 37));
    message_as_of_t as_of = served_status(&self);
    cr_assert(eq(u64, as_of.log_end, 1000));
    cr_assert(eq(u8, as_of.fresh, 1));
    served_close(&self);
}

Test(aggregator, a_late_one_reads_the_log_and_then_lives_on_the_feed)
{
    served_t self;
    served_open(&self);
    served_journal(&self, 0, 500);
    served_start_view(&self);
    served_await(&self, 500);
    served_journal(&self, 500, 700);
    served_await(&self, 700);
    cr_assert(eq(u64, served_pushes(&self, 0, UINT64_MAX), 700));
    served_close(&self);
}

Test(aggregator, a_restarted_one_goes_on_from_its_checkpoint)
{
    served_t self;
    served_open(&self);
    served_start_view(&self);
    served_journal(&self, 0, 105);
    served_await(&self, 105);
    message_view_digest_t before = served_digest(&self);
    cr_assert(eq(u64, before.offset, 105));
    served_stop_view(&self);
    served_start_view(&self);
    cr_assert(eq(u64, served_status(&self).offset, 105));
    served_assert_same(before, served_digest(&self));
    served_journal(&self, 105, 200);
    served_await(&self, 200);
    cr_assert(eq(u64, served_pushes(&self, 0, UINT64_MAX), 200));
    served_close(&self);
}

Test(aggregator, it_outlives_the_journal_and_says_that_it_may_be_stale)
{
    served_t self;
    served_open(&self);
    served_start_view(&self);
    served_journal(&self, 0, 50);
    served_await(&self, 50);
    zactor_destroy(&self.spine.journal);
    const int64_t end_ms = clock_tick_ms() + PATIENCE_MS;
    while (served_status(&self).fresh)
        cr_assert(lt(i64, clock_tick_ms(), end_ms));
    cr_assert(eq(u64, served_pushes(&self, 0, UINT64_MAX), 50));
    spine_start(&self.spine);
    served_journal(&self, 50, 90);
    served_await(&self, 90);
    cr_assert(eq(u64, served_pushes(&self, 0, UINT64_MAX), 90));
    served_close(&self);
}

Test(aggregator, its_digest_is_that_of_another_fold_of_the_log)
{
    served_t self;
    served_open(&self);
    served_start_view(&self);
    served_journal(&self, 0, 333);
    served_await(&self, 333);
    message_view_digest_t live = served_digest(&self);
    view_engine_t engine;
    served_build(&self, live.offset, &engine);
    view_digest_t *digest = view_digest_new(engine.store);
    view_digest_value_t value;
    while (view_digest_step(digest, 1, &value) == 0)
        ;
    served_assert_same(live, (message_view_digest_t){value.checkpoint.offset,
                                                     value.high, value.low,
                                                     value.rows});
    view_digest_destroy(&digest);
    view_engine_close(&engine);
    served_close(&self);
}

Test(aggregator, a_damaged_view_is_rebuilt_from_the_log)
{
    static const char *const s_damages[] = {
        "for f in gen-*/*; do echo rubbish > $f; done",
        "rm gen-*/MANIFEST-*",
        "rm -r gen-*",
        "echo rubbish > CURRENT",
        "truncate -s 0 CURRENT",
        "rm CURRENT"};
    served_t self;
    served_open(&self);
    served_start_view(&self);
    served_journal(&self, 0, 105);
    served_await(&self, 105);
    message_view_digest_t sound = served_digest(&self);
    for (size_t i = 0; i < sizeof s_damages / sizeof *s_damages; i++) {
        served_stop_view(&self);
        served_shell("cd %s/views/event_counts && %s", self.spine.dir,
                     s_damages[i]);
        served_start_view(&self);
        served_await(&self, 105);
        served_assert_same(sound, served_digest(&self));
        served_shell("test $(ls -d %s/views/event_counts/gen-* | wc -l) = 1",
                     self.spine.dir);
    }
    served_close(&self);
}

// Leaves the view with 100 events, and the log with `count` others.
static void s_change_log(served_t *self, uint64_t count)
{
    served_open(self);
    served_start_view(self);
    served_journal(self, 0, 100);
    served_await(self, 100);
    served_stop_view(self);
    producer_destroy(&self->producer);
    zactor_destroy(&self->spine.journal);
    served_shell("rm -r %s/log", self->spine.dir);
    spine_start(&self->spine);
    cr_assert(eq(int, producer_new(&self->producer, self->spine.config), 0));
    served_journal(self, 5000, 5000 + count);
    served_start_view(self);
}

Test(aggregator, a_view_ahead_of_the_log_is_rebuilt)
{
    served_t self;
    s_change_log(&self, 30);
    const int64_t end_ms = clock_tick_ms() + PATIENCE_MS;
    while (served_status(&self).offset != 30)
        cr_assert(lt(i64, clock_tick_ms(), end_ms));
    cr_assert(eq(u64, served_pushes(&self, 0, UINT64_MAX), 30));
    served_close(&self);
}

Test(aggregator, a_view_of_another_log_is_rebuilt)
{
    served_t self;
    s_change_log(&self, 250);
    served_await(&self, 250);
    cr_assert(eq(u64, served_pushes(&self, 0, UINT64_MAX), 250));
    cr_assert(eq(u64, served_pushes(&self, 0, 5000), 0));
    served_close(&self);
}

Test(aggregator, another_generation_is_adopted_and_caught_up)
{
    served_t self;
    served_open(&self);
    served_start_view(&self);
    served_journal(&self, 0, 205);
    served_await(&self, 205);
    view_engine_t engine;
    served_build(&self, 107, &engine);
    char generation[VIEW_GENERATION_NAME_MAX];
    memcpy(generation, view_store_generation(engine.store), sizeof generation);
    cr_assert(eq(int, view_store_persist(engine.store), 0));
    view_engine_close(&engine);
    message_t answer = spine_ask(
        self.admin, (message_t){.kind = MESSAGE_VIEW_ADOPT,
                                .view_adopt = {slice_of(generation)}});
    cr_assert(eq(int, (int)answer.kind, MESSAGE_DONE));
    cr_assert(eq(u64, answer.done.offset, 107));
    served_await(&self, 205);
    cr_assert(eq(u64, served_pushes(&self, 0, UINT64_MAX), 205));
    served_shell("test $(ls -d %s/views/event_counts/gen-*) = "
                 "%s/views/event_counts/%s",
                 self.spine.dir, self.spine.dir, generation);
    served_close(&self);
}

static void s_expect_failure(request_t *request, message_t question,
                             uint32_t code)
{
    message_t answer = spine_ask(request, question);
    cr_assert(eq(int, (int)answer.kind, MESSAGE_FAILURE));
    cr_assert(eq(u32, answer.failure.code, code));
    cr_assert(gt(sz, answer.failure.text.bytes, 0));
}

Test(aggregator, what_cannot_be_adopted_changes_nothing)
{
    served_t self;
    served_open(&self);
    served_start_view(&self);
    served_journal(&self, 0, 20);
    served_await(&self, 20);
    static const struct {
        const char *generation;
        uint32_t code;
    } s_bad[] = {{"gen-000099", ENOENT},
                 {"../../log", EINVAL},
                 {"", EINVAL},
                 {"a name that is much too long", EINVAL}};
    for (size_t i = 0; i < 4; i++)
        s_expect_failure(
            self.admin,
            (message_t){.kind = MESSAGE_VIEW_ADOPT,
                        .view_adopt = {slice_of(s_bad[i].generation)}},
            s_bad[i].code);
    cr_assert(eq(u64, served_pushes(&self, 0, UINT64_MAX), 20));
    served_close(&self);
}

Test(aggregator, every_bad_request_is_answered)
{
    served_t self;
    served_open(&self);
    served_start_view(&self);
    static const char *const s_sockets[] = {"view-event_counts",
                                            "admin-event_counts"};
    for (size_t i = 0; i < 2; i++) {
        zsock_t *socket;
        message_t answer;
        cr_assert(eq(
            int,
            socket_connect(&socket, self.spine.config, ZMQ_REQ, s_sockets[i]),
            0));
        cr_assert(
            eq(int, socket_send_bytes(socket, slice_of("hello"), false), 0));
        zframe_t *frame = zframe_recv(socket);
        cr_assert(eq(int,
                     message_decode(&answer, slice(zframe_data(frame),
                                                   zframe_size(frame))),
                     0));
        cr_assert(eq(int, (int)answer.kind, MESSAGE_FAILURE));
        zframe_destroy(&frame);
        zsock_destroy(&socket);
    }
    const message_t other = {.kind = MESSAGE_VIEW_QUESTION,
                             .view_question = {.name = slice_of("weather")}};
    s_expect_failure(self.questions, other, EINVAL);
    s_expect_failure(self.questions, (message_t){.kind = MESSAGE_DONE}, EINVAL);
    s_expect_failure(self.admin, other, EINVAL);
    served_close(&self);
}

Test(aggregator, a_view_nobody_knows_fails_at_once)
{
    served_t self;
    served_open(&self);
    self.args = (actor_args_t){self.spine.config, "horoscopes"};
    self.view = zactor_new(aggregator_actor, &self.args);
    char *word = served_first_word(self.view);
    cr_assert(eq(str, word, (char *)"no such view"));
    free(word);
    served_close(&self);
}

// A journal played by the test.

#define HEADS 8

typedef struct {
    served_t served;
    zsock_t *feed;
    zsock_t *log;
    buffer_t heads[HEADS]; // of ten events each
} stage_t;

static void s_make_head(stage_t *stage, uint64_t number)
{
    batch_builder_t *builder = batch_builder_new();
    for (uint64_t id = 10 * number; id < 10 * number + 10; id++)
        spine_add_event(builder, id);
    const batch_origin_t origin = {.producer = 1, .sequence = number + 1};
    slice_t head, payload;
    cr_assert(
        eq(int, batch_builder_finish(builder, &origin, &head, &payload), 0));
    buffer_t *copy = &stage->heads[number];
    buffer_add(copy, head.data, head.bytes);
    batch_stamp(copy->data, copy->bytes, 10 * number, 1000);
    batch_builder_destroy(&builder);
}

static void s_open_stage(stage_t *stage)
{
    *stage = (stage_t){0};
    spine_open(&stage->served.spine);
    zactor_destroy(&stage->served.spine.journal);
    const config_t *config = stage->served.spine.config;
    cr_assert(eq(int, socket_bind(&stage->feed, config, ZMQ_XPUB, "feed"), 0));
    cr_assert(eq(int, socket_bind(&stage->log, config, ZMQ_REP, "log"), 0));
    for (uint64_t i = 0; i < HEADS; i++)
        s_make_head(stage, i);
    served_start_view(&stage->served);
    for (int i = 0; i < 2; i++) {
        char *subscription = zstr_recv(stage->feed);
        cr_assert(subscription[0] == 1);
        zstr_free(&subscription);
    }
}

static void s_close_stage(stage_t *stage)
{
    zsock_destroy(&stage->feed);
    zsock_destroy(&stage->log);
    for (size_t i = 0; i < HEADS; i++)
        buffer_free(&stage->heads[i]);
    served_stop_view(&stage->served);
    spine_close(&stage->served.spine);
}

// Waits for the next question to the log, and expects it to begin there.
static void s_expect_read(stage_t *stage, uint64_t from)
{
    zframe_t *frame = zframe_recv(stage->log);
    message_t question;
    cr_assert(eq(int,
                 message_decode(&question,
                                slice(zframe_data(frame), zframe_size(frame))),
                 0));
    cr_assert(eq(int, (int)question.kind, MESSAGE_LOG_READ));
    cr_assert(eq(u64, question.log_read.from, from));
    zframe_destroy(&frame);
}

// Answers with heads [first, until) of a log of `end` batches.
static void s_send_heads(stage_t *stage, uint64_t first, uint64_t until,
                         uint64_t end)
{
    const message_t answer = {
        .kind = MESSAGE_LOG_BATCHES,
        .log_batches = {10 * until, 0, 10 * end, (uint32_t)(until - first)}};
    cr_assert(eq(int, socket_send(stage->log, &answer, until > first), 0));
    for (uint64_t i = first; i < until; i++)
        cr_assert(
            eq(int,
               socket_send_bytes(stage->log, buffer_slice(&stage->heads[i]),
                                 i + 1 < until),
               0));
}

static void s_feed_head(stage_t *stage, uint64_t number)
{
    socket_send_bytes(stage->feed, slice_of(MESSAGE_TOPIC_BATCH), true);
    socket_send_bytes(stage->feed, buffer_slice(&stage->heads[number]), false);
}

static void s_feed_heartbeat(stage_t *stage, uint64_t end)
{
    const message_t heartbeat = {.kind = MESSAGE_HEARTBEAT,
                                 .heartbeat = {.end = 10 * end}};
    socket_send_bytes(stage->feed, slice_of(MESSAGE_TOPIC_HEARTBEAT), true);
    socket_send(stage->feed, &heartbeat, false);
}

Test(aggregator, a_gap_in_the_feed_is_filled_from_the_log)
{
    stage_t stage;
    s_open_stage(&stage);
    s_expect_read(&stage, 0);
    s_send_heads(&stage, 0, 1, 1);
    s_feed_head(&stage, 1);
    s_feed_head(&stage, 1);
    s_feed_head(&stage, 0);
    s_feed_head(&stage, 3);
    s_expect_read(&stage, 20);
    s_send_heads(&stage, 2, 4, 4);
    s_feed_head(&stage, 4);
    s_feed_heartbeat(&stage, 6);
    s_expect_read(&stage, 50);
    s_send_heads(&stage, 5, 6, 6);
    served_await(&stage.served, 60);
    cr_assert(eq(u64, served_pushes(&stage.served, 0, UINT64_MAX), 60));
    s_close_stage(&stage);
}

Test(aggregator, damage_is_never_applied_and_the_log_is_asked_again)
{
    stage_t stage;
    s_open_stage(&stage);
    s_expect_read(&stage, 0);
    stage.heads[1].data[60] ^= 1;
    s_send_heads(&stage, 0, 3, 3);
    s_expect_read(&stage, 10);
    cr_assert(eq(u64, served_pushes(&stage.served, 0, UINT64_MAX), 10));
    stage.heads[1].data[60] ^= 1;
    s_send_heads(&stage, 1, 3, 3);
    stage.heads[3].data[60] ^= 1;
    s_feed_head(&stage, 3);
    stage.heads[3].data[60] ^= 1;
    s_feed_head(&stage, 4);
    s_expect_read(&stage, 30);
    s_send_heads(&stage, 3, 5, 5);
    served_await(&stage.served, 50);
    cr_assert(eq(u64, served_pushes(&stage.served, 0, UINT64_MAX), 50));
    s_close_stage(&stage);
}

Test(aggregator, a_log_that_fails_or_is_silent_is_asked_again)
{
    stage_t stage;
    s_open_stage(&stage);
    s_expect_read(&stage, 0);
    const message_t failure = {.kind = MESSAGE_FAILURE,
                               .failure = {EIO, slice_of("a bad day")}};
    cr_assert(eq(int, socket_send(stage.log, &failure, false), 0));
    s_expect_read(&stage, 0);
    // The answer comes after it was given up: the next question stands alone.
    cr_assert(eq(u64, served_status(&stage.served).offset, 0));
    zmq_pollitem_t item = {zsock_resolve(stage.log), 0, ZMQ_POLLIN, 0};
    s_send_heads(&stage, 0, 1, 2);
    cr_assert(eq(int, zmq_poll(&item, 1, PATIENCE_MS), 1));
    s_expect_read(&stage, 10);
    cr_assert(eq(int, zmq_poll(&item, 1, 0), 0), "one question at a time");
    s_send_heads(&stage, 1, 2, 2);
    served_await(&stage.served, 20);
    s_close_stage(&stage);
}

Test(aggregator, queries_are_answered_while_the_log_is_silent)
{
    stage_t stage;
    s_open_stage(&stage);
    s_expect_read(&stage, 0);
    message_as_of_t as_of = served_status(&stage.served);
    cr_assert(eq(u64, as_of.offset, 0));
    cr_assert(eq(u8, as_of.fresh, 0));
    cr_assert(eq(u64, served_pushes(&stage.served, 0, UINT64_MAX), 0));
    s_send_heads(&stage, 0, 1, 1);
    served_await(&stage.served, 10);
    s_close_stage(&stage);
}
