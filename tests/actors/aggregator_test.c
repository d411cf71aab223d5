// The aggregator with a real journal, and with one played by the test where
// the feed must lose things or the log must fail.
#include "actors/aggregator.h"
#include "actors/view_engine.h"
#include "tests/actors/spine_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

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
static char *s_first_word(zactor_t *actor)
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

static void s_start_view(served_t *self)
{
    self->args = (actor_args_t){self->spine.config, "event_counts"};
    self->view = zactor_new(aggregator_actor, &self->args);
    char *word = s_first_word(self->view);
    cr_assert(strcmp(word, "LIVE") == 0, "%s", word);
    free(word);
    self->questions = request_new(self->spine.config, "view-event_counts");
    self->admin = request_new(self->spine.config, "admin-event_counts");
}

static void s_stop_view(served_t *self)
{
    zactor_destroy(&self->view);
    request_destroy(&self->questions);
    request_destroy(&self->admin);
}

static void s_open(served_t *self)
{
    *self = (served_t){0};
    spine_open(&self->spine);
    cr_assert(eq(int, producer_new(&self->producer, self->spine.config), 0));
    self->builder = batch_builder_new();
}

static void s_close(served_t *self)
{
    if (self->view)
        s_stop_view(self);
    producer_destroy(&self->producer);
    batch_builder_destroy(&self->builder);
    spine_close(&self->spine);
}

// Journals events [from, until), in batches of ten.
static void s_journal(served_t *self, uint64_t from, uint64_t until)
{
    for (uint64_t id = from; id < until; id += 10)
        spine_send(self->producer, self->builder, id,
                   id + 10 < until ? id + 10 : until);
    spine_settle(self->producer, 0);
}

static message_as_of_t s_status(served_t *self)
{
    message_t answer = spine_ask(self->questions,
                                 (message_t){.kind = MESSAGE_VIEW_STATUS_ASK});
    cr_assert(eq(int, (int)answer.kind, MESSAGE_AS_OF));
    return answer.as_of;
}

// Asks until everything below `offset` is applied.
static void s_await(served_t *self, uint64_t offset)
{
    const int64_t end_ms = actor_tick_ms() + PATIENCE_MS;
    while (s_status(self).offset < offset)
        cr_assert(lt(i64, actor_tick_ms(), end_ms));
}

static uint64_t s_pushes(served_t *self, uint64_t start, uint64_t end)
{
    message_t answer =
        spine_ask(self->questions,
                  (message_t){.kind = MESSAGE_COUNTS, .counts = {start, end}});
    cr_assert(eq(int, (int)answer.kind, MESSAGE_COUNTS_ANSWER));
    slice_t list = answer.counts_answer.counts;
    message_t item;
    return message_list_next(&list, &item) == 1 ? item.count.count : 0;
}

static message_view_digest_t s_digest(served_t *self)
{
    message_t answer =
        spine_ask(self->admin, (message_t){.kind = MESSAGE_VIEW_DIGEST_ASK});
    cr_assert(eq(int, (int)answer.kind, MESSAGE_VIEW_DIGEST));
    return answer.view_digest;
}

static void s_assert_same(message_view_digest_t a, message_view_digest_t b)
{
    cr_assert(eq(u64, a.offset, b.offset));
    cr_assert(eq(u64, a.rows, b.rows));
    cr_assert(eq(u64, a.digest_high, b.digest_high));
    cr_assert(eq(u64, a.digest_low, b.digest_low));
}

static void s_shell(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

static void s_shell(const char *format, ...)
{
    char command[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    cr_assert(eq(int, system(command), 0));
}

// Folds [0, until) of the log into a new generation beside the one served.
static void s_build(served_t *self, uint64_t until, view_engine_t *engine)
{
    char reason[VIEW_STORE_REASON_MAX];
    request_t *request = request_new(self->spine.config, "log");
    cr_assert(
        eq(int,
           view_engine_restore(engine, self->spine.config,
                               view_find("event_counts"), NULL, 0, reason),
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

Test(aggregator, answers_hold_all_that_was_journaled)
{
    served_t self;
    s_open(&self);
    s_start_view(&self);
    s_journal(&self, 0, 1000);
    s_await(&self, 1000);
    cr_assert(eq(u64, s_pushes(&self, 0, UINT64_MAX), 1000));
    cr_assert(eq(u64, s_pushes(&self, 100, 137), 37));
    message_as_of_t as_of = s_status(&self);
    cr_assert(eq(u64, as_of.log_end, 1000));
    cr_assert(eq(u8, as_of.fresh, 1));
    s_close(&self);
}

Test(aggregator, a_late_one_reads_the_log_and_then_lives_on_the_feed)
{
    served_t self;
    s_open(&self);
    s_journal(&self, 0, 500);
    s_start_view(&self);
    s_await(&self, 500);
    s_journal(&self, 500, 700);
    s_await(&self, 700);
    cr_assert(eq(u64, s_pushes(&self, 0, UINT64_MAX), 700));
    s_close(&self);
}

Test(aggregator, a_restarted_one_goes_on_from_its_checkpoint)
{
    served_t self;
    s_open(&self);
    s_start_view(&self);
    s_journal(&self, 0, 105);
    s_await(&self, 105);
    message_view_digest_t before = s_digest(&self);
    cr_assert(eq(u64, before.offset, 105));
    s_stop_view(&self);
    s_start_view(&self);
    cr_assert(eq(u64, s_status(&self).offset, 105));
    s_assert_same(before, s_digest(&self));
    s_journal(&self, 105, 200);
    s_await(&self, 200);
    cr_assert(eq(u64, s_pushes(&self, 0, UINT64_MAX), 200));
    s_close(&self);
}

Test(aggregator, it_outlives_the_journal_and_says_that_it_may_be_stale)
{
    served_t self;
    s_open(&self);
    s_start_view(&self);
    s_journal(&self, 0, 50);
    s_await(&self, 50);
    zactor_destroy(&self.spine.journal);
    const int64_t end_ms = actor_tick_ms() + PATIENCE_MS;
    while (s_status(&self).fresh)
        cr_assert(lt(i64, actor_tick_ms(), end_ms));
    cr_assert(eq(u64, s_pushes(&self, 0, UINT64_MAX), 50));
    spine_start(&self.spine);
    s_journal(&self, 50, 90);
    s_await(&self, 90);
    cr_assert(eq(u64, s_pushes(&self, 0, UINT64_MAX), 90));
    s_close(&self);
}

Test(aggregator, its_digest_is_that_of_another_fold_of_the_log)
{
    served_t self;
    s_open(&self);
    s_start_view(&self);
    s_journal(&self, 0, 333);
    s_await(&self, 333);
    message_view_digest_t live = s_digest(&self);
    view_engine_t engine;
    s_build(&self, live.offset, &engine);
    view_digest_t *digest = view_digest_new(engine.store);
    view_digest_value_t value;
    while (view_digest_step(digest, 1, &value) == 0)
        ;
    s_assert_same(live,
                  (message_view_digest_t){value.checkpoint.offset, value.high,
                                          value.low, value.rows});
    view_digest_destroy(&digest);
    view_engine_close(&engine);
    s_close(&self);
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
    s_open(&self);
    s_start_view(&self);
    s_journal(&self, 0, 105);
    s_await(&self, 105);
    message_view_digest_t sound = s_digest(&self);
    for (size_t i = 0; i < sizeof s_damages / sizeof *s_damages; i++) {
        s_stop_view(&self);
        s_shell("cd %s/views/event_counts && %s", self.spine.dir, s_damages[i]);
        s_start_view(&self);
        s_await(&self, 105);
        s_assert_same(sound, s_digest(&self));
        s_shell("test $(ls -d %s/views/event_counts/gen-* | wc -l) = 1",
                self.spine.dir);
    }
    s_close(&self);
}

// Leaves the view with 100 events, and the log with `count` others.
static void s_change_log(served_t *self, uint64_t count)
{
    s_open(self);
    s_start_view(self);
    s_journal(self, 0, 100);
    s_await(self, 100);
    s_stop_view(self);
    producer_destroy(&self->producer);
    zactor_destroy(&self->spine.journal);
    s_shell("rm -r %s/log", self->spine.dir);
    spine_start(&self->spine);
    cr_assert(eq(int, producer_new(&self->producer, self->spine.config), 0));
    s_journal(self, 5000, 5000 + count);
    s_start_view(self);
}

Test(aggregator, a_view_ahead_of_the_log_is_rebuilt)
{
    served_t self;
    s_change_log(&self, 30);
    const int64_t end_ms = actor_tick_ms() + PATIENCE_MS;
    while (s_status(&self).offset != 30)
        cr_assert(lt(i64, actor_tick_ms(), end_ms));
    cr_assert(eq(u64, s_pushes(&self, 0, UINT64_MAX), 30));
    s_close(&self);
}

Test(aggregator, a_view_of_another_log_is_rebuilt)
{
    served_t self;
    s_change_log(&self, 250);
    s_await(&self, 250);
    cr_assert(eq(u64, s_pushes(&self, 0, UINT64_MAX), 250));
    cr_assert(eq(u64, s_pushes(&self, 0, 5000), 0));
    s_close(&self);
}

Test(aggregator, another_generation_is_adopted_and_caught_up)
{
    served_t self;
    s_open(&self);
    s_start_view(&self);
    s_journal(&self, 0, 205);
    s_await(&self, 205);
    view_engine_t engine;
    s_build(&self, 107, &engine);
    char generation[VIEW_GENERATION_NAME_MAX];
    memcpy(generation, view_store_generation(engine.store), sizeof generation);
    cr_assert(eq(int, view_store_persist(engine.store), 0));
    view_engine_close(&engine);
    message_t answer = spine_ask(
        self.admin, (message_t){.kind = MESSAGE_VIEW_ADOPT,
                                .view_adopt = {slice_of(generation)}});
    cr_assert(eq(int, (int)answer.kind, MESSAGE_DONE));
    cr_assert(eq(u64, answer.done.offset, 107));
    s_await(&self, 205);
    cr_assert(eq(u64, s_pushes(&self, 0, UINT64_MAX), 205));
    s_shell("test $(ls -d %s/views/event_counts/gen-*) = "
            "%s/views/event_counts/%s",
            self.spine.dir, self.spine.dir, generation);
    s_close(&self);
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
    s_open(&self);
    s_start_view(&self);
    s_journal(&self, 0, 20);
    s_await(&self, 20);
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
    cr_assert(eq(u64, s_pushes(&self, 0, UINT64_MAX), 20));
    s_close(&self);
}

Test(aggregator, every_bad_request_is_answered)
{
    served_t self;
    s_open(&self);
    s_start_view(&self);
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
    s_expect_failure(self.questions, (message_t){.kind = MESSAGE_INTERVALS},
                     EINVAL);
    s_expect_failure(self.questions, (message_t){.kind = MESSAGE_DONE}, EINVAL);
    s_expect_failure(self.admin, (message_t){.kind = MESSAGE_COUNTS}, EINVAL);
    s_close(&self);
}

Test(aggregator, a_view_nobody_knows_fails_at_once)
{
    served_t self;
    s_open(&self);
    self.args = (actor_args_t){self.spine.config, "horoscopes"};
    self.view = zactor_new(aggregator_actor, &self.args);
    char *word = s_first_word(self.view);
    cr_assert(eq(str, word, (char *)"no such view"));
    free(word);
    s_close(&self);
}

// A full disk.

#define FAR_APART 4000u // seconds: a page of its own for each event

// Journals events that need many rows.
static void s_journal_wide(served_t *self, uint64_t from, uint64_t until)
{
    for (uint64_t i = from; i < until; i++)
        spine_add_event(self->builder, i * FAR_APART);
    cr_assert(producer_has_room(self->producer));
    cr_assert(eq(int,
                 producer_send(self->producer, self->builder, slice_of("test"),
                               slice(NULL, 0), slice(NULL, 0)),
                 0));
    spine_settle(self->producer, 0);
}

// All that is free of the disk of `path` goes into one file.
static void s_fill_disk(const char *path)
{
    static char s_bytes[4096];
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert(ge(int, fd, 0));
    while (write(fd, s_bytes, sizeof s_bytes) > 0)
        ;
    cr_assert(eq(int, errno, ENOSPC));
    close(fd);
}

// Journals until the disk takes no more rows, which a digest would need.
// Returns where the view stands.
static uint64_t s_journal_until_full(served_t *self, uint64_t *journaled)
{
    const int64_t end_ms = actor_tick_ms() + PATIENCE_MS;
    message_t answer;
    do {
        cr_assert(lt(i64, actor_tick_ms(), end_ms));
        s_journal_wide(self, *journaled, *journaled + 1000);
        *journaled += 1000;
        answer = spine_ask(self->admin,
                           (message_t){.kind = MESSAGE_VIEW_DIGEST_ASK});
    } while (answer.kind == MESSAGE_VIEW_DIGEST);
    cr_assert(eq(int, (int)answer.kind, MESSAGE_FAILURE));
    cr_assert(eq(u32, answer.failure.code, EAGAIN));
    return s_status(self).offset;
}

// Waits until the view has heard of the log's end.
static void s_await_end(served_t *self, uint64_t end)
{
    const int64_t end_ms = actor_tick_ms() + PATIENCE_MS;
    while (s_status(self).log_end < end)
        cr_assert(lt(i64, actor_tick_ms(), end_ms));
}

Test(aggregator, a_full_disk_leaves_its_answers_and_room_brings_it_back)
{
    char views[96], ballast[128];
    served_t self;
    s_open(&self);
    snprintf(views, sizeof views, "%s/views", self.spine.dir);
    snprintf(ballast, sizeof ballast, "%s/ballast", views);
    cr_assert(eq(int, mkdir(views, 0700), 0));
    if (mount("none", views, "tmpfs", 0, "size=40m") != 0) {
        s_close(&self);
        cr_skip_test("needs the right to mount a tmpfs");
    }
    self.spine.config->view_pending_bytes = 1 << 20;
    s_start_view(&self);
    uint64_t journaled = 1000;
    s_journal_wide(&self, 0, journaled);
    s_await(&self, journaled);
    s_fill_disk(ballast);
    const uint64_t at = s_journal_until_full(&self, &journaled);
    s_await_end(&self, journaled);
    cr_assert(lt(u64, at, journaled));
    cr_assert(eq(u64, s_pushes(&self, 0, UINT64_MAX), at));
    cr_assert(eq(int, unlink(ballast), 0));
    s_await(&self, journaled);
    cr_assert(eq(u64, s_pushes(&self, 0, UINT64_MAX), journaled));
    // One that starts on a full disk answers, too.
    const uint64_t before = journaled;
    s_stop_view(&self);
    s_fill_disk(ballast);
    s_start_view(&self);
    s_journal_wide(&self, before, before + 1000);
    journaled += 1000;
    s_await_end(&self, journaled);
    cr_assert(eq(u64, s_status(&self).offset, before));
    cr_assert(eq(u64, s_pushes(&self, 0, UINT64_MAX), before));
    cr_assert(eq(int, unlink(ballast), 0));
    s_await(&self, journaled);
    cr_assert(eq(u64, s_pushes(&self, 0, UINT64_MAX), journaled));
    message_view_digest_t digest = s_digest(&self);
    view_engine_t engine;
    self.spine.config->view_pending_bytes = 32 << 20;
    s_stop_view(&self);
    cr_assert(eq(int, umount2(views, MNT_DETACH), 0));
    s_build(&self, journaled, &engine);
    view_digest_t *other = view_digest_new(engine.store);
    view_digest_value_t value;
    cr_assert(eq(int, view_digest_step(other, SIZE_MAX, &value), 1));
    s_assert_same(digest,
                  (message_view_digest_t){value.checkpoint.offset, value.high,
                                          value.low, value.rows});
    view_digest_destroy(&other);
    view_engine_close(&engine);
    producer_destroy(&self.producer);
    batch_builder_destroy(&self.builder);
    spine_close(&self.spine);
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
    s_start_view(&stage->served);
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
    s_stop_view(&stage->served);
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
    s_await(&stage.served, 60);
    cr_assert(eq(u64, s_pushes(&stage.served, 0, UINT64_MAX), 60));
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
    cr_assert(eq(u64, s_pushes(&stage.served, 0, UINT64_MAX), 10));
    stage.heads[1].data[60] ^= 1;
    s_send_heads(&stage, 1, 3, 3);
    stage.heads[3].data[60] ^= 1;
    s_feed_head(&stage, 3);
    stage.heads[3].data[60] ^= 1;
    s_feed_head(&stage, 4);
    s_expect_read(&stage, 30);
    s_send_heads(&stage, 3, 5, 5);
    s_await(&stage.served, 50);
    cr_assert(eq(u64, s_pushes(&stage.served, 0, UINT64_MAX), 50));
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
    cr_assert(eq(u64, s_status(&stage.served).offset, 0));
    zmq_pollitem_t item = {zsock_resolve(stage.log), 0, ZMQ_POLLIN, 0};
    s_send_heads(&stage, 0, 1, 2);
    cr_assert(eq(int, zmq_poll(&item, 1, PATIENCE_MS), 1));
    s_expect_read(&stage, 10);
    cr_assert(eq(int, zmq_poll(&item, 1, 0), 0), "one question at a time");
    s_send_heads(&stage, 1, 2, 2);
    s_await(&stage.served, 20);
    s_close_stage(&stage);
}

Test(aggregator, queries_are_answered_while_the_log_is_silent)
{
    stage_t stage;
    s_open_stage(&stage);
    s_expect_read(&stage, 0);
    message_as_of_t as_of = s_status(&stage.served);
    cr_assert(eq(u64, as_of.offset, 0));
    cr_assert(eq(u8, as_of.fresh, 0));
    cr_assert(eq(u64, s_pushes(&stage.served, 0, UINT64_MAX), 0));
    s_send_heads(&stage, 0, 1, 1);
    s_await(&stage.served, 10);
    s_close_stage(&stage);
}
