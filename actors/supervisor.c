#include "actors/supervisor.h"

#include "actors/actor.h"
#include "actors/report.h"
#include "actors/socket.h"
#include "actors/supervision.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME      "supervisor"
#define TEXT_MAX  64
#define BEATS_MAX 256 // taken in at a time, so that nothing else starves

// One actor and its process.
typedef struct {
    const supervisor_actor_t *actor;
    supervision_t supervision;
    pid_t pid; // 0: none
    int64_t started_at_us;
    int64_t beat_at_us;
    char state[TEXT_MAX]; // its own word
    uint64_t offset, end; // of its last beat
    char last_exit[TEXT_MAX];
} child_t;

typedef struct {
    const supervisor_t *given;
    supervision_policy_t policy;
    child_t *children; // given->count of them
    zsock_t *beats;
    zsock_t *requests;
    int signals;        // signalfd
    char **environment; // of the children
    bool was_ready;
    bool stopping;
    int64_t stop_begun_ms;
    int stage;           // that is stopping now
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

// The spawn attributes that make a child forget this process's signals.
static int s_spawn_with(loop_t *self, pid_t *pid, const char *const *argv,
                        posix_spawn_file_actions_t *actions,
                        posix_spawnattr_t *attributes)
{
    sigset_t none, defaults;
    int lock = self->given->lock_fd;

    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    int rc = posix_spawnattr_setsigmask(attributes, &none);
    if (!rc)
        rc = posix_spawnattr_setsigdefault(attributes, &defaults);
    if (!rc)
        rc = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
                                                      POSIX_SPAWN_SETSIGDEF);
    if (!rc)
        rc = posix_spawn_file_actions_addopen(actions, STDIN_FILENO,
                                              "/dev/null", O_RDONLY, 0);
    // A dup2 onto itself takes the close-on-exec flag off.
    if (!rc && lock >= 0)
        rc = posix_spawn_file_actions_adddup2(actions, lock, lock);
    if (!rc)
        rc = posix_spawn(pid, self->given->program, actions, attributes,
                         (char *const *)argv, self->environment);
    return rc;
}

// 0 or a positive errno, as posix_spawn has it.
static int s_spawn(loop_t *self, const char *name, pid_t *pid)
{
    char parent[24];
    const char *const argv[] = {
        "octolog",  "actor", name, "--config", self->given->config_file,
        "--parent", parent,  NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;

    snprintf(parent, sizeof parent, "%ld", (long)getpid());
    if (posix_spawn_file_actions_init(&actions))
        return ENOMEM;
    int rc = posix_spawnattr_init(&attributes);
    if (!rc) {
        rc = s_spawn_with(self, pid, argv, &actions, &attributes);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return rc;
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

// Tells the current stage to stop. Stages without processes are passed over.
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
    self->stop_begun_ms = actor_tick_ms();
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

// A process of this child ended, or could not be made.
static void s_on_exit(loop_t *self, child_t *child, supervision_exit_t how)
{
    int64_t now = actor_tick_ms();
    bool was_live = child->supervision.was_live;

    child->pid = 0;
    switch (supervision_exited(&child->supervision, &self->policy, now, how)) {
    case SUPERVISION_FAILED:
        s_give_up(self, child, how != SUPERVISION_ENDED && !was_live);
        break;
    case SUPERVISION_WAITING:
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
    int rc = s_spawn(self, child->actor->name, &child->pid);

    if (rc) {
        child->pid = 0;
        snprintf(child->last_exit, sizeof child->last_exit, "no start: %s",
                 strerror(rc));
        s_on_exit(self, child, SUPERVISION_ENDED);
        return;
    }
    child->started_at_us = actor_now_us();
    snprintf(child->state, sizeof child->state, "starting");
    supervision_started(&child->supervision, actor_tick_ms());
    report_facts(REPORT_DEBUG, NAME,
                 REPORT_FACTS(report_text("child", child->actor->name),
                              report_number("child_pid", child->pid)),
                 "started %s as process %ld", child->actor->name,
                 (long)child->pid);
}

static supervision_exit_t s_how(int status)
{
    return status == ACTOR_REFUSED   ? SUPERVISION_REFUSED
           : status == ACTOR_NO_ROOM ? SUPERVISION_NO_ROOM
                                     : SUPERVISION_ENDED;
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
            snprintf(child->last_exit, sizeof child->last_exit, "exit %d",
                     WEXITSTATUS(status));
        } else {
            snprintf(child->last_exit, sizeof child->last_exit, "signal %d",
                     WTERMSIG(status));
        }
        s_on_exit(self, child, how);
    }
    if (self->stopping && !s_stage_is_running(self, self->stage))
        s_stop_stage(self, actor_tick_ms());
}

static void s_on_signal(loop_t *self)
{
    struct signalfd_siginfo info;

    while (read(self->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGCHLD)
            continue; // several may have become one: s_reap() looks at all
        if (self->stopping && info.ssi_signo == SIGINT) {
            report(REPORT_WARNING, NAME, "told again: killing what runs");
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
    self->given->ready(self->given->context);
}

static void s_on_beat(loop_t *self, const message_beat_t *beat)
{
    child_t *child = s_find(self, beat);

    if (!child)
        return;
    bool live = slice_equal(beat->state, slice_of("live")) ||
                slice_equal(beat->state, slice_of("catching up"));
    supervision_beat(&child->supervision, actor_tick_ms(), live);
    child->beat_at_us = actor_now_us();
    child->offset = beat->offset;
    child->end = beat->end;
    snprintf(child->state, sizeof child->state, "%.*s",
             (int)(beat->state.bytes < TEXT_MAX ? beat->state.bytes : TEXT_MAX),
             beat->state.data ? beat->state.data : "");
    if (live && !self->was_ready && !self->stopping)
        s_check_ready(self);
}

// Takes in what is there; a frame that is no beat is nobody's and ignored.
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
    // Who asked asks again when it gets no answer.
    (void)socket_send(self->requests, &answer, false);
    buffer_free(&list);
    zframe_destroy(&frame);
}

// Starts what is due, kills what is silent or late.
static void s_tick(loop_t *self)
{
    int64_t now = actor_tick_ms();

    for (size_t i = 0; i < self->given->count; i++) {
        child_t *child = &self->children[i];

        if (supervision_is_silent(&child->supervision, &self->policy, now)) {
            report_facts(REPORT_WARNING, NAME,
                         REPORT_FACTS(report_text("child", child->actor->name)),
                         "%s sends no beats: killing it", child->actor->name);
            s_kill(child, SIGKILL);
            // Its exit comes as SIGCHLD; do not kill it again before that.
            supervision_beat(&child->supervision, now, false);
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
    int64_t now = actor_tick_ms(), wait_ms = INT32_MAX;

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

static void s_loop(loop_t *self)
{
    zmq_pollitem_t items[] = {
        {NULL, self->signals, ZMQ_POLLIN, 0},
        {zsock_resolve(self->beats), 0, ZMQ_POLLIN, 0},
        {zsock_resolve(self->requests), 0, ZMQ_POLLIN, 0},
    };

    for (;;) {
        s_tick(self);
        if (s_is_over(self))
            return;
        if (zmq_poll(items, 3, (long)s_wait_ms(self)) < 0)
            continue; // EINTR; what is there will be there again
        if (items[0].revents & ZMQ_POLLIN)
            s_on_signal(self);
        if (items[1].revents & ZMQ_POLLIN)
            s_on_beats(self);
        if (items[2].revents & ZMQ_POLLIN)
            s_on_request(self);
    }
}

extern char **environ;

// Strings are borrowed from environ, the array is owned.
static char **s_child_environment(void)
{
    size_t count = 0, kept = 0;

    while (environ[count])
        count++;
    char **result = calloc(count + 1, sizeof *result);
    for (size_t i = 0; result && i < count; i++) {
        if (!config_is_variable(environ[i]))
            result[kept++] = environ[i];
    }
    return result;
}

// Blocks them before ZeroMQ starts a thread, so that the signalfd gets all.
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

    self->signals = s_open_signals();
    self->environment = s_child_environment();
    self->children = calloc(self->given->count, sizeof *self->children);
    if (self->signals < 0)
        return self->signals;
    if (!self->environment || !self->children)
        return -ENOMEM;
    for (size_t i = 0; i < self->given->count; i++) {
        self->children[i].actor = &self->given->actors[i];
        supervision_init(&self->children[i].supervision, actor_tick_ms());
    }
    int rc = socket_bind(&self->beats, config, ZMQ_PULL, "beats");
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
    free(self->environment);
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
        report(REPORT_ERROR, NAME, "its sockets cannot be opened: %s",
               zmq_strerror(-rc));
        self.status = 1;
    } else {
        s_loop(&self);
    }
    s_close(&self);
    return self.status;
}
