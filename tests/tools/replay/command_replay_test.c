// The command as a user has it, without a supervisor; tests/e2e has the other.
#include "actors/view_store/engine.h"
#include "actors/views/registry.h"
#include "tests/tools/replay/replay_fixture.h"
#include "tools/command/command.h"

#include <czmq.h>
#include <unistd.h>

// Longer than anything here takes on a slow machine under a sanitizer.
#define PATIENCE_MS 30000

static replay_fixture_t s_fixture;

// Arguments of a command line; the program is OCTOLOG_BIN.
#define RUN(...) s_run((const char *[]){"octolog", "replay", __VA_ARGS__, NULL})

// What the last command printed.
static char s_output[65536];

// Starts the command; its output goes to `out`, -1: where ours goes.
static pid_t s_start(const char *const *argv, int out)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    if (out >= 0) {
        dup2(out, STDOUT_FILENO);
        dup2(out, STDERR_FILENO);
    }
    const char *program = getenv("OCTOLOG_BIN");
    execv(program ? program : "octolog", (char **)argv);
    _exit(127);
}

// Waits for it and returns its exit status.
static int s_end(pid_t pid)
{
    int status;
    cr_assert(eq(int, waitpid(pid, &status, 0), pid));
    bool ended = WIFEXITED(status);
    cr_assert(ended, "it ended by a signal");
    return WEXITSTATUS(status);
}

static int s_run(const char *const *argv)
{
    int pipes[2];
    cr_assert(eq(int, pipe(pipes), 0));
    pid_t pid = s_start(argv, pipes[1]);
    close(pipes[1]);
    size_t bytes = 0;
    ssize_t n;
    while ((n = read(pipes[0], s_output + bytes, sizeof s_output - 1 - bytes)) >
           0)
        bytes += (size_t)n;
    s_output[bytes] = '\0';
    close(pipes[0]);
    return s_end(pid);
}

static void s_expect_output(const char *text)
{
    cr_assert(strstr(s_output, text) != NULL, "no '%s' in: %s", text, s_output);
}

static void s_setup(void)
{
    if (!getenv("OCTOLOG_BIN"))
        cr_skip_test("OCTOLOG_BIN does not name the program");
    replay_fixture_open(&s_fixture, 7);
}

static void s_teardown(void)
{
    replay_fixture_close(&s_fixture);
}

TestSuite(command_replay, .init = s_setup, .fini = s_teardown);

static uint64_t s_count(const char *type, uint64_t from, uint64_t until,
                        uint64_t time_from, uint64_t time_until)
{
    uint64_t count = 0;
    for (uint64_t i = from; i < until && i < REPLAY_EVENTS; i++)
        count += strcmp(s_fixture.events[i].type, type) == 0 &&
                 s_fixture.events[i].created_at >= time_from &&
                 s_fixture.events[i].created_at < time_until;
    return count;
}

Test(command_replay, views_are_built_and_proven_equal)
{
    cr_assert(eq(int, RUN("--data", s_fixture.dir), 0), "%s", s_output);
    s_expect_output("event_counts: rebuilt and swapped in: 2000 events");
    s_expect_output("pr_interval: rebuilt and swapped in: 2000 events");
    s_expect_output("repo_activity: rebuilt and swapped in: 2000 events");
    cr_assert(eq(int, RUN("--data", s_fixture.dir, "--verify"), 0), "%s",
              s_output);
    s_expect_output("event_counts: equal: 2000 events, offset 2000");
    s_expect_output("pr_interval: equal: 2000 events, offset 2000");
    s_expect_output("repo_activity: equal: 2000 events, offset 2000");
    cr_assert(eq(int,
                 RUN("--data", s_fixture.dir, "--verify", "--view",
                     "pr_interval", "--json"),
                 0));
    s_expect_output("\"equal\":\ttrue");
    cr_assert(strstr(s_output, "event_counts") == NULL);
}

// Adds to the rows of a stored view what the log does not have.
static void s_falsify(const char *name)
{
    config_t *config = config_new();
    failure_t failure = {0};
    view_engine_t engine;
    cr_assert(
        eq(int, config_set(config, "data.dir", s_fixture.dir, NULL, NULL), 0));
    cr_assert(eq(
        int, view_engine_open(&engine, config, registry_find(name), &failure),
        0));
    fixture_event_t event = s_fixture.events[0];
    buffer_t head = fixture_head(&event, 1, engine.position.offset);
    batch_t batch;
    cr_assert(eq(int, batch_open(&batch, buffer_slice(&head), NULL), 0));
    uint64_t offset = engine.position.offset;
    cr_assert(eq(int, engine.view->apply(engine.state, &batch, 0, 1), 0));
    engine.position.offset = offset - 1; // any other than the checkpoint
    cr_assert(eq(int, view_engine_flush(&engine), 0));
    buffer_free(&head);
    view_engine_close(&engine);
    config_destroy(&config);
}

Test(command_replay, a_view_that_differs_is_found_and_can_be_rebuilt)
{
    cr_assert(eq(int, RUN("--data", s_fixture.dir), 0));
    s_falsify("event_counts");
    cr_assert(eq(int, RUN("--data", s_fixture.dir, "--verify"), 1));
    s_expect_output("event_counts: DIFFERENT");
    s_expect_output("pr_interval: equal");
    cr_assert(eq(int, RUN("--data", s_fixture.dir), 0));
    cr_assert(eq(int, RUN("--data", s_fixture.dir, "--verify"), 0));
}

Test(command_replay, a_range_is_built_beside_and_described)
{
    char out[80], expected[80];
    snprintf(out, sizeof out, "%s/by-offset", s_fixture.dir);
    cr_assert(eq(int,
                 RUN("--data", s_fixture.dir, "--from", "333", "--until",
                     "1777", "--out", out, "--json"),
                 0),
              "%s", s_output);
    snprintf(expected, sizeof expected, "\"PushEvent\":\t%lu",
             s_count("PushEvent", 333, 1777, 0, UINT64_MAX));
    s_expect_output(expected);
    snprintf(expected, sizeof expected, "\"TeleportEvent\":\t%lu",
             s_count("TeleportEvent", 333, 1777, 0, UINT64_MAX));
    s_expect_output(expected);
    snprintf(out, sizeof out, "%s/by-time", s_fixture.dir);
    cr_assert(eq(int,
                 RUN("--data", s_fixture.dir, "--from", "2016-01-01T00:05:00Z",
                     "--until", "2016-01-01T00:15:01Z", "--out", out, "--json"),
                 0),
              "%s", s_output);
    snprintf(
        expected, sizeof expected, "\"PullRequestEvent\":\t%lu",
        s_count("PullRequestEvent", 0, REPLAY_EVENTS, 1451606700, 1451607301));
    s_expect_output(expected);
    cr_assert(eq(int, access(out, F_OK), 0));
    cr_assert(
        eq(int, RUN("--data", s_fixture.dir, "--until", "5", "--out", out), 1),
        "it holds views already");
}

// A view of a part of a log must never be served as if it were whole.
Test(command_replay, a_part_is_not_taken_for_the_whole)
{
    char out[80];
    failure_t failure = {0};
    snprintf(out, sizeof out, "%s/views", s_fixture.dir);
    cr_assert(
        eq(int, RUN("--data", s_fixture.dir, "--from", "10", "--out", out), 0),
        "%s", s_output);
    config_t *config = config_new();
    view_engine_t engine;
    cr_assert(
        eq(int, config_set(config, "data.dir", s_fixture.dir, NULL, NULL), 0));
    cr_assert(eq(int,
                 view_engine_open(&engine, config,
                                  registry_find("event_counts"), &failure),
                 -ENOTSUP));
    view_engine_close(&engine);
    config_destroy(&config);
}

Test(command_replay, what_cannot_be_meant_is_refused)
{
    const char *dir = s_fixture.dir;
    cr_assert(eq(int, RUN("--data", dir, "--from", "10"), 2));
    s_expect_output("--out");
    cr_assert(eq(int, RUN("--data", dir, "--until", "yesterday"), 2));
    s_expect_output("neither an offset nor a time");
    cr_assert(eq(int, RUN("--data", dir, "--view", "horoscopes"), 2));
    s_expect_output("horoscopes");
    cr_assert(eq(int, RUN("--data", dir, "--speed", "2"), 2));
    cr_assert(eq(int, RUN("--data", dir, "--publish", "x", "--speed", "0"), 2));
    cr_assert(eq(int, RUN("--data", dir, "--verify", "--from", "2"), 2));
    cr_assert(eq(int, RUN("--data", dir, "surplus"), 2));
    cr_assert(eq(int, RUN("--data", dir, "--bogus"), 2));
    cr_assert(eq(int, RUN("--help"), 0));
    s_expect_output("usage: octolog replay");
}

Test(command_replay, without_a_log_nothing_is_made)
{
    char nowhere[80];
    snprintf(nowhere, sizeof nowhere, "%s/nowhere", s_fixture.dir);
    cr_assert(eq(int, RUN("--data", nowhere), 1));
    cr_assert(ne(int, access(nowhere, F_OK), 0));
}

Test(command_replay, views_never_built_have_nothing_to_be_compared_with)
{
    cr_assert(eq(int, RUN("--data", s_fixture.dir, "--verify"), 1));
    s_expect_output("there is no stored view");
}

// Publishing: this process subscribes.

typedef struct {
    uint64_t events;
    uint64_t first; // offset of the first event
    uint64_t end;   // of the heartbeat
    int64_t spent_ms;
} heard_t;

static void s_on_head(heard_t *heard, zframe_t *frame)
{
    batch_t batch;
    cr_assert(eq(
        int,
        batch_open(&batch, slice(zframe_data(frame), zframe_size(frame)), NULL),
        0));
    if (heard->events == 0)
        heard->first = batch.offset;
    cr_assert(eq(u64, batch.offset, heard->first + heard->events));
    for (uint32_t i = 0; i < batch.count; i++) {
        const fixture_event_t *event = &s_fixture.events[batch.offset + i];
        cr_assert(eq(u32, batch_created_at(&batch, i), event->created_at));
        cr_assert(
            slice_equal(batch_type_name(&batch, i), slice_of(event->type)));
        cr_assert(
            slice_equal(batch_repo_name(&batch, i), slice_of(event->repo)));
    }
    heard->events += batch.count;
}

// Listens until the heartbeat at the end.
static heard_t s_listen(zsock_t *feed)
{
    heard_t heard = {0};
    while (heard.end == 0) {
        zmsg_t *message = zmsg_recv(feed);
        cr_assert(message != NULL);
        zframe_t *topic = zmsg_pop(message), *body = zmsg_pop(message);
        message_t heartbeat;
        if (zframe_streq(topic, MESSAGE_TOPIC_BATCH)) {
            s_on_head(&heard, body);
        } else {
            cr_assert(eq(int,
                         message_decode(&heartbeat, slice(zframe_data(body),
                                                          zframe_size(body))),
                         0));
            heard.end = heartbeat.heartbeat.end;
        }
        zframe_destroy(&topic);
        zframe_destroy(&body);
        zmsg_destroy(&message);
    }
    return heard;
}

static heard_t s_publish(const char *from, const char *until, const char *speed)
{
    char endpoint[96];
    snprintf(endpoint, sizeof endpoint, "ipc://%s/publish", s_fixture.dir);
    const char *argv[] = {"octolog",   "replay", "--data",  s_fixture.dir,
                          "--publish", endpoint, "--from",  from,
                          "--until",   until,    "--speed", speed,
                          NULL};
    pid_t pid = s_start(argv, -1);
    // It sends nothing before somebody subscribes.
    int64_t begun_ms = zclock_mono();
    zsock_t *feed = zsock_new_sub(endpoint, "");
    zsock_set_rcvtimeo(feed, PATIENCE_MS);
    heard_t heard = s_listen(feed);
    heard.spent_ms = zclock_mono() - begun_ms;
    cr_assert(eq(int, s_end(pid), 0));
    zsock_destroy(&feed);
    return heard;
}

Test(command_replay, history_is_published_in_the_format_of_the_feed)
{
    heard_t heard = s_publish("0", "999999", "1000000");
    cr_assert(eq(u64, heard.events, REPLAY_EVENTS));
    cr_assert(eq(u64, heard.end, REPLAY_EVENTS));
}

Test(command_replay, published_ranges_are_exact_inside_a_batch)
{
    heard_t heard = s_publish("123", "1501", "1000000");
    cr_assert(eq(u64, heard.first, 123));
    cr_assert(eq(u64, heard.events, 1501 - 123));
    cr_assert(eq(u64, heard.end, 1501));
}

// 600 seconds of events at 2000 times their pace take a third of a second: at
// least that, for a busy machine may take longer.
Test(command_replay, a_pace_is_kept)
{
    heard_t heard = s_publish("0", "600", "2000");
    cr_assert(eq(u64, heard.events, 600));
    cr_assert(ge(i64, heard.spent_ms, 250));
}
