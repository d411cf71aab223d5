#include "actors/runtime/actor.h"

#include "actors/report/report.h"
#include "actors/runtime/clock.h"
#include "actors/runtime/resources.h"
#include "actors/transport/socket.h"
#include "actors/transport/thread.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define STATE_MAX 32
// Silence after which the journal counts as gone: in heartbeats, and at least
// this many milliseconds.
#define SILENT_BEATS  3
#define SILENT_MS_MIN 1000
// Per cent of supervisor.stop-ms. Less than the 36 that supervision.h gives the
// stage that drains, so that $TERM comes before SIGKILL.
#define DRAIN_PERCENT 30
// The largest single allocation of any actor: a part of a batch.
#define MEMORY_PIECE ((size_t)64 * 1024 * 1024)

bool actor_hears(const config_t *config, int64_t heard_ms)
{
    int64_t most_ms = (int64_t)SILENT_BEATS * config->heartbeat_ms;

    if (most_ms < SILENT_MS_MIN)
        most_ms = SILENT_MS_MIN;
    return heard_ms != 0 && clock_tick_ms() - heard_ms <= most_ms;
}

struct actor_beat {
    const actor_args_t *args; // borrowed
    zsock_t *socket;
    char state[STATE_MAX]; // last sent
    int64_t due_ms;
};

actor_beat_t *actor_beat_new(const actor_args_t *args)
{
    actor_beat_t *self = calloc(1, sizeof *self);

    if (!self)
        return NULL;
    self->args = args;
    if (socket_connect(&self->socket, args->config, ZMQ_PUSH, "beats"))
        actor_beat_destroy(&self);
    return self;
}

void actor_beat_destroy(actor_beat_t **beat)
{
    actor_beat_t *self = *beat;

    if (!self)
        return;
    *beat = NULL;
    zsock_destroy(&self->socket);
    free(self);
}

int actor_beat(actor_beat_t *beat, const char *state, uint64_t offset,
               uint64_t end)
{
    int64_t now = clock_tick_ms();

    if (now < beat->due_ms && strcmp(beat->state, state) == 0)
        return (int)(beat->due_ms - now);

    const message_t message = {.kind = MESSAGE_BEAT,
                               .beat = {.name = slice_of(beat->args->name),
                                        .pid = (uint64_t)getpid(),
                                        .state = slice_of(state),
                                        .offset = offset,
                                        .end = end}};
    // A heartbeat that does not fit is replaced by the next one.
    if (socket_send(beat->socket, &message, false) == 0)
        snprintf(beat->state, sizeof beat->state, "%s", state);
    beat->due_ms = now + beat->args->config->heartbeat_ms;
    return beat->args->config->heartbeat_ms;
}

// One actor in its process.
typedef struct {
    const actor_class_t *actor;
    const config_t *config;
    thread_t *thread;
    zsock_t *pipe; // the thread's
    int signals;   // signalfd
    bool was_live;
    bool draining;    // DRAIN was sent
    int64_t drain_ms; // when DRAINED must have arrived
    bool done;
    int status;
} host_t;

// Blocks the signals before any thread exists: all threads inherit the mask,
// and only the signalfd receives them.
static int s_open_signals(bool with_terminal)
{
    sigset_t set;

    signal(SIGPIPE, SIG_IGN); // a peer that hangs up is an errno
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL))
        return -errno;
    if (!with_terminal) {
        sigdelset(&set, SIGINT);
        sigdelset(&set, SIGHUP);
    }
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

// Out of memory, libzmq aborts, and RocksDB throws an exception that nobody
// catches. Neither is a bug in octolog, and memory may become free again.
static void s_on_abort(int signal)
{
    (void)signal; // the abort continues when this returns
    if (mmap(NULL, MEMORY_PIECE, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
        _exit(ACTOR_NO_MEMORY);
}

static void s_watch_memory(void)
{
    const struct sigaction action = {.sa_handler = s_on_abort,
                                     .sa_flags = (int)SA_RESETHAND};

    sigaction(SIGABRT, &action, NULL); // cannot fail: the signal is valid
}

// Makes the kernel kill this process when its parent dies: an actor tolerates
// SIGKILL by design, and the data directory is free for the next supervisor at
// once. false: the parent is already gone.
static bool s_watch_parent(int64_t parent)
{
    return parent == 0 || (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
                           (int64_t)getppid() == parent);
}

static void s_on_signal(host_t *self)
{
    struct signalfd_siginfo info;

    if (read(self->signals, &info, sizeof info) != sizeof info)
        return;
    if (self->draining)
        return;
    if (!self->actor->drains) {
        self->done = true;
        return;
    }
    self->draining = true;
    self->drain_ms =
        clock_tick_ms() + self->config->stop_ms * DRAIN_PERCENT / 100;
    zstr_send(self->pipe, "DRAIN");
}

void actor_fail(zsock_t *pipe, int rc, const char *reason)
{
    if (rc == -ENOSPC || rc == -EDQUOT)
        zstr_sendx(pipe, "FAILED", reason, "NO ROOM", NULL);
    else if (rc == -ENOMEM)
        zstr_sendx(pipe, "FAILED", reason, "NO MEMORY", NULL);
    else
        zstr_sendx(pipe, "FAILED", reason, NULL);
}

static int s_failed_status(const host_t *self, const char *cause)
{
    if (cause)
        return streq(cause, "NO MEMORY") ? ACTOR_NO_MEMORY : ACTOR_NO_ROOM;
    return self->was_live ? ACTOR_BROKEN : ACTOR_REFUSED;
}

static void s_on_pipe(host_t *self)
{
    char *command = NULL, *argument = NULL, *cause = NULL;

    if (zstr_recvx(self->pipe, &command, &argument, &cause, NULL) < 1) {
        self->done = true;
        self->status = ACTOR_BROKEN;
    } else if (streq(command, "LIVE")) {
        self->was_live = true;
        report(REPORT_INFO, self->actor->name, "live");
    } else if (streq(command, "FAILED")) {
        self->done = true;
        self->status = s_failed_status(self, cause);
        report(REPORT_ERROR, self->actor->name, "%s",
               argument ? argument : "failed without a reason");
    } else if (streq(command, "DRAINED")) {
        self->done = self->done || self->draining;
    }
    zstr_free(&command);
    zstr_free(&argument);
    zstr_free(&cause);
}

static void s_loop(host_t *self)
{
    zmq_pollitem_t items[] = {
        {zsock_resolve(self->pipe), 0, ZMQ_POLLIN, 0},
        {NULL, self->signals, ZMQ_POLLIN, 0},
    };

    while (!self->done) {
        int64_t left = self->draining ? self->drain_ms - clock_tick_ms() : -1;

        if (self->draining && left <= 0)
            return;
        if (zmq_poll(items, 2, (long)left) < 0)
            continue; // EINTR: poll again
        if (items[0].revents & ZMQ_POLLIN)
            s_on_pipe(self);
        if (items[1].revents & ZMQ_POLLIN)
            s_on_signal(self);
    }
}

int actor_host(const actor_class_t *actor, const config_t *config,
               int64_t parent)
{
    actor_args_t args = {.config = config, .name = actor->name};
    host_t self = {.actor = actor, .config = config};

    if (!s_watch_parent(parent))
        return ACTOR_REFUSED;
    self.signals = s_open_signals(parent == 0);
    if (self.signals < 0) {
        report(REPORT_ERROR, actor->name, "signals: %s",
               strerror(-self.signals));
        return ACTOR_REFUSED;
    }
    s_watch_memory();
    socket_reserve(resources_sockets(config));
    if (thread_start(&self.thread, actor->run, &args) == 0) {
        self.pipe = thread_pipe(self.thread);
        s_loop(&self);
        thread_destroy(&self.thread);
    } else {
        report(REPORT_ERROR, actor->name, "no memory for its thread");
        self.status = ACTOR_NO_MEMORY;
    }
    close(self.signals);
    return self.status;
}
