// octolog replay - rebuilds views from the log, compares them, builds them for
// a range of events, or publishes a range.

#include "actors/runtime/actor.h"
#include "actors/runtime/clock.h"
#include "actors/views/registry.h"
#include "log/folder.h"
#include "tools/command/command.h"
#include "tools/command/data_dir.h"
#include "tools/command/patient_ask.h"
#include "tools/replay/replay_parts.h"
#include "tools/replay/replay_publish.h"
#include "tools/replay/replay_report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "replay"

// How long to wait until the log on disk shows what a view has already applied.
#define LOG_PATIENCE_MS 10000
#define LOG_PAUSE_MS    50

// Maximum number of walks over newly arrived events before a rebuilt view is
// swapped in, which then gets the rest from the feed.
#define CATCH_UP_WALKS 5

typedef struct {
    command_place_t place; // first: command_take_place()
    const char *out;
    const char *endpoint;
    const char *views[CONFIG_VIEWS_MAX];
    size_t view_count;
    replay_range_t range;
    double speed;     // 0: not given
    unsigned threads; // 0: not given
    bool verify;
} flags_t;

typedef struct {
    flags_t flags;
    config_t *config;
    data_dir_t lock;
    bool running; // an octolog serves these views
    event_log_t *log;
    replay_views_t views;
    command_progress_t progress;
} replay_t;

// Flags.

static const char *s_take_view(flags_t *flags, const char *name)
{
    for (size_t i = 0; i < flags->view_count; i++) {
        if (strcmp(flags->views[i], name) == 0)
            return NULL;
    }
    if (flags->view_count == CONFIG_VIEWS_MAX)
        return "too many";
    flags->views[flags->view_count++] = name;
    return NULL;
}

static const char *s_take_speed(flags_t *flags, const char *text)
{
    char *end;
    flags->speed = strtod(text, &end);
    if (end == text || *end || !(flags->speed > 0 && flags->speed < 1e9))
        return "not a number above 0";
    return NULL;
}

static const char *s_take_threads(flags_t *flags, const char *text)
{
    uint64_t count;
    if (!usage_number(text, 1, REPLAY_PARTS_MAX, &count))
        return "not a number from 1 to 64";
    flags->threads = (unsigned)count;
    return NULL;
}

static const char *s_take(void *context, int letter, const char *value)
{
    flags_t *flags = context;
    switch (letter) {
    case 'v':
        return s_take_view(flags, value);
    case 'f':
        return command_take_bound(value, &flags->range.from,
                                  &flags->range.time_from);
    case 'u':
        return command_take_bound(value, &flags->range.until,
                                  &flags->range.time_until);
    case 'o':
        flags->out = value;
        return NULL;
    case 'V':
        flags->verify = true;
        return NULL;
    case 'p':
        flags->endpoint = value;
        return NULL;
    case 's':
        return s_take_speed(flags, value);
    case 't':
        return s_take_threads(flags, value);
    default:
        command_take_place(&flags->place, letter, value);
        return NULL;
    }
}

// Flags that exclude each other; NULL: none.
static const char *s_contradiction(const flags_t *flags)
{
    bool all = replay_range_is_all(&flags->range);
    if (flags->endpoint &&
        (flags->verify || flags->out || flags->view_count || flags->threads))
        return "--publish cannot be combined with --verify, --out, --view or "
               "--threads";
    if (flags->speed > 0 && !flags->endpoint)
        return "--speed requires --publish";
    if (flags->verify && (!all || flags->out))
        return "--verify compares whole views; it cannot be combined with "
               "--from, --until or --out";
    if (!all && !flags->out && !flags->endpoint)
        return "--from and --until require --out DIR or --publish: views of a "
               "range never replace the live ones";
    return NULL;
}

// The log and the views.

static int s_open_log(replay_t *self)
{
    char path[FOLDER_PATH_MAX];
    failure_t failure = {0};
    const event_log_options_t options = {.cache_bytes =
                                             self->config->log_cache_bytes};
    event_log_close(&self->log);
    int rc = folder_path(path, self->config->data_dir, "log");
    if (rc == 0)
        rc = event_log_open(&self->log, path, EVENT_LOG_READ_HEADS, &options,
                            &failure);
    if (rc == 0)
        return COMMAND_OK;
    failure_explain(&failure, rc);
    return command_no_log(NAME, self->config, &failure);
}

// Opens the log; waits until it ends at `end` or later.
static int s_open_log_until(replay_t *self, uint64_t end)
{
    const int64_t give_up_ms = clock_tick_ms() + LOG_PATIENCE_MS;
    for (;;) {
        int rc = s_open_log(self);
        if (rc != COMMAND_OK || event_log_end(self->log) >= end)
            return rc;
        if (!self->running || clock_tick_ms() > give_up_ms)
            return command_error(COMMAND_FAILED, NAME,
                                 "the log ends at offset %" PRIu64
                                 ", before a view's %" PRIu64,
                                 event_log_end(self->log), end);
        usleep(LOG_PAUSE_MS * 1000);
    }
}

static void s_choose_views(replay_t *self)
{
    replay_views_t *views = &self->views;
    const flags_t *flags = &self->flags;
    bool given = flags->view_count > 0;
    views->config = self->config;
    views->out = flags->out;
    views->range = flags->range;
    views->threads = flags->threads;
    views->count = given ? flags->view_count : self->config->view_count;
    for (size_t i = 0; i < views->count; i++) {
        const char *name = given ? flags->views[i] : self->config->views[i];
        views->views[i].view = registry_find(name);
        views->views[i].until = UINT64_MAX;
    }
}

static int s_fail(const replay_t *self)
{
    return command_error(COMMAND_FAILED, NAME, "%s",
                         self->views.failure.reason);
}

static int s_fold(replay_t *self)
{
    command_progress_start(&self->progress, NAME, "events");
    int rc = replay_views_fold(&self->views, self->log, &self->progress);
    command_progress_end(&self->progress);
    return rc ? s_fail(self) : COMMAND_OK;
}

// Folds the log, then repeatedly the events that arrived meanwhile.
static int s_fold_all(replay_t *self)
{
    int rc = COMMAND_OK;
    uint64_t folded = 0;
    for (int i = 0; i < CATCH_UP_WALKS && rc == COMMAND_OK &&
                    event_log_end(self->log) > folded;
         i++) {
        folded = event_log_end(self->log);
        rc = s_fold(self);
        if (rc == COMMAND_OK && self->running)
            rc = s_open_log(self);
    }
    if (rc == COMMAND_OK && replay_views_digest(&self->views) != 0)
        rc = s_fail(self);
    return rc;
}

// Asks the aggregator of a view. COMMAND_OK: the answer has the expected kind
// and is valid until the request is destroyed. Otherwise the error was printed.
static int s_ask(replay_t *self, const replay_view_t *view, request_t **request,
                 const message_t *question, message_kind_t expected,
                 message_t *answer)
{
    const char *name = view->view->name;
    char admin[CONFIG_ENDPOINT_MAX], serving[CONFIG_ENDPOINT_MAX];
    snprintf(admin, sizeof admin, "admin-%s", name);
    snprintf(serving, sizeof serving, "view-%s", name);
    const patient_ask_t whom = {admin, serving, MESSAGE_VIEW_STATUS_ASK};
    int rc = patient_ask(self->config, &whom, question, request, answer);
    if (rc != 0)
        return command_error(COMMAND_FAILED, NAME,
                             "%s: its aggregator does not answer: %s", name,
                             strerror(-rc));
    if (answer->kind == expected)
        return COMMAND_OK;
    slice_t text = answer->kind == MESSAGE_FAILURE
                       ? answer->failure.text
                       : slice_of("unexpected answer from its aggregator");
    return command_error(COMMAND_FAILED, NAME, "%s: %.*s", name,
                         (int)text.bytes, text.data);
}

static int s_swap(replay_t *self, replay_view_t *view)
{
    if (!self->running)
        return replay_views_adopt(&self->views, view) ? s_fail(self)
                                                      : COMMAND_OK;
    if (replay_views_hand_over(&self->views, view) != 0)
        return s_fail(self);
    const message_t adopt = {.kind = MESSAGE_VIEW_ADOPT,
                             .view_adopt = {slice_of(view->generation)}};
    request_t *request = NULL;
    message_t answer;
    int rc = s_ask(self, view, &request, &adopt, MESSAGE_DONE, &answer);
    request_destroy(&request);
    replay_views_let_go(view, rc == COMMAND_OK);
    return rc;
}

// Reports where a view starts to count if it has no intact snapshot.
static void s_tell_since(const replay_view_t *view)
{
    uint64_t since = view_store_since(view->engine.store);
    if (since > 0 || view->note.code)
        fprintf(stderr,
                "octolog replay: %s counts from offset %" PRIu64
                ": its snapshot is %s\n",
                view->view->name, since,
                view->note.code ? view->note.reason : "missing");
}

static int s_begin(replay_t *self)
{
    replay_views_t *views = &self->views;
    if (replay_views_begin(views, self->log) != 0)
        return s_fail(self);
    for (size_t i = 0; i < views->count; i++)
        if (replay_range_is_prefix(&views->range))
            s_tell_since(&views->views[i]);
    return COMMAND_OK;
}

static int s_rebuild(replay_t *self)
{
    int rc = s_begin(self);
    if (rc == COMMAND_OK)
        rc = s_fold_all(self);
    for (size_t i = 0; i < self->views.count && rc == COMMAND_OK; i++)
        rc = s_swap(self, &self->views.views[i]);
    if (rc == COMMAND_OK &&
        replay_report_rebuilt(&self->views, self->flags.place.json) != 0)
        rc = COMMAND_FAILED;
    return rc;
}

// Comparing.

static int s_ask_digest(replay_t *self, replay_view_t *view)
{
    const message_t question = {.kind = MESSAGE_VIEW_DIGEST_ASK};
    request_t *request = NULL;
    message_t answer;
    int rc =
        s_ask(self, view, &request, &question, MESSAGE_VIEW_DIGEST, &answer);
    if (rc == COMMAND_OK)
        view->live = answer.view_digest;
    request_destroy(&request);
    return rc;
}

// Finishes the roll-up that a view had pending when it was killed. An error is
// reported by the next one to read the view.
static void s_settle(const replay_t *self, const view_class_t *view)
{
    view_engine_t engine;
    failure_t failure = {0};
    if (view->settle &&
        view_engine_open(&engine, self->config, view, &failure) == 0) {
        (void)view_engine_settle(&engine);
        view_engine_close(&engine);
    }
}

// Reads the digest of a view that is not being served.
static int s_read_digest(replay_t *self, replay_view_t *view)
{
    view_store_t *store = NULL;
    view_store_options_t options;
    view_digest_value_t value;
    char folder[FOLDER_PATH_MAX];
    char generation[VIEW_GENERATION_NAME_MAX];
    failure_t failure = {0};
    int rc = view_store_options(self->config, view->view, folder, &options);
    if (rc == 0 && view_generation_current(folder, generation) == 0)
        s_settle(self, view->view);
    if (rc == 0)
        rc = view_store_open_beside(&store, &options, &failure);
    if (rc == -ENOENT)
        return command_error(COMMAND_FAILED, NAME,
                             "%s: there is no stored view to compare with",
                             view->view->name);
    view_digest_t *digest = rc == 0 ? view_digest_new(store) : NULL;
    if (rc == 0)
        rc = digest ? view_digest_step(digest, SIZE_MAX, &value) : -ENOMEM;
    if (rc == 1)
        view->live = (message_view_digest_t){value.checkpoint.offset,
                                             value.high, value.low, value.rows};
    else
        command_error(COMMAND_FAILED, NAME, "%s: %s", view->view->name,
                      store ? view_store_reason(store) : failure.reason);
    view_digest_destroy(&digest);
    view_store_close(&store);
    return rc == 1 ? COMMAND_OK : COMMAND_FAILED;
}

// Gets the digests of the live views; *end becomes their highest offset.
static int s_take_digests(replay_t *self, uint64_t *end)
{
    int rc = COMMAND_OK;
    *end = 0;
    for (size_t i = 0; i < self->views.count && rc == COMMAND_OK; i++) {
        replay_view_t *view = &self->views.views[i];
        rc = self->running ? s_ask_digest(self, view)
                           : s_read_digest(self, view);
        view->until = view->live.offset;
        if (view->until > *end)
            *end = view->until;
    }
    return rc;
}

static int s_verify(replay_t *self)
{
    uint64_t end;
    bool equal = false;
    int rc = s_take_digests(self, &end);
    if (rc == COMMAND_OK)
        rc = s_open_log_until(self, end);
    if (rc == COMMAND_OK)
        rc = s_begin(self);
    self->views.range.until = end;
    if (rc == COMMAND_OK)
        rc = s_fold(self);
    if (rc == COMMAND_OK && replay_views_digest(&self->views) != 0)
        rc = s_fail(self);
    if (rc == COMMAND_OK &&
        replay_report_compared(&self->views, self->flags.place.json, &equal) !=
            0)
        rc = COMMAND_FAILED;
    return rc == COMMAND_OK && !equal ? COMMAND_FAILED : rc;
}

// Views of a range.

static int s_build(replay_t *self)
{
    int rc = s_begin(self);
    if (rc == COMMAND_OK)
        rc = s_fold(self);
    if (rc == COMMAND_OK && replay_views_digest(&self->views) != 0)
        rc = s_fail(self);
    if (rc == COMMAND_OK &&
        replay_report_built(&self->views, self->flags.place.json) != 0)
        rc = COMMAND_FAILED;
    for (size_t i = 0; i < self->views.count && rc == COMMAND_OK; i++)
        rc = replay_views_adopt(&self->views, &self->views.views[i])
                 ? s_fail(self)
                 : COMMAND_OK;
    return rc;
}

// Publishing.

static int s_send(replay_t *self, replay_publish_t *publisher)
{
    uint64_t events = 0;
    if (!replay_range_is_kept(&self->flags.range, self->log))
        fprintf(stderr,
                "octolog replay: the log now begins at offset %" PRIu64
                "; earlier events were dropped\n",
                event_log_first(self->log));
    fprintf(stderr, "octolog replay: waiting for a subscriber at %s\n",
            self->flags.endpoint);
    int rc = replay_publish_await(publisher);
    if (rc != 0)
        return command_error(COMMAND_FAILED, NAME, "%s", strerror(-rc));
    command_progress_start(&self->progress, "publish", "events");
    rc = replay_publish_send(publisher, self->log, &self->flags.range,
                             &self->progress, &events, &self->views.failure);
    command_progress_end(&self->progress);
    if (rc != 0)
        return s_fail(self);
    return replay_report_published(events, self->flags.place.json)
               ? COMMAND_FAILED
               : COMMAND_OK;
}

static int s_publish(replay_t *self)
{
    replay_publish_t *publisher;
    int error = replay_publish_new(&publisher, self->config, self->flags.speed);
    if (error != 0)
        return command_error(COMMAND_FAILED, NAME, "cannot publish at %s: %s",
                             self->flags.endpoint, strerror(-error));
    int rc = s_send(self, publisher);
    replay_publish_destroy(&publisher);
    return rc;
}

static int s_configure(replay_t *self)
{
    const flags_t *flags = &self->flags;
    const command_setting_t settings[] = {
        {"--data", "data.dir", flags->place.data},
        {"--publish", "endpoint.replay", flags->endpoint}};
    return command_configure(&self->config, NAME, flags->place.config, settings,
                             2);
}

static int s_run(replay_t *self)
{
    const flags_t *flags = &self->flags;
    const char *dir = self->config->data_dir;
    s_choose_views(self);
    // The log comes first: without one, nothing is created.
    int rc = s_open_log(self);
    if (rc != COMMAND_OK)
        return rc;
    if (flags->endpoint)
        return s_publish(self);
    if (flags->out)
        return s_build(self);
    self->running = data_dir_running(dir);
    if (!self->running) {
        rc = command_own(NAME, &self->lock, dir, NAME);
        if (rc != COMMAND_OK)
            return rc;
    }
    return flags->verify ? s_verify(self) : s_rebuild(self);
}

static int s_parse(flags_t *flags, int argc, char **argv, int *status)
{
    *flags = (flags_t){.range = replay_range_all};
    int rc =
        usage_parse(&command_replay.usage, argc, argv, s_take, flags, status);
    const char *wrong = rc < 0 ? NULL : s_contradiction(flags);
    if (!wrong)
        return rc;
    *status = command_error(COMMAND_USAGE, NAME, "%s", wrong);
    return -1;
}

static int s_main(int argc, char **argv)
{
    static replay_t self; // too large for the stack
    int rc;
    self = (replay_t){.lock = {.fd = -1}};
    if (s_parse(&self.flags, argc, argv, &rc) < 0)
        return rc;
    rc = s_configure(&self);
    if (rc == COMMAND_OK)
        rc = s_run(&self);
    replay_views_end(&self.views);
    event_log_close(&self.log);
    data_dir_release(&self.lock);
    config_destroy(&self.config);
    return rc;
}

#define VIEW(name) " " #name
static const char s_about_view[] = "only this view; one of"
#include "actors/views/views.def"
    ;
#undef VIEW

const command_t command_replay = {
    .usage =
        {
            .name = "octolog replay",
            .summary = "rebuild or compare views, or publish history",
            .about = "Folds the log into views again. By default, rebuilds the "
                     "views next to the live ones and swaps them in. Works "
                     "with and without a running octolog.",
            .flags =
                (const usage_flag_t[]){
                    COMMAND_FLAG_CONFIG,
                    COMMAND_FLAG_DATA,
                    {.letter = 'V',
                     .name = "verify",
                     .about = "build the views and compare them with the live "
                              "ones at the same offset; change nothing"},
                    {.letter = 'v',
                     .name = "view",
                     .value = "NAME",
                     .repeats = true,
                     .words = REGISTRY_NAMES,
                     .about = s_about_view},
                    {.letter = 'f',
                     .name = "from",
                     .value = "OFFSET|TIME",
                     .about =
                         "only events from this offset in the log, or created "
                         "at this time or later (2016-01-01T01:30:00Z)"},
                    {.letter = 'u',
                     .name = "until",
                     .value = "OFFSET|TIME",
                     .about = "only events before this offset or time"},
                    {.letter = 'o',
                     .name = "out",
                     .value = "DIR",
                     .about = "build the views of a range here, never among "
                              "the live ones, and print their totals"},
                    {.letter = 't',
                     .name = "threads",
                     .value = "N",
                     .about = "fold N parts in parallel, 1 to 64 (one per core "
                              "if there are enough events)"},
                    {.letter = 'p',
                     .name = "publish",
                     .value = "ENDPOINT",
                     .about = "bind a PUB socket to this endpoint "
                              "(tcp://127.0.0.1:7000, ipc://FILE), wait for a "
                              "subscriber, and send the events in the format "
                              "of the feed (proto/README.md)"},
                    {.letter = 's',
                     .name = "speed",
                     .value = "N",
                     .about = "with --publish: N times as fast as the events "
                              "were created (no limit)"},
                    COMMAND_FLAG_JSON,
                    {0}},
            .exits =
                (const usage_item_t[]){
                    {"0", "success; with --verify: all views are equal"},
                    {"1", "failure, or a view differs"},
                    {"2", "wrong usage"},
                    {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog replay --data d --verify",
                     "prove that the views match the log"},
                    {"octolog replay --data d --view pr_interval",
                     "rebuild one view and serve it"},
                    {"octolog replay --from 2016-01-01T00:00:00Z --until "
                     "2016-01-02T00:00:00Z --out day",
                     "build the views of one day in a folder"},
                    {0}},
        },
    .run = s_main,
};
