#include "actors/fetcher/fetcher.h"

#include "actors/fetch/plan.h"
#include "actors/fetcher/github_client.h"
#include "actors/fetcher/outbox.h"
#include "actors/fetcher/status.h"
#include "actors/report/report.h"
#include "actors/runtime/clock.h"
#include "actors/runtime/shell.h"
#include "actors/transport/frames.h"
#include "actors/transport/request.h"
#include "actors/transport/socket.h"
#include "proto/base/fault_point.h"
#include "proto/base/naming.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/random.h>

// How long one request for the cursors may block the loop, and the pause before
// the next one if the journal is not there.
#define S_CURSORS_DEADLINE_MS 300
#define S_CURSORS_PAUSE_MS    100

// How long DRAIN waits for responses in progress, and how long $TERM may take
// without a DRAIN before it.
#define S_DRAIN_MS    1000
#define S_FAREWELL_MS 500

// The longest sleep; keeps times far in the future from overflowing an int.
#define S_SLEEP_MAX_MS 60000

// Of the producer.
#define S_SOCKETS 2

typedef struct {
    shell_t shell;
    const config_t *config;
    const char *name;
    zsock_t *status; // REP "fetcher"
    frames_t frames; // the message in hand
    producer_t *producer;
    github_client_t *client;
    fetch_plan_t *plan;
    fetcher_outbox_t *outbox;
    fetcher_poll_t *polls[CONFIG_SOURCES_MAX]; // in progress; NULL: none
    event_parser_t *parser;
    request_t *log;         // asks for cursors
    int64_t ask_log_ms;     // when to ask next
    bool resumed;           // the cursors are known
    bool draining, drained; // drained: DRAINED was sent
    int64_t drain_ms;       // wait for responses in progress until then
} fetcher_t;

static int s_fail(fetcher_t *self, int rc, const char *what)
{
    return shell_because(&self->shell, rc, what, NULL);
}

// The plan's clock: GitHub's milliseconds.
static int64_t s_plan_ms(const fetcher_t *self, int64_t tick_ms)
{
    return (int64_t)((double)tick_ms * self->config->github_time_scale);
}

static int64_t s_now_ms(const fetcher_t *self)
{
    return s_plan_ms(self, clock_tick_ms());
}

// Our milliseconds until a time on the plan's clock, rounded up.
static int s_sleep_ms(const fetcher_t *self, int64_t due_ms)
{
    if (due_ms == FETCH_NEVER_MS)
        return S_SLEEP_MAX_MS;
    double left_ms = (double)(due_ms - s_now_ms(self));
    left_ms = ceil(left_ms / self->config->github_time_scale);
    if (left_ms <= 0)
        return 0;
    return left_ms < S_SLEEP_MAX_MS ? (int)left_ms : S_SLEEP_MAX_MS;
}

// Where each source stands.

static void s_resume_one(fetcher_t *self, slice_t name, slice_t cursor)
{
    fetch_cursor_t read;
    for (size_t i = 0; i < fetch_plan_count(self->plan); i++) {
        const fetch_source_t *source = fetch_plan_source(self->plan, i);
        if (!slice_equal(slice_of(source->url), name) ||
            source->state == FETCH_POLLING)
            continue;
        if (fetch_cursor_read(&read, cursor)) {
            const char *url = fetch_plan_source(self->plan, i)->url;
            report_facts(
                REPORT_WARNING, self->name,
                REPORT_FACTS(report_text("source", url)),
                "%s: its cursor is unreadable; requesting all pages again",
                url);
            continue;
        }
        double since_ms =
            (double)(clock_now_us() - (int64_t)read.polled_at_us) / 1000 *
            self->config->github_time_scale;
        fetch_plan_resume(self->plan, i, &read, (int64_t)since_ms,
                          s_now_ms(self));
        fetch_plan_set_base(self->plan, i, batch_cursor_mark(cursor));
    }
}

static int s_resume_all(fetcher_t *self, slice_t cursors)
{
    message_t item;
    slice_t name;
    int rc;
    while ((rc = message_list_next(&cursors, MESSAGE_LOG_CURSOR, &item)) > 0) {
        if (!naming_cut_source(item.log_cursor.name, &name))
            return -EBADMSG;
        s_resume_one(self, name, item.log_cursor.value);
    }
    return rc;
}

// Asks the journal for the cursors, if it is time to do so.
static void s_resume(fetcher_t *self)
{
    if (self->resumed || clock_tick_ms() < self->ask_log_ms)
        return;
    const message_t question = {
        .kind = MESSAGE_LOG_CURSORS,
        .log_cursors = {.prefix = slice_of(NAMING_SOURCE_CURSOR)}};
    message_t answer;
    int rc = request_ask(self->log, &question, S_CURSORS_DEADLINE_MS, &answer);
    if (rc == 0 && answer.kind == MESSAGE_LOG_CURSOR_LIST)
        rc = s_resume_all(self, answer.log_cursor_list.cursors);
    else if (rc == 0)
        rc = -EAGAIN;
    self->resumed = rc == 0;
    self->ask_log_ms = clock_tick_ms() + S_CURSORS_PAUSE_MS;
}

// The log lacks events that a poll left out: it is not the log that took the
// earlier polls.
static void s_doubt(fetcher_t *self)
{
    fetch_plan_doubt(self->plan);
    // The log's own cursors say what it has, and so where its gaps are.
    self->resumed = false;
    self->ask_log_ms = 0;
    report(REPORT_WARNING, self->name,
           "the log lacks earlier events, as after a restore; requesting all "
           "pages again");
}

// Polls.

// The poll of source i in progress. NULL: out of memory.
static fetcher_poll_t *s_poll(fetcher_t *self, size_t i)
{
    const fetch_source_t *source = fetch_plan_source(self->plan, i);
    if (!self->polls[i]) {
        self->polls[i] = fetcher_poll_new(i, source->url);
        if (self->polls[i])
            self->polls[i]->base = source->base;
    }
    return self->polls[i];
}

// Parses the body into a page of the poll. NULL: *error says why not.
static const fetch_page_t *s_add_page(fetcher_t *self, size_t i, buffer_t *body,
                                      const char **error)
{
    fetcher_poll_t *poll = s_poll(self, i);
    fetch_page_t *page = calloc(1, sizeof *page);
    *error = "out of memory";
    if (!poll || !page || poll->page_count == FETCHER_POLL_PAGES) {
        free(page);
        return NULL;
    }
    const fetch_cursor_t *cursor = &fetch_plan_source(self->plan, i)->cursor;
    fetch_keys_t known = {cursor->keys, poll->base ? cursor->key_count : 0};
    if (fetch_page_open(page, body, self->parser, known, error)) {
        free(page);
        return NULL;
    }
    poll->left_out += page->left_out;
    poll->pages[poll->page_count++] = page;
    poll->received_at_us = clock_now_us();
    return page;
}

static void s_forget(fetcher_t *self, size_t i, int rc)
{
    fetch_plan_forget(self->plan, i, strerror(-rc), s_now_ms(self));
    const char *url = fetch_plan_source(self->plan, i)->url;
    report_facts(
        REPORT_ERROR, self->name,
        REPORT_FACTS(report_text("source", url),
                     report_text("cause", strerrordesc_np(-rc))),
        "%s: a poll could not be sent to the journal (%s); repeating it", url,
        strerrordesc_np(-rc));
}

// The poll of source i is over: puts its pages into the outbox.
static void s_end_poll(fetcher_t *self, size_t i, fetch_step_t step)
{
    const fetch_source_t *source = fetch_plan_source(self->plan, i);
    fetcher_poll_t *poll = self->polls[i];
    if (step != FETCH_INCOMPLETE)
        poll = s_poll(self, i);
    self->polls[i] = NULL;
    if (!poll && step == FETCH_INCOMPLETE)
        return;
    int rc = poll ? 0 : -ENOMEM;
    if (rc == 0 && step != FETCH_INCOMPLETE)
        rc = fetch_cursor_write(&source->cursor, &poll->cursor);
    if (rc == 0) {
        if (step == FETCH_COMPLETE && poll->left_out == 0)
            poll->base = 0; // nothing was left out
        if (step != FETCH_INCOMPLETE)
            fetch_plan_set_base(self->plan, i,
                                batch_cursor_mark(buffer_slice(&poll->cursor)));
        fetcher_outbox_add(self->outbox, &poll);
        (void)fault_point("fetcher.polled"); // kept, even if this fails
        return;
    }
    fetcher_poll_destroy(&poll);
    s_forget(self, i, rc);
}

static void s_tell(fetcher_t *self, size_t i, fetch_step_t step, int status,
                   unsigned streak)
{
    const fetch_source_t *source = fetch_plan_source(self->plan, i);
    const char *note = fetch_plan_take_note(self->plan, i);
    const report_fact_t *facts =
        REPORT_FACTS(report_text("source", source->url),
                     report_number("status", status)); // 0: no response
    int64_t now_ms = s_now_ms(self);
    report_facts(REPORT_DEBUG, self->name, facts, "%s: answered with %d",
                 source->url, status);
    if (note)
        report_facts(REPORT_WARNING, self->name, facts, "%s: %s", source->url,
                     note);
    if (step == FETCH_INCOMPLETE)
        report_facts(
            REPORT_WARNING, self->name, facts, "%s: %s; next poll in %lld s",
            source->url, source->error,
            (long long)(fetch_plan_source_due_ms(self->plan, i, now_ms) -
                        now_ms) /
                1000);
    else if (streak && source->streak == 0)
        report_facts(REPORT_INFO, self->name, facts, "%s: answers again",
                     source->url);
}

static void s_on_answer(fetcher_t *self, github_client_answer_t *got)
{
    size_t i = got->tag;
    fetch_answer_t answer = {.status = got->status,
                             .error = got->error,
                             .headers = got->headers,
                             .wall_us = clock_now_us()};
    if (got->status == 200 && !got->error)
        answer.page = s_add_page(self, i, &got->body, &answer.body_error);
    else
        answer.refusal = fetch_page_refusal(buffer_slice(&got->body));
    buffer_free(&got->body);
    unsigned streak = fetch_plan_source(self->plan, i)->streak;
    // The millisecond clock is up to one millisecond behind: round up, so that
    // no wait ends early.
    fetch_step_t step = fetch_plan_answer(self->plan, i, &answer,
                                          s_plan_ms(self, clock_tick_ms() + 1));
    s_tell(self, i, step, got->status, streak);
    if (step != FETCH_GO_ON)
        s_end_poll(self, i, step);
}

// Whether there is room for the events of another poll: the back-pressure.
static bool s_has_room(const fetcher_t *self)
{
    return fetcher_outbox_is_empty(self->outbox) &&
           producer_has_room(self->producer);
}

// Sends the requests that the plan decides on.
static void s_send_requests(fetcher_t *self)
{
    fetch_request_t request;
    bool may_start = s_has_room(self);
    while (fetch_plan_next(self->plan, s_now_ms(self), may_start, &request)) {
        const github_client_request_t to_send = {
            .url = request.url,
            .token = request.token == FETCH_NO_TOKEN
                         ? NULL
                         : self->config->tokens[request.token],
            .etag = request.etag,
            .last_modified = request.last_modified};
        int rc = github_client_start(self->client, &to_send, request.source);
        if (rc) {
            github_client_answer_t none = {
                .tag = request.source,
                .error = rc == -EINVAL ? "the token cannot be sent in a header"
                                       : "out of memory"};
            fetch_headers_clear(&none.headers);
            s_on_answer(self, &none);
        }
    }
}

static void s_send_polls(fetcher_t *self)
{
    size_t tag;
    int rc;
    while ((rc = fetcher_outbox_send(self->outbox, self->producer, &tag)))
        s_forget(self, tag, rc);
}

// Sockets.

static void s_answer_status(fetcher_t *self)
{
    const fetcher_status_clock_t clock = {.now_ms = s_now_ms(self),
                                          .now_us = clock_now_us(),
                                          .scale =
                                              self->config->github_time_scale};
    message_t question;
    buffer_t answer = {0};
    bool known = message_decode(&question, frames_at(&self->frames, 0)) == 0 &&
                 question.kind == MESSAGE_SOURCES_ASK;
    if (known)
        fetcher_status_write(self->plan, &clock, &answer);
    if (!known || buffer_failed(&answer)) {
        const message_t failure = {
            .kind = MESSAGE_FAILURE,
            .failure = {known ? ENOMEM : EINVAL,
                        slice_of(known ? "out of memory"
                                       : "only SOURCES_ASK is answered here")}};
        (void)socket_send(self->status, &failure, false);
    } else {
        (void)socket_send_bytes(self->status, buffer_slice(&answer), false);
    }
    buffer_free(&answer);
}

static int s_on_status(void *context)
{
    fetcher_t *self = context;
    while (frames_receive(&self->frames, self->status))
        s_answer_status(self);
    return 0;
}

static void s_on_word(void *context, const char *word)
{
    fetcher_t *self = context;
    if (streq(word, "DRAIN") && !self->draining) {
        self->draining = true;
        self->drain_ms = clock_tick_ms() + S_DRAIN_MS;
    }
}

static bool s_is_idle(const fetcher_t *self)
{
    return fetcher_outbox_is_empty(self->outbox) &&
           producer_unacknowledged(self->producer) == 0;
}

// Ends the polls in progress. Pages received are kept, without a cursor.
static void s_cut_short(fetcher_t *self)
{
    github_client_abort(self->client);
    for (size_t i = 0; i < fetch_plan_count(self->plan); i++) {
        if (self->polls[i])
            s_end_poll(self, i, FETCH_INCOMPLETE);
    }
}

// Continues draining; returns how long to wait at most.
static int s_drain(fetcher_t *self)
{
    int64_t left_ms = self->drain_ms - clock_tick_ms();
    if (github_client_active(self->client) && left_ms > 0)
        return (int)left_ms;
    s_cut_short(self);
    s_send_polls(self);
    if (!self->drained && s_is_idle(self)) {
        self->drained = true;
        zstr_send(self->shell.loop.pipe, "DRAINED");
    }
    return S_SLEEP_MAX_MS;
}

static const char *s_state(const void *context, uint64_t *offset, uint64_t *end)
{
    const fetcher_t *self = context;
    *offset = *end = producer_totals(self->producer)->end;
    if (self->draining)
        return "draining";
    return self->resumed ? "live" : "waiting for the journal";
}

static int s_min(int a, int b)
{
    return a < b ? a : b;
}

// Sends requests that are due; returns how long until the next.
static int s_poll_sources(fetcher_t *self)
{
    s_resume(self);
    if (!self->resumed)
        return S_CURSORS_PAUSE_MS;
    s_send_requests(self);
    // Without room, the fetcher waits for the journal.
    if (!s_has_room(self))
        return S_SLEEP_MAX_MS;
    return s_sleep_ms(self, fetch_plan_due_ms(self->plan, s_now_ms(self)));
}

// Does everything that can be done now.
static int s_work(void *context, int *wait_ms)
{
    fetcher_t *self = context;
    github_client_answer_t answer;
    int producer_ms = producer_work(self->producer, clock_tick_ms());
    if (producer_take_stale(self->producer))
        s_doubt(self);
    while (github_client_next(self->client, &answer))
        s_on_answer(self, &answer);
    s_send_polls(self);
    int own_ms = self->draining ? s_drain(self) : s_poll_sources(self);
    *wait_ms = s_min(own_ms, producer_ms);
    return 0;
}

// A transfer with progress to make also ends a wait.
static void s_sleep(void *context, const int *fds, size_t count, int wait_ms)
{
    fetcher_t *self = context;
    github_client_wait(self->client, fds, count, wait_ms);
}

// Open, loop, close.

static int s_open_plan(fetcher_t *self)
{
    const config_t *config = self->config;
    fetch_policy_t policy = {.pages = config->github_pages,
                             .min_interval_s = config->github_min_interval_s};
    if (getrandom(&policy.random, sizeof policy.random, 0) < 0)
        return s_fail(self, -errno, "no random numbers");
    self->plan =
        fetch_plan_new(&policy, config->source_count, config->token_count);
    if (!self->plan)
        return s_fail(self, -ENOMEM, "cannot plan");
    for (size_t i = 0; config->fetch && i < config->source_count; i++) {
        char what[FETCH_TEXT_MAX];
        int rc = fetch_plan_add(self->plan, config->sources[i]);
        snprintf(what, sizeof what, "cannot poll %s", config->sources[i]);
        if (rc)
            return s_fail(self, rc, what);
        report_facts(REPORT_DEBUG, self->name,
                     REPORT_FACTS(report_text("source", config->sources[i])),
                     "polls %s, a %s", config->sources[i],
                     fetch_plan_source(self->plan, i)->kind->name);
    }
    return 0;
}

static int s_open_sockets(fetcher_t *self)
{
    const config_t *config = self->config;
    int rc = producer_new(&self->producer, config);
    if (rc)
        return s_fail(self, rc, "cannot open the producer");
    rc = socket_bind(&self->status, config, ZMQ_REP, "fetcher");
    if (rc)
        return s_fail(self, rc, "cannot bind fetcher");
    self->log = request_new(config, "log");
    return self->log ? 0 : s_fail(self, -ENOMEM, "cannot ask the log");
}

static void s_listen(fetcher_t *self)
{
    loop_t *loop = &self->shell.loop;
    zsock_t *sockets[S_SOCKETS];
    size_t count = producer_sockets(self->producer, sockets);
    for (size_t i = 0; i < count; i++)
        loop_listen(loop, sockets[i], NULL); // s_work() looks
    loop_listen(loop, self->status, s_on_status);
    loop->on_word = s_on_word;
    loop->sleep = s_sleep;
}

static int s_open(void *context)
{
    fetcher_t *self = context;
    const github_client_options_t options = {
        .timeout_ms = self->config->github_timeout_ms,
        .max_body_bytes = self->config->github_max_body_bytes};
    self->parser = event_parser_new();
    self->outbox = fetcher_outbox_new(self->config->batch_events);
    if (!self->parser || !self->outbox ||
        github_client_new(&self->client, &options))
        return s_fail(self, -ENOMEM, "cannot start");
    int rc = s_open_plan(self);
    if (rc == 0)
        rc = s_open_sockets(self);
    if (rc == 0)
        s_listen(self);
    return rc;
}

// Sends accepted polls to the journal; any that do not arrive are repeated by
// the next process.
static int s_leave(void *context)
{
    fetcher_t *self = context;
    int64_t until_ms = clock_tick_ms() + S_FAREWELL_MS;
    int64_t left_ms;
    s_cut_short(self);
    while (!s_is_idle(self) && (left_ms = until_ms - clock_tick_ms()) > 0) {
        int wait_ms = producer_work(self->producer, clock_tick_ms());
        s_send_polls(self);
        if (!s_is_idle(self))
            (void)loop_wait(&self->shell.loop, s_min(wait_ms, (int)left_ms));
    }
    return 0;
}

static void s_close(void *context)
{
    fetcher_t *self = context;
    for (size_t i = 0; i < self->config->source_count; i++)
        fetcher_poll_destroy(&self->polls[i]);
    frames_close(&self->frames);
    request_destroy(&self->log);
    zsock_destroy(&self->status);
    producer_destroy(&self->producer);
    github_client_destroy(&self->client);
    fetcher_outbox_destroy(&self->outbox);
    fetch_plan_destroy(&self->plan);
    event_parser_destroy(&self->parser);
}

void fetcher_actor(zsock_t *pipe, void *args)
{
    static const shell_class_t s_class = {.open = s_open,
                                          .work = s_work,
                                          .state = s_state,
                                          .leave = s_leave,
                                          .close = s_close};
    const actor_args_t *actor = args;
    fetcher_t self = {.config = actor->config, .name = actor->name};
    shell_run(&self.shell, &s_class, &self, pipe, actor);
}
