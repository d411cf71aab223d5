#include "actors/supervisor/supervisor.h"

#include "actors/report/report.h"
#include "actors/runtime/actor.h"
#include "actors/runtime/clock.h"
#include "actors/supervisor/service_manager.h"
#include "actors/supervisor/spawn.h"
#include "actors/supervisor/supervision.h"
#include "actors/transport/socket.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME      "supervisor"
#define TEXT_MAX  64
#define BEATS_MAX 256 // heartbeats read at a time, so that nothing else starves

// One actor and its process.
typedef struct {
    const supervisor_actor_t *actor;
    supervision_t supervision;
    pid_t pid; // 0: none
    int64_t started_at_us;
    int64_t beat_at_us;
    char state[TEXT_MAX]; // as it last reported
    uint64_t offset, end; // of its last heartbeat
    char last_exit[TEXT_MAX];
} child_t;

typedef struct {
    const supervisor_t *given;
    supervision_policy_t policy;
    child_t *children; // given->count of them
    zsock_t *beats;
    zsock_t *requests;
    int signals; // signalfd
    spawn_t spawn;
    service_manager_t manager;
    bool was_ready;
    bool stopping;
    int64_t stop_begun_ms;
    int stage;           // being stopped now
    int64_t deadline_ms; // of that stage
    int status;
} loop_t;

static int s_last_stage(const loop_t *self)
{
    int last = 0;

    for (size_t i = 0; i < self->given->count; i++) {
        if (self->given->actors[i].stage > last)
            last = self->given->actors[i].stage;
    }
    return last;
}

static void s_kill(const child_t *child, int signal)
{
    if (child->pid > 0)
        kill(child->pid, signal);
}

static bool s_stage_is_running(const loop_t *self, int stage)
{
    for (size_t i = 0; i < self->given->count; i++) {
        if (self->children[i].pid && self->children[i].actor->stage == stage)
            return true;
    }
    return false;
}

// Tells the current stage to stop; skips stages without processes.
static void s_stop_stage(loop_t *self, int64_t now)
{
    int last = s_last_stage(self);

    while (self->stage <= last && !s_stage_is_running(self, self->stage))
        self->stage++;
    if (self->stage > last)
        return;
    self->deadline_ms = supervision_stage_deadline(
        &self->policy, self->stop_begun_ms, now, last - self->stage + 1);
    for (size_t i = 0; i < self->given->count; i++) {
        child_t *child = &self->children[i];

        if (child->actor->stage == self->stage) {
            supervision_stop(&child->supervision);
            s_kill(child, SIGTERM);
        }
    }
}

static void s_stop(loop_t *self, int status)
{
    if (self->stopping)
        return;
    self->stopping = true;
    self->status = status;
    self->stop_begun_ms = clock_tick_ms();
    s_stop_stage(self, self->stop_begun_ms);
}

static void s_kill_all(loop_t *self)
{
    for (size_t i = 0; i < self->given->count; i++) {
        supervision_stop(&self->children[i].supervision);
        s_kill(&self->children[i], SIGKILL);
    }
}

static void s_give_up(loop_t *self, const child_t *child, bool refused)
{
    const report_fact_t *facts =
        REPORT_FACTS(report_text("child", child->actor->name),
                     report_text("exit", child->last_exit));

    if (refused)
        report_facts(REPORT_ERROR, NAME, facts,
                     "%s cannot start: stopping everything",
                     child->actor->name);
    else
        report_facts(REPORT_ERROR, NAME, facts,
                     "%s ended over %d times in %" PRId64
                     " s, last with %s: giving up, stopping everything",
                     child->actor->name, self->policy.restart_limit,
                     self->policy.restart_window_ms / 1000, child->last_exit);
    s_stop(self, 1);
}

// A process of this child ended, or could not be started.
static void s_on_exit(loop_t *self, child_t *child, supervision_exit_t how)
{
    int64_t now = clock_tick_ms();
    bool was_live = child->supervision.was_live;

    child->pid = 0;
    switch (supervision_exited(&child->supervision, &self->policy, now, how)) {
    case SUPERVISION_FAILED:
        s_give_up(self, child, how != SUPERVISION_ENDED && !was_live);
        break;
    case SUPERVISION_WAITING:
        if (self->stopping) // it was told to stop as well
            break;
        report_facts(
            REPORT_WARNING, NAME,
            REPORT_FACTS(report_text("child", child->actor->name),
                         report_text("exit", child->last_exit),
                         report_number("again_ms", child->supervision.delay_ms),
                         report_number("restarts",
                                       (int64_t)child->supervision.restarts)),
            "%s ended with %s: again in %d ms", child->actor->name,
            child->last_exit, child->supervision.delay_ms);
        break;
    default:
        break;
    }
}

static void s_start(loop_t *self, child_t *child)
{
    int rc = spawn_actor(&self->spawn, child->actor->name, &child->pid);

    if (rc) {
        snprintf(child->last_exit, sizeof child->last_exit, "no start: %s",
                 strerror(-rc));
        s_on_exit(self, child,
                  rc == -ENOMEM ? SUPERVISION_NO_MEMORY : SUPERVISION_ENDED);
        return;
    }
    child->started_at_us = clock_now_us();
    snprintf(child->state, sizeof child->state, "starting");
    supervision_started(&child->supervision, clock_tick_ms());
    report_facts(REPORT_DEBUG, NAME,
                 REPORT_FACTS(report_text("child", child->actor->name),
                              report_number("child_pid", child->pid)),
                 "started %s as process %ld", child->actor->name,
                 (long)child->pid);
}

static supervision_exit_t s_how(int status)
{
    switch (status) {
    case ACTOR_REFUSED:
        return SUPERVISION_REFUSED;
    case ACTOR_NO_ROOM:
        return SUPERVISION_NO_ROOM;
    case ACTOR_NO_MEMORY:
        return SUPERVISION_NO_MEMORY;
    default:
        return SUPERVISION_ENDED;
    }
}

static void s_reap(loop_t *self)
{
    for (size_t i = 0; i < self->given->count; i++) {
        child_t *child = &self->children[i];
        supervision_exit_t how = SUPERVISION_ENDED;
        int status;

        if (!child->pid || waitpid(child->pid, &status, WNOHANG) != child->pid)
            continue;
        if (WIFEXITED(status)) {
            how = s_how(WEXITSTATUS(status));
            snprintf(child->last_exit, sizeof child->last_exit, "exit %d%s",
                     WEXITSTATUS(status),
                     how == SUPERVISION_NO_MEMORY ? " (out of memory)" : "");
        } else {
            snprintf(child->last_exit, sizeof child->last_exit, "signal %d",
                     WTERMSIG(status));
        }
        s_on_exit(self, child, how);
    }
    if (self->stopping && !s_stage_is_running(self, self->stage))
        s_stop_stage(self, clock_tick_ms());
}

static void s_on_signal(loop_t *self)
{
    struct signalfd_siginfo info;

    while (read(self->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGCHLD)
            continue; // several may be merged: s_reap() checks all children
        if (self->stopping && info.ssi_signo == SIGINT) {
            report(REPORT_WARNING, NAME,
                   "interrupted again: killing all actors");
            s_kill_all(self);
        } else if (!self->stopping) {
            report(REPORT_INFO, NAME, "stopping");
            s_stop(self, 0);
        }
    }
    s_reap(self);
}

static child_t *s_find(loop_t *self, const message_beat_t *beat)
{
    for (size_t i = 0; i < self->given->count; i++) {
        child_t *child = &self->children[i];

        if (child->pid > 0 && (uint64_t)child->pid == beat->pid &&
            slice_equal(slice_of(child->actor->name), beat->name))
            return child;
    }
    return NULL;
}

static void s_check_ready(loop_t *self)
{
    for (size_t i = 0; i < self->given->count; i++) {
        if (!self->children[i].supervision.was_live)
            return;
    }
    self->was_ready = true;
    report(REPORT_INFO, NAME, "all actors are live");
    self->given->ready(self->given->context);
}

static supervision_word_t s_word(slice_t state)
{
    if (slice_equal(state, slice_of("live")) ||
        slice_equal(state, slice_of("catching up")))
        return SUPERVISION_LIVE;
    return slice_equal(state, slice_of("starting")) ? SUPERVISION_STARTING
                                                    : SUPERVISION_STARTED;
}

static void s_on_beat(loop_t *self, const message_beat_t *beat)
{
    child_t *child = s_find(self, beat);
    const supervision_word_t word = s_word(beat->state);

    if (!child)
        return;
    supervision_beat(&child->supervision, clock_tick_ms(), word);
    child->beat_at_us = clock_now_us();
    child->offset = beat->offset;
    child->end = beat->end;
    snprintf(child->state, sizeof child->state, "%.*s",
             (int)(beat->state.bytes < TEXT_MAX ? beat->state.bytes : TEXT_MAX),
             beat->state.data ? beat->state.data : "");
    if (word == SUPERVISION_LIVE && !self->was_ready && !self->stopping)
        s_check_ready(self);
}

// Reads waiting heartbeats; any other frame is ignored.
static void s_on_beats(loop_t *self)
{
    for (int i = 0; i < BEATS_MAX; i++) {
        char frame[1024];
        message_t message;
        int bytes = zmq_recv(zsock_resolve(self->beats), frame, sizeof frame,
                             ZMQ_DONTWAIT);

        if (bytes < 0)
            return;
        if ((size_t)bytes <= sizeof frame &&
            message_decode(&message, slice(frame, (size_t)bytes)) == 0 &&
            message.kind == MESSAGE_BEAT)
            s_on_beat(self, &message.beat);
    }
}

static const char *s_state_name(const child_t *child)
{
    switch (child->supervision.state) {
    case SUPERVISION_WAITING:
        return child->supervision.exit_count ? "restarting" : "starting";
    case SUPERVISION_STOPPING:
        return "stopping";
    case SUPERVISION_STOPPED:
        return "stopped";
    case SUPERVISION_FAILED:
        return "failed";
    default:
        return child->state;
    }
}

static void s_list_child(buffer_t *list, const child_t *child)
{
    const message_t item = {.kind = MESSAGE_ACTOR,
                            .actor = {.name = slice_of(child->actor->name),
                                      .pid = (uint64_t)child->pid,
                                      .state = slice_of(s_state_name(child)),
                                      .restarts = child->supervision.restarts,
                                      .started_at_us = child->started_at_us,
                                      .last_beat_at_us = child->beat_at_us,
                                      .offset = child->offset,
                                      .end = child->end,
                                      .last_exit = slice_of(child->last_exit)}};

    message_list_add(list, &item);
}

static void s_on_request(loop_t *self)
{
    zframe_t *frame = zframe_recv(self->requests);
    buffer_t list = {0};
    message_t question,
        answer = {.kind = MESSAGE_FAILURE,
                  .failure = {.code = EINVAL,
                              .text = slice_of("not a question for the "
                                               "supervisor")}};

    if (!frame)
        return;
    if (message_decode(&question,
                       slice(zframe_data(frame), zframe_size(frame))) == 0 &&
        question.kind == MESSAGE_ACTORS_ASK) {
        for (size_t i = 0; i < self->given->count; i++)
            s_list_child(&list, &self->children[i]);
        answer.kind = MESSAGE_ACTORS;
        answer.actors.actors = buffer_slice(&list);
    }
    zsock_flush(self->requests); // further frames of the question
    // A client that gets no answer asks again.
    (void)socket_send(self->requests, &answer, false);
    buffer_free(&list);
    zframe_destroy(&frame);
}

// Starts actors that are due, kills those that are silent or late.
static void s_tick(loop_t *self)
{
    int64_t now = clock_tick_ms();

    for (size_t i = 0; i < self->given->count; i++) {
        child_t *child = &self->children[i];

        if (supervision_is_silent(&child->supervision, &self->policy, now)) {
            report_facts(REPORT_WARNING, NAME,
                         REPORT_FACTS(report_text("child", child->actor->name)),
                         "%s sends no heartbeats: killing it",
                         child->actor->name);
            s_kill(child, SIGKILL);
            supervision_killed(&child->supervision, now);
        }
        if (!self->stopping &&
            supervision_start_is_due(&child->supervision, now))
            s_start(self, child);
        if (self->stopping && now >= self->deadline_ms &&
            child->actor->stage == self->stage)
            s_kill(child, SIGKILL);
    }
}

static bool s_is_over(const loop_t *self)
{
    return self->stopping && self->stage > s_last_stage(self);
}

static int64_t s_wait_ms(const loop_t *self)
{
    int64_t now = clock_tick_ms(), wait_ms = INT32_MAX;

    for (size_t i = 0; i < self->given->count; i++) {
        int64_t one = supervision_wait_ms(&self->children[i].supervision,
                                          &self->policy, now);
        if (one < wait_ms)
            wait_ms = one;
    }
    if (self->stopping) {
        int64_t left = self->deadline_ms - now;

        // Past its deadline the stage is killed; then only exits are awaited.
        wait_ms = left > 0 ? left : 10;
    }
    return wait_ms;
}

// Reports to the service manager; returns how long until it is due again.
static int64_t s_tell_manager(loop_t *self)
{
    health_part_t parts[SUPERVISOR_ACTORS_MAX];
    char status[HEALTH_TEXT_MAX];
    const size_t count = self->given->count;
    const int64_t now = clock_tick_ms();
    bool alive = true;

    for (size_t i = 0; i < count; i++) {
        const child_t *child = &self->children[i];

        parts[i] = (health_part_t){
            .name = child->actor->name,
            .state = s_state_name(child),
            .live = child->pid && strcmp(child->state, "live") == 0,
            .behind =
                child->end > child->offset ? child->end - child->offset : 0};
        alive = alive &&
                !supervision_is_stuck(&child->supervision, &self->policy, now);
    }
    if (self->stopping)
        snprintf(status, sizeof status, "stopping");
    else
        health_describe(parts, count, status);
    const service_manager_news_t news = {.ready = health_is_ready(parts, count),
                                         .alive = alive,
                                         .stopping = self->stopping,
                                         .status = status};
    return service_manager_tell(&self->manager, now, &news);
}

static void s_loop(loop_t *self)
{
    zmq_pollitem_t items[] = {
        {NULL, self->signals, ZMQ_POLLIN, 0},
        {zsock_resolve(self->beats), 0, ZMQ_POLLIN, 0},
        {zsock_resolve(self->requests), 0, ZMQ_POLLIN, 0},
    };

    for (;;) {
        s_tick(self);
        const int64_t manager_ms = s_tell_manager(self);
        if (s_is_over(self))
            return;
        const int64_t wait_ms = s_wait_ms(self);
        if (zmq_poll(items, 3,
                     (long)(manager_ms < wait_ms ? manager_ms : wait_ms)) < 0)
            continue; // EINTR: poll again
        if (items[0].revents & ZMQ_POLLIN)
            s_on_signal(self);
        if (items[1].revents & ZMQ_POLLIN)
            s_on_beats(self);
        if (items[2].revents & ZMQ_POLLIN)
            s_on_request(self);
    }
}

// Blocks signals before ZeroMQ starts a thread: only the signalfd gets them.
static int s_open_signals(void)
{
    sigset_t set;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &set, NULL))
        return -errno;
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int s_open(loop_t *self)
{
    const config_t *config = self->given->config;

    int rc = service_manager_open(&self->manager);
    if (rc)
        report(REPORT_WARNING, NAME, "cannot notify the service manager: %s",
               strerror(-rc));
    self->signals = s_open_signals();
    self->spawn = (spawn_t){.program = self->given->program,
                            .config_file = self->given->config_file,
                            .lock_fd = self->given->lock_fd,
                            .environment = spawn_environment()};
    self->children = calloc(self->given->count, sizeof *self->children);
    if (self->signals < 0)
        return self->signals;
    if (!self->spawn.environment || !self->children)
        return -ENOMEM;
    for (size_t i = 0; i < self->given->count; i++) {
        self->children[i].actor = &self->given->actors[i];
        supervision_init(&self->children[i].supervision, clock_tick_ms());
    }
    rc = socket_bind(&self->beats, config, ZMQ_PULL, "beats");
    if (!rc)
        rc = socket_bind(&self->requests, config, ZMQ_REP, NAME);
    return rc;
}

static void s_close(loop_t *self)
{
    zsock_destroy(&self->beats);
    zsock_destroy(&self->requests);
    if (self->signals >= 0)
        close(self->signals);
    free(self->spawn.environment);
    service_manager_close(&self->manager);
    free(self->children);
}

int supervisor_run(const supervisor_t *supervisor)
{
    const config_t *config = supervisor->config;
    loop_t self = {
        .given = supervisor,
        .policy = {.restart_min_ms = config->restart_min_ms,
                   .restart_max_ms = config->restart_max_ms,
                   .restart_limit = config->restart_limit,
                   .restart_window_ms =
                       (int64_t)config->restart_window_s * 1000,
                   .beat_timeout_ms = config->beat_timeout_ms,
                   .stop_ms = config->stop_ms},
    };

    assert(supervisor->count > 0 && supervisor->count <= SUPERVISOR_ACTORS_MAX);
    int rc = s_open(&self);
    if (rc) {
        report(REPORT_ERROR, NAME, "cannot open its sockets: %s",
               zmq_strerror(-rc));
        self.status = 1;
    } else {
        s_loop(&self);
    }
    s_close(&self);
    return self.status;
}
