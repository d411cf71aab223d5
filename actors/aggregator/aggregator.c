#include "actors/aggregator/aggregator.h"

#include "actors/aggregator/admin.h"
#include "actors/aggregator/catch_up.h"
#include "actors/aggregator/log_link.h"
#include "actors/aggregator/questions.h"
#include "actors/aggregator/sealer.h"
#include "actors/report/report.h"
#include "actors/runtime/clock.h"
#include "actors/runtime/health.h"
#include "actors/runtime/shell.h"
#include "actors/transport/frames.h"
#include "actors/transport/socket.h"
#include "actors/views/registry.h"

#include <errno.h>
#include <inttypes.h>

// After this many rebuilds without reaching the log's end in between, something
// other than the view must be wrong.
#define REBUILDS_MAX 3

// How often it checks whether a full disk has room again.
#define ROOM_CHECK_MS 1000

// Messages read from the feed before other sockets get a turn.
#define FEED_BURST 64

typedef struct {
    shell_t shell;
    const actor_args_t *args;
    zsock_t *feed;               // SUB
    view_questions_t *questions; // of the api
    view_admin_t *admin;         // requests of replay
    log_link_t log;              // to "log"
    view_engine_t engine;        // the view
    view_sealer_t *sealer;       // snapshots what the log drops
    catch_up_t catch_up;         // where it is in the log
    frames_t frames;             // the message in hand
    int64_t heard_ms;            // last heard from the journal; 0: never
    int64_t ask_after_ms;        // do not ask the log before
    int64_t flush_due_ms;        // 0: nothing is pending
    int64_t room_due_ms;         // when to try to reopen a full engine
    int rebuilds;                // since the log's end was reached
    uint64_t damaged;            // batches refused
} aggregator_t;

static const char *s_name(const aggregator_t *self)
{
    return self->args->name;
}

static int s_fail(aggregator_t *self, int rc, const char *what)
{
    return shell_because(&self->shell, rc, what, NULL);
}

static message_as_of_t s_as_of(void *context)
{
    const aggregator_t *self = context;
    const catch_up_t *at = &self->catch_up;
    return (message_as_of_t){
        .offset = at->position,
        .log_end = at->log_end > at->position ? at->log_end : at->position,
        .fresh = actor_hears(self->args->config, self->heard_ms),
        .since = view_store_since(self->engine.store),
    };
}

// The view itself.

// Continues from a checkpoint; discards answers to earlier questions.
static void s_start_at(aggregator_t *self, view_checkpoint_t at)
{
    log_link_cancel(&self->log);
    self->flush_due_ms = 0;
    catch_up_start(&self->catch_up, at.offset, at.stamp_us);
}

static bool s_is_rebuildable(int rc)
{
    return rc == -EUCLEAN || rc == -ENOTSUP;
}

// Releases the rows before another store replaces this one.
static void s_let_go_of_rows(aggregator_t *self, const char *why)
{
    view_admin_give_up(self->admin, why);
    if (self->questions)
        view_questions_restart(self->questions);
}

// Reports a rebuilt view that could not start from a snapshot.
static void s_tell_since(const aggregator_t *self)
{
    uint64_t since = view_store_since(self->engine.store);
    const char *why =
        self->shell.failure.code ? self->shell.failure.reason : "not there";
    if (since > 0 || self->shell.failure.code)
        report_facts(REPORT_WARNING, s_name(self),
                     REPORT_FACTS(report_number("offset", (int64_t)since),
                                  report_text("cause", why)),
                     "it counts from offset %" PRIu64 " on: its snapshot is %s",
                     since, why);
}

static int s_rebuild(aggregator_t *self, const char *why)
{
    if (self->rebuilds++ == REBUILDS_MAX)
        return failure_set(&self->shell.failure, -EUCLEAN,
                           "rebuilding did not help: %.400s", why);
    report_facts(REPORT_WARNING, s_name(self),
                 REPORT_FACTS(report_text("cause", why)), "rebuilding: %s",
                 why);
    s_let_go_of_rows(self, "the view is being rebuilt");
    int rc = view_engine_rebuild(&self->engine, self->catch_up.log_first,
                                 &self->shell.failure);
    if (rc == 0) {
        s_tell_since(self);
        s_start_at(self, self->engine.position);
    }
    return rc;
}

// The engine's position, as a fact of a report.
static report_fact_t s_offset(const aggregator_t *self)
{
    return report_number("offset", (int64_t)self->engine.position.offset);
}

// Stops at the engine's position and only tracks the log's end.
static int s_stand_still(aggregator_t *self)
{
    const catch_up_t before = self->catch_up;
    s_start_at(self, self->engine.position);
    catch_up_heartbeat(&self->catch_up, before.log_first, before.log_end);
    view_admin_give_up(self->admin, HEALTH_NO_ROOM);
    self->room_due_ms = clock_tick_ms() + ROOM_CHECK_MS;
    report_facts(REPORT_ERROR, s_name(self), REPORT_FACTS(s_offset(self)),
                 HEALTH_NO_ROOM ": answering as of offset %" PRIu64
                                " until there is room",
                 self->engine.position.offset);
    return 0;
}

// Handles the result of a call of the engine: rebuilds or stops if necessary.
static int s_handle(aggregator_t *self, int rc)
{
    const char *why = view_engine_reason(&self->engine);
    if (s_is_rebuildable(rc))
        return s_rebuild(self, why[0] ? why : "one of its rows is damaged");
    if (view_store_is_full(rc) && self->engine.is_full)
        return s_stand_still(self);
    if (rc != 0)
        failure_set(&self->shell.failure, rc, "%.250s%s%.200s",
                    strerrordesc_np(-rc), why[0] ? ": " : "", why);
    return rc;
}

static int s_flush(aggregator_t *self)
{
    self->flush_due_ms = 0;
    return s_handle(self, view_engine_flush(&self->engine));
}

// Continues from the checkpoint if the disk has room again.
static int s_look_for_room(aggregator_t *self, int64_t now_ms)
{
    const catch_up_t before = self->catch_up;
    self->room_due_ms = now_ms + ROOM_CHECK_MS;
    if (view_store_check_room(&self->engine.options) != 0)
        return 0;
    failure_t failure = {0};
    s_let_go_of_rows(self, HEALTH_NO_ROOM);
    int rc = view_engine_reopen(&self->engine, &failure);
    if (self->engine.is_full)
        return 0;
    if (s_is_rebuildable(rc))
        return s_rebuild(self, failure.reason);
    if (rc != 0) {
        self->shell.failure = failure;
        return rc;
    }
    s_start_at(self, self->engine.position);
    catch_up_heartbeat(&self->catch_up, before.log_first, before.log_end);
    report_facts(REPORT_INFO, s_name(self), REPORT_FACTS(s_offset(self)),
                 "there is room again: continuing from offset %" PRIu64,
                 self->engine.position.offset);
    return 0;
}

static int s_apply(aggregator_t *self, const batch_t *batch, uint32_t skip)
{
    int rc = view_engine_apply(&self->engine, batch, skip, batch->count);
    if (rc != 0)
        return s_handle(self, rc);
    catch_up_taken(&self->catch_up, batch->offset, batch->count,
                   batch->journaled_at_us);
    if (!self->flush_due_ms)
        self->flush_due_ms =
            clock_tick_ms() + self->args->config->view_flush_ms;
    return 0;
}

// Opens a batch. Damaged ones are reported: the first, second, fourth, ...
static bool s_open_batch(aggregator_t *self, batch_t *batch, slice_t head)
{
    const char *reason = "";
    if (batch_open(batch, head, &reason) == 0)
        return true;
    self->damaged++;
    if ((self->damaged & (self->damaged - 1)) == 0)
        report_facts(
            REPORT_ERROR, s_name(self),
            REPORT_FACTS(
                report_number("offset", (int64_t)self->catch_up.position),
                report_number("batches", (int64_t)self->damaged),
                report_text("cause", reason)),
            "a batch after offset %" PRIu64 " is damaged (%" PRIu64
            " so far): %s",
            self->catch_up.position, self->damaged, reason);
    return false;
}

// The log.

// Asks later: a problem with the log takes time to go away.
static void s_put_off(aggregator_t *self)
{
    catch_up_failed(&self->catch_up);
    self->ask_after_ms = clock_tick_ms() + self->args->config->heartbeat_ms;
}

static int s_check_broken(aggregator_t *self)
{
    if (self->catch_up.state != CATCH_UP_BROKEN)
        return 0;
    return s_rebuild(self, self->catch_up.reason);
}

// Takes the batches of an answer: 1; 0: one could not be used; or an error.
static int s_take_batches(aggregator_t *self)
{
    slice_t head;
    while (log_link_next(&self->log, &head)) {
        batch_t batch;
        uint32_t skip;
        if (!s_open_batch(self, &batch, head))
            return 0;
        if (!catch_up_read(&self->catch_up, batch.offset, batch.count,
                           batch.journaled_at_us, &skip))
            continue;
        uint64_t before = self->catch_up.position;
        int rc = s_apply(self, &batch, skip);
        if (rc != 0)
            return rc;
        if (self->catch_up.position <= before)
            return 0; // the view was rebuilt meanwhile
    }
    return 1;
}

static int s_take_log(aggregator_t *self)
{
    message_log_batches_t answer;
    int rc = log_link_begin(&self->log, &answer);
    if (rc == 0)
        return 0;
    if (rc == 1) {
        self->heard_ms = clock_tick_ms();
        catch_up_answer(&self->catch_up, answer.first, answer.end);
        rc = s_take_batches(self);
    }
    log_link_end(&self->log);
    if (rc == 1)
        catch_up_answered(&self->catch_up);
    else if (rc == -ECONNRESET)
        catch_up_failed(&self->catch_up); // its successor is asked at once
    else if (rc == 0 || rc == -EBADMSG)
        s_put_off(self);
    else
        return rc;
    if (self->catch_up.caught_up)
        self->rebuilds = 0;
    return s_check_broken(self);
}

// Asks the log if something is missing; cancels a question that is too old.
static void s_ask_log(aggregator_t *self, int64_t now_ms)
{
    uint64_t from;
    if (log_link_give_up(&self->log, now_ms))
        catch_up_failed(&self->catch_up);
    if (self->engine.is_full || now_ms < self->ask_after_ms ||
        !catch_up_wants(&self->catch_up, &from))
        return;
    int rc = log_link_ask(&self->log, from, now_ms);
    if (rc == 0)
        catch_up_asked(&self->catch_up);
    else if (rc != -EAGAIN)
        s_put_off(self);
}

// The feed.

static int s_on_batch(aggregator_t *self, slice_t head)
{
    batch_t batch;
    uint32_t skip;
    if (!s_open_batch(self, &batch, head) ||
        !catch_up_feed(&self->catch_up, batch.offset, batch.count, &skip))
        return 0;
    return s_apply(self, &batch, skip);
}

static int s_on_feed_message(aggregator_t *self)
{
    slice_t topic = frames_at(&self->frames, 0);
    slice_t body = frames_at(&self->frames, 1);
    message_t message;
    self->heard_ms = clock_tick_ms();
    if (slice_equal(topic, slice_of(MESSAGE_TOPIC_BATCH)))
        return s_on_batch(self, body);
    if (slice_equal(topic, slice_of(MESSAGE_TOPIC_HEARTBEAT)) &&
        message_decode(&message, body) == 0 &&
        message.kind == MESSAGE_HEARTBEAT)
        catch_up_heartbeat(&self->catch_up, message.heartbeat.first,
                           message.heartbeat.end);
    return 0;
}

// Only while following the feed, or tracking just the log's end.
static bool s_hears_feed(const aggregator_t *self)
{
    return self->catch_up.state == CATCH_UP_FOLLOWING || self->engine.is_full;
}

// Stops when the log must be asked: the feed keeps what comes next.
static int s_on_feed(void *context)
{
    aggregator_t *self = context;
    int rc = 0;
    for (int i = 0; i < FEED_BURST && rc == 0 && s_hears_feed(self) &&
                    frames_receive(&self->frames, self->feed);
         i++)
        rc = s_on_feed_message(self);
    return rc;
}

// Requests, and work done in steps.

static int s_on_questions(void *context)
{
    aggregator_t *self = context;
    return s_handle(self, view_questions_receive(self->questions));
}

static int s_on_admin(void *context)
{
    aggregator_t *self = context;
    view_questions_restart(self->questions);
    int rc = view_admin_receive(self->admin);
    if (self->engine.is_full)
        view_admin_give_up(self->admin, HEALTH_NO_ROOM);
    if (rc != 1)
        return s_handle(self, rc);
    s_start_at(self, self->engine.position);
    return 0;
}

static bool s_is_busy(const aggregator_t *self)
{
    const view_engine_t *engine = &self->engine;
    return (engine->is_unsettled && !engine->is_full) ||
           view_admin_is_busy(self->admin) ||
           view_questions_is_busy(self->questions);
}

// Does a step of each, so that none of them delays batches and questions.
static int s_step(aggregator_t *self)
{
    int rc = view_engine_settle_step(&self->engine);
    if (rc >= 0)
        rc = view_admin_step(self->admin);
    if (rc == 0)
        rc = view_questions_step(self->questions);
    return s_handle(self, rc);
}

static int s_on_sealer(void *context)
{
    aggregator_t *self = context;
    int rc = s_flush(self);
    if (rc == 0)
        view_sealer_serve(self->sealer, &self->engine);
    return rc;
}

// Open, loop, close.

static int s_open_view(aggregator_t *self)
{
    const view_class_t *view = registry_find(s_name(self));
    failure_t failure = {0};
    if (!view)
        return failure_set(&self->shell.failure, -EINVAL, "no such view");
    int rc =
        view_engine_open(&self->engine, self->args->config, view, &failure);
    if (s_is_rebuildable(rc))
        return s_rebuild(self, failure.reason);
    if (rc != 0) {
        self->shell.failure = failure;
        return rc;
    }
    view_store_tidy(&self->engine.options);
    s_start_at(self, self->engine.position);
    return self->engine.is_full ? s_stand_still(self) : 0;
}

static int s_open_sockets(aggregator_t *self)
{
    const config_t *config = self->args->config;
    int rc = view_questions_new(&self->questions, config, s_name(self),
                                &self->engine, s_as_of, self);
    if (rc != 0)
        return s_fail(self, rc, "questions");
    rc = view_admin_new(&self->admin, config, s_name(self), &self->engine);
    if (rc != 0)
        return s_fail(self, rc, "admin");
    rc = log_link_open(&self->log, config);
    if (rc != 0)
        return s_fail(self, rc, "log");
    rc = socket_connect(&self->feed, config, ZMQ_SUB, "feed");
    if (rc != 0)
        return s_fail(self, rc, "feed");
    zsock_set_subscribe(self->feed, MESSAGE_TOPIC_BATCH);
    zsock_set_subscribe(self->feed, MESSAGE_TOPIC_HEARTBEAT);
    rc = view_sealer_new(&self->sealer, config, self->engine.view);
    return rc ? s_fail(self, rc, "cannot seal") : 0;
}

static int s_open(void *context)
{
    aggregator_t *self = context;
    int rc = s_open_view(self);
    return rc ? rc : s_open_sockets(self);
}

static int s_sooner(int wait_ms, int64_t due_ms, int64_t now_ms)
{
    int64_t left_ms = due_ms > now_ms ? due_ms - now_ms : 0;
    return left_ms < wait_ms ? (int)left_ms : wait_ms;
}

static const char *s_state(const void *context, uint64_t *offset, uint64_t *end)
{
    const aggregator_t *self = context;
    *offset = self->catch_up.position;
    *end = self->catch_up.log_end;
    if (self->engine.is_full)
        return HEALTH_NO_ROOM;
    return self->catch_up.caught_up ? "live" : "catching up";
}

// Does what is due by time.
static int s_on_time(aggregator_t *self, int *wait_ms)
{
    int64_t now_ms = clock_tick_ms();
    int rc =
        self->flush_due_ms && now_ms >= self->flush_due_ms ? s_flush(self) : 0;
    if (rc != 0)
        return rc;
    if (self->engine.is_full && now_ms >= self->room_due_ms)
        rc = s_look_for_room(self, now_ms);
    if (rc != 0)
        return rc;
    s_ask_log(self, now_ms);
    if (self->engine.is_full)
        *wait_ms = s_sooner(*wait_ms, self->room_due_ms, now_ms);
    if (self->flush_due_ms)
        *wait_ms = s_sooner(*wait_ms, self->flush_due_ms, now_ms);
    if (self->log.asked)
        *wait_ms = s_sooner(*wait_ms, self->log.deadline_ms, now_ms);
    else if (self->ask_after_ms > now_ms)
        *wait_ms = s_sooner(*wait_ms, self->ask_after_ms, now_ms);
    if (s_is_busy(self) || log_link_has_news(&self->log))
        *wait_ms = 0;
    return 0;
}

// Chooses the sockets to listen to. The feed waits while the log is read, and
// requests to the admin socket wait while it is busy.
static void s_listen(aggregator_t *self)
{
    loop_t *loop = &self->shell.loop;
    zsock_t *admin = view_admin_socket(self->admin);
    const int log_fd = log_link_fd(&self->log);
    loop_clear(loop);
    loop_listen(loop, view_questions_socket(self->questions), s_on_questions);
    if (admin)
        loop_listen(loop, admin, s_on_admin);
    if (s_hears_feed(self))
        loop_listen(loop, self->feed, s_on_feed);
    loop_listen(loop, view_sealer_socket(self->sealer), s_on_sealer);
    if (log_fd >= 0)
        loop_wake(loop, log_fd);
}

static int s_work(void *context, int *wait_ms)
{
    aggregator_t *self = context;
    int rc = self->log.asked ? s_take_log(self) : 0;
    if (rc == 0)
        rc = s_step(self);
    if (rc == 0)
        rc = s_on_time(self, wait_ms);
    if (rc == 0)
        s_listen(self);
    return rc;
}

// A store with recent writes is slow to open; persisting it makes the next
// start faster. This may fail: nothing depends on it.
static int s_leave(void *context)
{
    aggregator_t *self = context;
    int rc = s_flush(self);
    if (rc == 0 && !self->engine.is_full)
        (void)view_store_persist(self->engine.store);
    return rc;
}

static void s_close(void *context)
{
    aggregator_t *self = context;
    frames_close(&self->frames);
    view_sealer_destroy(&self->sealer);
    zsock_destroy(&self->feed);
    log_link_close(&self->log);
    view_admin_destroy(&self->admin);
    view_questions_destroy(&self->questions);
    view_engine_close(&self->engine);
}

void aggregator_actor(zsock_t *pipe, void *args)
{
    static const shell_class_t s_class = {.open = s_open,
                                          .work = s_work,
                                          .state = s_state,
                                          .leave = s_leave,
                                          .close = s_close};
    aggregator_t self = {.args = args};
    shell_run(&self.shell, &s_class, &self, pipe, args);
}
