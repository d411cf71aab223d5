#include "actors/aggregator/sealer.h"

#include "actors/aggregator/catch_up.h"
#include "actors/report/report.h"
#include "actors/runtime/clock.h"
#include "actors/transport/frames.h"
#include "actors/transport/request.h"
#include "actors/transport/socket.h"
#include "actors/transport/thread.h"
#include "proto/base/fault_point.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

// Bounds of one answer of the log.
#define READ_EVENTS 262144u
#define READ_BYTES  (8u * 1024 * 1024)
// How long the journal may take to answer.
#define DEADLINE_MS 2000

#define REPORT_MS 1000
// Between two attempts.
#define RETRY_MS 1000

struct view_sealer {
    const config_t *config;
    const view_class_t *view;
    thread_t *thread; // belongs to the owner
    // Used by the thread only.
    loop_t *loop;   // of its shell
    zsock_t *feed;  // SUB
    request_t *log; // to "log"
    frames_t frames;
    uint64_t sealed;   // the snapshot on disk covers the log up to here
    bool known;        // `sealed` was read from disk
    int64_t retry_ms;  // no attempt before
    int64_t report_ms; // when to report again
};

static void s_complain(const view_sealer_t *self, int rc,
                       const failure_t *failure)
{
    const char *why = *failure->reason ? failure->reason : strerrordesc_np(-rc);
    report_facts(REPORT_ERROR, self->view->name,
                 REPORT_FACTS(report_number("offset", (int64_t)self->sealed),
                              report_text("cause", why)),
                 "cannot seal: %s", why);
}

// Folding.

// Folds the batches of an answer that lie completely before `until`.
static int s_take_batches(view_sealer_t *self, view_engine_t *engine,
                          catch_up_t *at, uint32_t count, uint64_t until)
{
    const char *why;
    for (uint32_t i = 1; i <= count; i++) {
        batch_t batch;
        uint32_t skip;
        if (batch_open(&batch, request_frame(self->log, i), &why) != 0)
            return -EBADMSG;
        if (!catch_up_read(at, batch.offset, batch.count, batch.journaled_at_us,
                           &skip) ||
            batch.offset + batch.count > until)
            continue;
        int rc = view_engine_apply(engine, &batch, skip, batch.count);
        if (rc != 0)
            return rc;
        catch_up_taken(at, batch.offset, batch.count, batch.journaled_at_us);
    }
    return 0;
}

// One question to the log. -ESTALE: the log does not continue the snapshot.
static int s_read(view_sealer_t *self, view_engine_t *engine, catch_up_t *at,
                  uint64_t until)
{
    uint64_t from = at->position;
    message_t answer;
    (void)catch_up_wants(at, &from);
    const message_t question = {.kind = MESSAGE_LOG_READ,
                                .log_read = {.from = from,
                                             .until = until,
                                             .max_events = READ_EVENTS,
                                             .max_bytes = READ_BYTES}};
    int rc = request_ask(self->log, &question, DEADLINE_MS, &answer);
    if (rc == 0 && answer.kind != MESSAGE_LOG_BATCHES)
        rc = -EBADMSG;
    if (rc != 0)
        return rc;
    const uint64_t before = at->position;
    const catch_up_state_t state = at->state;
    catch_up_answer(at, answer.log_batches.first, answer.log_batches.end);
    if (at->state != CATCH_UP_BROKEN)
        rc =
            s_take_batches(self, engine, at, answer.log_batches.batches, until);
    if (at->state == CATCH_UP_BROKEN)
        return -ESTALE;
    // No complete batch is left before `until`.
    return rc == 0 && at->position == before && at->state == state ? -ENODATA
                                                                   : rc;
}

static int s_fold(view_sealer_t *self, view_engine_t *engine, uint64_t until)
{
    catch_up_t at;
    int rc = 0;
    catch_up_start(&at, engine->position.offset, engine->position.stamp_us);
    while (rc == 0 && at.position < until && !loop_is_stopped(self->loop))
        rc = s_read(self, engine, &at, until);
    return rc == -ENODATA ? 0 : rc;
}

// Folds up to `until` and persists the snapshot.
static int s_advance(view_sealer_t *self, view_engine_t *engine, uint64_t until)
{
    int rc = fault_point("view.seal.begin");
    if (rc == 0)
        rc = s_fold(self, engine, until);
    if (rc == 0)
        rc = view_engine_flush(engine);
    if (rc == 0)
        rc = view_engine_settle(engine);
    if (rc == 0)
        rc = fault_point("view.seal.folded");
    if (rc == 0)
        rc = view_store_persist(engine->store);
    if (rc == 0)
        rc = fault_point("view.seal.persisted");
    if (rc != 0)
        return rc;
    self->sealed = engine->position.offset;
    self->known = true;
    self->report_ms = 0;
    return 0;
}

// Asks the owner to make a new snapshot from its view.
static void s_ask_for_renewal(view_sealer_t *self, const char *why)
{
    report_facts(REPORT_WARNING, self->view->name,
                 REPORT_FACTS(report_text("cause", why)),
                 "its snapshot is lost (%s): replacing it with the whole view",
                 why);
    zstr_send(self->loop->pipe, "RENEW");
    loop_await_word(self->loop); // its answer, or $TERM
}

static bool s_is_lost(int rc)
{
    return rc == -EUCLEAN || rc == -ENOTSUP || rc == -ESTALE;
}

static void s_seal(view_sealer_t *self, uint64_t until, int64_t now_ms)
{
    view_engine_t engine = {0};
    failure_t failure = {0};
    int rc = view_engine_open_seal(&engine, self->config, self->view, &failure);
    if (rc == 0) {
        rc = s_advance(self, &engine, until);
        if (rc == -ESTALE)
            failure_set(&failure, rc, "it does not go with this log");
        else if (rc != 0)
            failure_set(&failure, rc, "%s", view_engine_reason(&engine));
    }
    view_engine_close(&engine);
    self->retry_ms = now_ms + RETRY_MS;
    if (rc == 0 || self->loop->stopped)
        return;
    self->known = false;
    if (s_is_lost(rc))
        s_ask_for_renewal(self, failure.reason);
    else if (rc != -ETIMEDOUT) // the journal may be starting
        s_complain(self, rc, &failure);
}

// Reports to the journal, repeatedly: there is no need to know whether it
// heard.
static void s_report(view_sealer_t *self, int64_t now_ms)
{
    message_t answer;
    const message_t sealed = {
        .kind = MESSAGE_SEALED,
        .sealed = {slice_of(self->view->name), self->sealed}};
    (void)request_ask(self->log, &sealed, DEADLINE_MS, &answer);
    self->report_ms = now_ms + REPORT_MS;
}

static void s_on_heartbeat(view_sealer_t *self,
                           const message_heartbeat_t *heartbeat)
{
    const int64_t now_ms = clock_tick_ms();
    if (heartbeat->keep == 0)
        return;
    if (!self->known || self->sealed < heartbeat->keep) {
        if (now_ms < self->retry_ms)
            return;
        s_seal(self, heartbeat->keep, now_ms);
    }
    if (self->known && now_ms >= self->report_ms &&
        !loop_is_stopped(self->loop))
        s_report(self, now_ms);
}

// Uses the newest waiting heartbeat; older ones are obsolete.
static int s_on_feed(void *context)
{
    view_sealer_t *self = context;
    message_t message, newest = {0};
    while (frames_receive(&self->frames, self->feed))
        if (message_decode(&message, frames_at(&self->frames, 1)) == 0 &&
            message.kind == MESSAGE_HEARTBEAT)
            newest = message;
    if (newest.kind == MESSAGE_HEARTBEAT)
        s_on_heartbeat(self, &newest.heartbeat);
    return 0;
}

// The thread.

static int s_open(void *context, loop_t *loop)
{
    view_sealer_t *self = context;
    self->loop = loop;
    self->log = request_new(self->config, "log");
    if (!self->log)
        return -ENOMEM;
    int rc = socket_connect(&self->feed, self->config, ZMQ_SUB, "feed");
    if (rc != 0)
        return rc;
    zsock_set_subscribe(self->feed, MESSAGE_TOPIC_HEARTBEAT);
    loop_listen(loop, self->feed, s_on_feed);
    return 0;
}

static void s_close(void *context)
{
    view_sealer_t *self = context;
    frames_close(&self->frames);
    zsock_destroy(&self->feed);
    request_destroy(&self->log);
}

int view_sealer_new(view_sealer_t **sealer, const config_t *config,
                    const view_class_t *view)
{
    static const thread_class_t s_class = {.open = s_open, .close = s_close};
    view_sealer_t *self = calloc(1, sizeof *self);
    if (!self)
        return -ENOMEM;
    self->config = config;
    self->view = view;
    int rc = thread_new(&self->thread, &s_class, self);
    if (rc != 0) {
        view_sealer_destroy(&self);
        return rc;
    }
    *sealer = self;
    return 0;
}

void view_sealer_destroy(view_sealer_t **sealer)
{
    view_sealer_t *self = *sealer;
    if (!self)
        return;
    thread_destroy(&self->thread);
    free(self);
    *sealer = NULL;
}

zsock_t *view_sealer_socket(const view_sealer_t *sealer)
{
    return thread_pipe(sealer->thread);
}

void view_sealer_serve(view_sealer_t *sealer, view_engine_t *engine)
{
    zsock_t *pipe = thread_pipe(sealer->thread);
    char *word = zstr_recv(pipe);
    if (word && streq(word, "RENEW")) {
        failure_t failure = {0};
        int rc = view_seal_renew(&engine->options, engine->store, &failure);
        if (rc != 0)
            s_complain(sealer, rc, &failure);
        zstr_send(pipe, rc == 0 ? "RENEWED" : "FAILED");
    }
    zstr_free(&word);
}
