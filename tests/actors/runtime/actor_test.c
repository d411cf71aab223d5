// What all actors have in common: beats, and the process around one.

#include "actors/runtime/actor.h"
#include "actors/runtime/clock.h"

#include "actors/report/report.h"
#include "actors/transport/socket.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static config_t *s_config(const char *transport)
{
    config_t *config = config_new();

    cr_assert_not_null(config);
    config_set(config, "transport", transport, NULL, NULL);
    report_set_up(REPORT_ERROR, REPORT_LOGFMT);
    return config;
}

// The next beat's state; fails when none comes.
static void s_expect_beat(zsock_t *beats, const char *state)
{
    zframe_t *frame = zframe_recv(beats);
    message_t message;

    cr_assert_not_null(frame, "no beat came");
    cr_assert_eq(
        message_decode(&message, slice(zframe_data(frame), zframe_size(frame))),
        0);
    cr_expect_eq(message.kind, MESSAGE_BEAT);
    cr_expect_eq(message.beat.pid, (uint64_t)getpid());
    cr_expect(slice_equal(message.beat.name, slice_of("journal")));
    cr_expect(slice_equal(message.beat.state, slice_of(state)));
    cr_expect_eq(message.beat.offset, 3);
    cr_expect_eq(message.beat.end, 5);
    zframe_destroy(&frame);
}

Test(actor, who_was_just_heard_is_heard_and_who_never_spoke_is_not)
{
    config_t *config = s_config("inproc://actor-h-");
    const int64_t now_ms = clock_tick_ms();

    cr_expect_not(actor_hears(config, 0));
    config_set(config, "spine.heartbeat-ms", "10000", NULL, NULL);
    cr_expect(actor_hears(config, now_ms - 9000));
    cr_expect_not(actor_hears(config, now_ms - 30001));
    config_set(config, "spine.heartbeat-ms", "10", NULL, NULL);
    cr_expect_not(actor_hears(config, now_ms - 1001));
    config_destroy(&config);
}

Test(actor, a_beat_is_sent_when_due_or_when_the_state_changes)
{
    config_t *config = s_config("inproc://actor-a-");
    const actor_args_t args = {config, "journal"};
    zsock_t *beats = NULL;

    config_set(config, "spine.heartbeat-ms", "10000", NULL, NULL);
    cr_assert_eq(socket_bind(&beats, config, ZMQ_PULL, "beats"), 0);
    zsock_set_rcvtimeo(beats, 10000);
    actor_beat_t *beat = actor_beat_new(&args);
    cr_assert_not_null(beat);

    cr_expect_eq(actor_beat(beat, "starting", 3, 5), 10000);
    int wait_ms = actor_beat(beat, "starting", 3, 5);
    cr_expect(wait_ms > 0 && wait_ms <= 10000);
    actor_beat(beat, "live", 3, 5);
    s_expect_beat(beats, "starting");
    s_expect_beat(beats, "live");
    zsock_set_rcvtimeo(beats, 0);
    cr_expect_null(zframe_recv(beats), "one beat too many");

    actor_beat_destroy(&beat);
    cr_expect_null(beat);
    zsock_destroy(&beats);
    config_destroy(&config);
}

Test(actor, beats_without_a_supervisor_never_block)
{
    config_t *config = s_config("inproc://actor-b-");
    const actor_args_t args = {config, "journal"};
    actor_beat_t *beat = actor_beat_new(&args);

    for (int i = 0; i < 3 * SOCKET_HWM; i++)
        actor_beat(beat, i % 2 ? "one" : "other", 3, 5);
    actor_beat_destroy(&beat);
    config_destroy(&config);
}

static void s_await_term(zsock_t *pipe)
{
    char *word = NULL;

    do {
        zstr_free(&word);
        word = zstr_recv(pipe);
    } while (word && !streq(word, "$TERM"));
    zstr_free(&word);
}

static void s_refuses(zsock_t *pipe, void *args)
{
    (void)args;
    zsock_signal(pipe, 0);
    zstr_sendx(pipe, "FAILED", "the port is in use", NULL);
    s_await_term(pipe);
}

static void s_breaks(zsock_t *pipe, void *args)
{
    (void)args;
    zsock_signal(pipe, 0);
    zstr_send(pipe, "LIVE");
    zstr_sendx(pipe, "FAILED", "it is over", NULL);
    s_await_term(pipe);
}

static void s_fills_the_disk(zsock_t *pipe, void *args)
{
    (void)args;
    zsock_signal(pipe, 0);
    zstr_send(pipe, "LIVE");
    actor_fail(pipe, -ENOSPC, "the disk is full");
    s_await_term(pipe);
}

// Serves, and wants to be told to stop.
static void s_serves(zsock_t *pipe, void *args)
{
    (void)args;
    zsock_signal(pipe, 0);
    zstr_send(pipe, "LIVE");
    kill(getpid(), SIGTERM);
    s_await_term(pipe);
}

// Drains when it is told to. It fails when $TERM comes without DRAIN.
static void s_drains(zsock_t *pipe, void *args)
{
    (void)args;
    zsock_signal(pipe, 0);
    zstr_send(pipe, "LIVE");
    kill(getpid(), SIGTERM);
    char *word = zstr_recv(pipe);
    if (!word || !streq(word, "DRAIN"))
        abort();
    zstr_free(&word);
    zstr_send(pipe, "DRAINED");
    s_await_term(pipe);
}

// Never is done draining.
static void s_drags(zsock_t *pipe, void *args)
{
    (void)args;
    zsock_signal(pipe, 0);
    kill(getpid(), SIGTERM);
    s_await_term(pipe);
}

static int s_host(actor_function_t *run, bool drains)
{
    config_t *config = s_config("inproc://actor-c-");
    const actor_class_t actor = {"test", run, drains};

    config_set(config, "supervisor.stop-ms", "100", NULL, NULL);
    // FAILED is reported; the tests' own output stays clean without it.
    cr_assert(freopen("/dev/null", "w", stderr));
    int status = actor_host(&actor, config, 0);
    config_destroy(&config);
    return status;
}

Test(actor, failing_before_it_was_live_is_a_refusal)
{
    cr_expect_eq(s_host(s_refuses, false), ACTOR_REFUSED);
}

Test(actor, failing_while_live_is_another_matter)
{
    cr_expect_eq(s_host(s_breaks, false), ACTOR_BROKEN);
}

Test(actor, a_full_disk_is_told_apart)
{
    cr_expect_eq(s_host(s_fills_the_disk, false), ACTOR_NO_ROOM);
}

// Ends as libzmq does when it gets no memory.
static void s_aborts_without_memory(zsock_t *pipe, void *args)
{
    struct rlimit limit;

    (void)args;
    zsock_signal(pipe, 0);
    cr_assert(getrlimit(RLIMIT_DATA, &limit) == 0);
    limit.rlim_cur = 1 << 20; // less than there is; 0 would mean: as before
    cr_assert(setrlimit(RLIMIT_DATA, &limit) == 0);
    abort();
}

Test(actor, an_abort_for_want_of_memory_is_told_apart,
     .exit_code = ACTOR_NO_MEMORY)
{
    s_host(s_aborts_without_memory, false);
}

static void s_aborts(zsock_t *pipe, void *args)
{
    (void)args;
    zsock_signal(pipe, 0);
    abort();
}

Test(actor, another_abort_is_one, .signal = SIGABRT)
{
    s_host(s_aborts, false);
}

static void s_lacks_memory(zsock_t *pipe, void *args)
{
    (void)args;
    zsock_signal(pipe, 0);
    actor_fail(pipe, -ENOMEM, "out of memory");
    s_await_term(pipe);
}

Test(actor, a_lack_of_memory_is_told_apart)
{
    cr_expect_eq(s_host(s_lacks_memory, false), ACTOR_NO_MEMORY);
}

Test(actor, sigterm_stops_it)
{
    cr_expect_eq(s_host(s_serves, false), ACTOR_STOPPED);
}

Test(actor, one_that_drains_is_told_to_before_it_stops)
{
    cr_expect_eq(s_host(s_drains, true), ACTOR_STOPPED);
}

Test(actor, draining_has_an_end)
{
    cr_expect_eq(s_host(s_drags, true), ACTOR_STOPPED);
}

Test(actor, without_its_parent_it_does_not_start)
{
    config_t *config = s_config("inproc://actor-d-");
    const actor_class_t actor = {"test", s_serves, false};

    cr_expect_eq(actor_host(&actor, config, getpid()), ACTOR_REFUSED);
    config_destroy(&config);
}
