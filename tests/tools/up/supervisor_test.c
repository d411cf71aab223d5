// `octolog up` with real processes: what it restarts, refuses and stops.

#include "actors/runtime/actor.h"
#include "actors/runtime/clock.h"
#include "actors/transport/request.h"
#include "actors/views/registry.h"
#include "log/folder.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define PATIENCE_MS 60000 // for one thing to happen; sanitizers are slow
#define ACTORS_MAX  16

static char s_folder[64];

// One `octolog up` and what it said.
typedef struct {
    pid_t pid;
    int out; // both its streams
    char said[65536];
    size_t bytes;
    config_t *config; // to ask it with
} up_t;

typedef struct {
    char name[32];
    char state[32];
    pid_t pid;
    uint64_t restarts;
} actor_seen_t;

static void s_setup(void)
{
    snprintf(s_folder, sizeof s_folder, "/tmp/octolog-up-XXXXXX");
    cr_assert_not_null(mkdtemp(s_folder));
}

static void s_teardown(void)
{
    cr_assert_eq(folder_remove(s_folder), 0);
}

static void s_spawn(up_t *up, char *const *argv)
{
    const char *program = getenv("OCTOLOG_BIN");
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    int ends[2];

    if (!program)
        cr_skip_test("OCTOLOG_BIN names no octolog");
    memset(up, 0, sizeof *up);
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    cr_assert_eq(
        posix_spawn(&up->pid, program, &actions, &attributes, argv, environ),
        0);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    up->out = ends[0];
}

// Starts `octolog up --no-fetch` on DIR (under the test's folder) and a port;
// settings, if any, are the text of its configuration file.
static void s_start(up_t *up, const char *dir, int port, const char *settings)
{
    char data[96], file[96], listen[32];
    const char *argv[] = {"octolog",  "up",   "--no-fetch", "--data", data,
                          "--listen", listen, "--config",   file,     NULL};

    snprintf(data, sizeof data, "%s/%s", s_folder, dir);
    snprintf(file, sizeof file, "%s/%s.cfg", s_folder, dir);
    snprintf(listen, sizeof listen, "127.0.0.1:%d", port);
    FILE *stream = fopen(file, "w");
    cr_assert_not_null(stream);
    fputs(settings ? settings : "", stream);
    fclose(stream);
    s_spawn(up, (char *const *)argv);
    up->config = config_new();
    config_set(up->config, "data.dir", data, NULL, NULL);
}

// Reads more of what it says; false at its end.
static bool s_listen(up_t *up)
{
    struct pollfd item = {.fd = up->out, .events = POLLIN};

    while (poll(&item, 1, PATIENCE_MS) < 0)
        cr_assert_eq(errno, EINTR);
    cr_assert(item.revents, "it says no more; so far: %s", up->said);
    ssize_t bytes =
        read(up->out, up->said + up->bytes, sizeof up->said - up->bytes - 1);
    if (bytes > 0)
        up->bytes += (size_t)bytes;
    return bytes > 0;
}

static void s_await(up_t *up, const char *words)
{
    while (!strstr(up->said, words))
        cr_assert(s_listen(up), "no \"%s\" in: %s", words, up->said);
}

// Its exit status, or 128 + the signal, once it and all it started are gone:
// only then the pipe ends.
static int s_end(up_t *up)
{
    int status;

    while (s_listen(up))
        ;
    cr_assert_eq(waitpid(up->pid, &status, 0), up->pid);
    close(up->out);
    config_destroy(&up->config);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int s_stop(up_t *up)
{
    kill(up->pid, SIGTERM);
    return s_end(up);
}

// What the supervisor says of its actors.
static size_t s_actors(up_t *up, actor_seen_t *seen)
{
    const message_t question = {.kind = MESSAGE_ACTORS_ASK};
    request_t *request = request_new(up->config, "supervisor");
    message_t answer, item;
    size_t count = 0;

    cr_assert_eq(request_ask(request, &question, PATIENCE_MS, &answer), 0);
    cr_assert_eq(answer.kind, MESSAGE_ACTORS);
    slice_t rest = answer.actors.actors;
    while (count < ACTORS_MAX &&
           message_list_next(&rest, MESSAGE_ACTOR, &item) == 1) {
        actor_seen_t *one = &seen[count++];
        snprintf(one->name, sizeof one->name, "%.*s",
                 (int)item.actor.name.bytes, item.actor.name.data);
        snprintf(one->state, sizeof one->state, "%.*s",
                 (int)item.actor.state.bytes, item.actor.state.data);
        one->pid = (pid_t)item.actor.pid;
        one->restarts = item.actor.restarts;
    }
    request_destroy(&request);
    return count;
}

static actor_seen_t s_actor(up_t *up, const char *name)
{
    actor_seen_t seen[ACTORS_MAX];
    size_t count = s_actors(up, seen);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(seen[i].name, name) == 0)
            return seen[i];
    }
    cr_assert(false, "there is no %s", name);
    return seen[0];
}

// Waits until the actor is live again after `restarts` of them.
static actor_seen_t s_await_restart(up_t *up, const char *name,
                                    uint64_t restarts)
{
    int64_t until = clock_tick_ms() + PATIENCE_MS;

    for (;;) {
        actor_seen_t seen = s_actor(up, name);
        if (seen.restarts >= restarts && strcmp(seen.state, "live") == 0)
            return seen;
        cr_assert_lt(clock_tick_ms(), until, "%s stays %s", name, seen.state);
        poll(NULL, 0, 5); // between two looks at what sends no event
    }
}

static int s_free_port(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof name;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    cr_assert_eq(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&name, &bytes), 0);
    close(fd);
    return ntohs(name.sin_port);
}

static const char s_ready[] = "octolog is ready";

TestSuite(supervisor, .init = s_setup, .fini = s_teardown, .timeout = 120);

Test(supervisor, a_killed_actor_is_started_again)
{
    actor_seen_t before[ACTORS_MAX];
    up_t up;

    s_start(&up, "d", s_free_port(), NULL);
    s_await(&up, s_ready);
    size_t count = s_actors(&up, before);
    size_t views = 0;
    while (registry_views[views])
        views++;
    cr_assert_eq(count, views + 2, "and the journal, and the api");
    for (size_t i = 0; i < count; i++) {
        cr_expect_eq(before[i].restarts, 0);
        cr_assert_eq(kill(before[i].pid, SIGKILL), 0);
    }
    for (size_t i = 0; i < count; i++) {
        actor_seen_t after = s_await_restart(&up, before[i].name, 1);
        cr_expect_neq(after.pid, before[i].pid);
    }
    cr_expect_eq(s_stop(&up), 0, "%s", up.said);
    cr_expect_not_null(strstr(up.said, "journal ended with signal 9"));
}

Test(supervisor, stopping_leaves_nothing_behind)
{
    actor_seen_t seen[ACTORS_MAX];
    up_t up;

    s_start(&up, "d", s_free_port(), NULL);
    s_await(&up, s_ready);
    size_t count = s_actors(&up, seen);
    cr_expect_eq(s_stop(&up), 0, "%s", up.said);
    for (size_t i = 0; i < count; i++)
        cr_expect_eq(kill(seen[i].pid, 0), -1, "%s still runs", seen[i].name);
    cr_expect_null(strstr(up.said, "ended with"), "%s", up.said);
}

// Ctrl-C reaches the whole process group; only the supervisor acts on it.
Test(supervisor, actors_leave_ctrl_c_to_the_supervisor)
{
    actor_seen_t seen[ACTORS_MAX];
    up_t up;

    s_start(&up, "d", s_free_port(), NULL);
    s_await(&up, s_ready);
    size_t count = s_actors(&up, seen);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(kill(seen[i].pid, SIGINT), 0);
    kill(up.pid, SIGINT);
    cr_expect_eq(s_end(&up), 0, "%s", up.said);
    cr_expect_null(strstr(up.said, "ended with"), "%s", up.said);
}

// A SIGTERM for the whole group is acted upon by all of it.
Test(supervisor, told_to_stop_with_its_actors_it_starts_none_again)
{
    actor_seen_t seen[ACTORS_MAX];
    up_t up;

    s_start(&up, "d", s_free_port(), NULL);
    s_await(&up, s_ready);
    size_t count = s_actors(&up, seen);
    kill(up.pid, SIGSTOP); // so that it hears of all of them at once
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(kill(seen[i].pid, SIGTERM), 0);
    kill(up.pid, SIGTERM);
    kill(up.pid, SIGCONT);
    cr_expect_eq(s_end(&up), 0, "%s", up.said);
    cr_expect_null(strstr(up.said, "again in"), "%s", up.said);
}

Test(supervisor, who_does_not_stop_in_time_is_killed_and_it_still_ends_well)
{
    up_t up;

    s_start(&up, "d", s_free_port(), "supervisor\n    stop-ms = 500\n");
    s_await(&up, s_ready);
    cr_assert_eq(kill(s_actor(&up, "journal").pid, SIGSTOP), 0);
    cr_assert_eq(kill(s_actor(&up, "api").pid, SIGSTOP), 0);
    cr_expect_eq(s_stop(&up), 0, "%s", up.said);
}

Test(supervisor, told_twice_it_kills_at_once)
{
    up_t up;

    s_start(&up, "d", s_free_port(), "supervisor\n    stop-ms = 600000\n");
    s_await(&up, s_ready);
    cr_assert_eq(kill(s_actor(&up, "api").pid, SIGSTOP), 0);
    kill(up.pid, SIGINT);
    s_await(&up, "message=\"stopping\"");
    kill(up.pid, SIGINT);
    cr_expect_eq(s_end(&up), 0, "%s", up.said);
}

Test(supervisor, a_silent_actor_is_killed_and_started_again)
{
    up_t up;

    s_start(&up, "d", s_free_port(),
            "supervisor\n    beat-timeout-ms = 2000\n");
    s_await(&up, s_ready);
    cr_assert_eq(kill(s_actor(&up, "event_counts").pid, SIGSTOP), 0);
    s_await_restart(&up, "event_counts", 1);
    cr_expect_eq(s_stop(&up), 0);
    cr_expect_not_null(strstr(up.said, "event_counts sends no heartbeats"));
}

Test(supervisor, past_the_limit_it_gives_up_and_says_who)
{
    up_t up;

    s_start(&up, "d", s_free_port(), "supervisor\n    restart-limit = 1\n");
    s_await(&up, s_ready);
    cr_assert_eq(kill(s_actor(&up, "journal").pid, SIGKILL), 0);
    actor_seen_t seen = s_await_restart(&up, "journal", 1);
    cr_assert_eq(kill(seen.pid, SIGKILL), 0);
    cr_expect_eq(s_end(&up), 1);
    cr_expect_not_null(strstr(up.said, "journal ended over 1 times in 60 s, "
                                       "last with signal 9: giving up"),
                       "%s", up.said);
}

Test(supervisor, a_folder_in_use_is_refused_in_one_line)
{
    char data[96], wanted[192];
    up_t one, two;

    s_start(&one, "d", s_free_port(), NULL);
    s_await(&one, s_ready);
    s_start(&two, "d", s_free_port(), NULL);
    cr_expect_eq(s_end(&two), 1);
    snprintf(data, sizeof data, "%s/d", s_folder);
    snprintf(wanted, sizeof wanted,
             "octolog up: %s is in use by octolog up (pid %ld)\n", data,
             (long)one.pid);
    cr_expect_str_eq(two.said, wanted);
    cr_expect_eq(s_stop(&one), 0, "%s", one.said);
}

Test(supervisor, a_port_in_use_ends_it_at_once)
{
    int port = s_free_port();
    char words[32];
    up_t one, two;

    s_start(&one, "one", port, NULL);
    s_await(&one, s_ready);
    s_start(&two, "two", port, NULL);
    cr_expect_eq(s_end(&two), 1);
    snprintf(words, sizeof words, "%d", port);
    cr_expect_not_null(strstr(two.said, words), "%s", two.said);
    cr_expect_not_null(strstr(two.said, "api cannot start"), "%s", two.said);
    cr_expect_null(strstr(two.said, "again in"), "%s", two.said);
    cr_expect_eq(s_stop(&one), 0, "%s", one.said);
}

Test(supervisor, its_death_is_its_actors_death_and_the_next_one_starts)
{
    int port = s_free_port();
    up_t one, two;

    s_start(&one, "d", port, NULL);
    s_await(&one, s_ready);
    kill(one.pid, SIGKILL);
    // At once: it waits for the lock, the port and the log by itself.
    s_start(&two, "d", port, NULL);
    cr_expect_eq(s_end(&one), 128 + SIGKILL);
    s_await(&two, s_ready);
    cr_expect_eq(s_stop(&two), 0, "%s", two.said);
}

Test(supervisor, status_tells_running_from_not)
{
    char data[96];
    const char *argv[] = {"octolog", "status", "--data", data, "--json", NULL};
    up_t up, status;

    snprintf(data, sizeof data, "%s/d", s_folder);
    s_start(&up, "d", s_free_port(), NULL);
    s_await(&up, s_ready);
    s_spawn(&status, (char *const *)argv);
    cr_expect_eq(s_end(&status), 0, "%s", status.said);
    cr_expect_not_null(strstr(status.said, "\"running\":\ttrue"), "%s",
                       status.said);
    cr_expect_not_null(strstr(status.said, "\"pr_interval\""));
    cr_expect_eq(s_stop(&up), 0);

    s_spawn(&status, (char *const *)argv);
    cr_expect_eq(s_end(&status), 3, "%s", status.said);
    cr_expect_not_null(strstr(status.said, "\"running\":\tfalse"));
    cr_expect_not_null(strstr(status.said, "\"log\""));
}
