// The supervisor's decisions, as arithmetic.

#include "actors/supervisor/supervision.h"

#include <criterion/criterion.h>

static const supervision_policy_t s_policy = {.restart_min_ms = 50,
                                              .restart_max_ms = 2000,
                                              .restart_limit = 20,
                                              .restart_window_ms = 60000,
                                              .beat_timeout_ms = 1000,
                                              .stop_ms = 5000};

// Starts it when it is due and lets it run for run_ms. Returns when it ended.
static int64_t s_run(supervision_t *self, int64_t run_ms,
                     supervision_exit_t how)
{
    int64_t start = self->due_ms;

    cr_assert(supervision_start_is_due(self, start));
    supervision_started(self, start);
    supervision_exited(self, &s_policy, start + run_ms, how);
    return start + run_ms;
}

Test(supervision, the_first_restart_is_at_once_then_the_delay_doubles)
{
    static const int expected[] = {0, 50, 100, 200, 400, 800, 1600, 2000, 2000};
    supervision_t self;

    supervision_init(&self, 100);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        int64_t ended = s_run(&self, 10, SUPERVISION_ENDED);
        cr_expect_eq(self.state, SUPERVISION_WAITING);
        cr_expect_eq(self.delay_ms, expected[i]);
        cr_expect_eq(self.due_ms, ended + expected[i]);
        cr_expect(expected[i] == 0 ||
                  !supervision_start_is_due(&self, self.due_ms - 1));
        cr_expect_eq(self.restarts, i);
    }
}

Test(supervision, a_stable_run_forgives_what_was_before)
{
    supervision_t self;

    supervision_init(&self, 0);
    for (int i = 0; i < 6; i++)
        s_run(&self, 10, SUPERVISION_ENDED);
    cr_expect_eq(self.delay_ms, 800);
    s_run(&self, s_policy.restart_window_ms - 1, SUPERVISION_ENDED);
    cr_expect_eq(self.delay_ms, 1600);
    s_run(&self, s_policy.restart_window_ms, SUPERVISION_ENDED);
    cr_expect_eq(self.delay_ms, 0);
    s_run(&self, 10, SUPERVISION_ENDED);
    cr_expect_eq(self.delay_ms, 50);
}

Test(supervision, an_actor_that_ends_at_once_is_given_up_within_the_window)
{
    supervision_t self;
    int exits = 0;

    supervision_init(&self, 0);
    while (self.state == SUPERVISION_WAITING && exits < 100) {
        s_run(&self, 5, SUPERVISION_ENDED);
        exits++;
    }
    cr_expect_eq(self.state, SUPERVISION_FAILED);
    cr_expect_eq(exits, s_policy.restart_limit + 1);
    cr_expect_lt(self.due_ms, s_policy.restart_window_ms);
}

Test(supervision, a_full_disk_is_waited_for_without_end)
{
    supervision_t self;

    supervision_init(&self, 0);
    s_run(&self, 5, SUPERVISION_NO_ROOM);
    cr_expect_eq(self.state, SUPERVISION_FAILED, "at the first start");
    supervision_init(&self, 0);
    supervision_started(&self, 0);
    supervision_beat(&self, 1, SUPERVISION_LIVE);
    supervision_exited(&self, &s_policy, 10, SUPERVISION_NO_ROOM);
    for (int i = 0; i < 10 * s_policy.restart_limit; i++) {
        cr_expect_eq(self.delay_ms, s_policy.restart_max_ms);
        s_run(&self, 5, SUPERVISION_NO_ROOM);
        cr_assert_eq(self.state, SUPERVISION_WAITING);
    }
}

Test(supervision, who_lacks_memory_is_never_given_up)
{
    supervision_t self;

    supervision_init(&self, 0);
    supervision_started(&self, 0);
    supervision_beat(&self, 1, SUPERVISION_LIVE);
    supervision_exited(&self, &s_policy, 10, SUPERVISION_NO_MEMORY);
    cr_expect_eq(self.delay_ms, s_policy.restart_min_ms);
    for (int i = 0; i < 10 * s_policy.restart_limit; i++) {
        s_run(&self, 5, SUPERVISION_NO_MEMORY);
        cr_assert_eq(self.state, SUPERVISION_WAITING);
    }
    cr_expect_eq(self.delay_ms, s_policy.restart_max_ms);
    cr_expect_eq(self.restarts, (uint64_t)10 * s_policy.restart_limit);
}

Test(supervision, exits_spread_over_time_are_never_too_many)
{
    supervision_t self;

    supervision_init(&self, 0);
    // 20 in a window are allowed: one every 3 s and a little makes just those.
    for (int i = 0; i < 1000; i++) {
        s_run(&self, 3001, SUPERVISION_ENDED);
        cr_assert_eq(self.state, SUPERVISION_WAITING, "exit %d", i);
    }
}

Test(supervision, an_actor_that_cannot_start_is_given_up_at_once)
{
    supervision_t self;

    supervision_init(&self, 0);
    s_run(&self, 10, SUPERVISION_REFUSED);
    cr_expect_eq(self.state, SUPERVISION_FAILED);
}

// What stood in its way then, may pass: the old process, its port, its lock.
Test(supervision, an_actor_that_once_was_live_is_tried_again)
{
    supervision_t self;

    supervision_init(&self, 0);
    supervision_started(&self, 0);
    supervision_beat(&self, 5, SUPERVISION_LIVE);
    supervision_exited(&self, &s_policy, 10, SUPERVISION_ENDED);
    s_run(&self, 10, SUPERVISION_REFUSED);
    cr_expect_eq(self.state, SUPERVISION_WAITING);
}

Test(supervision, a_crash_before_it_was_live_is_tried_again)
{
    supervision_t self;

    supervision_init(&self, 0);
    s_run(&self, 10, SUPERVISION_ENDED);
    cr_expect_eq(self.state, SUPERVISION_WAITING);
}

Test(supervision,
     silence_counts_from_the_last_beat_and_longer_before_it_started)
{
    supervision_t self;

    supervision_init(&self, 0);
    cr_expect_not(supervision_is_silent(&self, &s_policy, 1000000));
    supervision_started(&self, 0);
    cr_expect_not(supervision_is_silent(&self, &s_policy, 5999));
    cr_expect(supervision_is_silent(&self, &s_policy, 6000));
    supervision_beat(&self, 5000, SUPERVISION_STARTED);
    cr_expect_not(supervision_is_silent(&self, &s_policy, 5999));
    cr_expect_eq(supervision_wait_ms(&self, &s_policy, 5400), 600);
    cr_expect(supervision_is_silent(&self, &s_policy, 6000));
    cr_expect_eq(supervision_wait_ms(&self, &s_policy, 7000), 0);

    // A new process starts anew, which takes long even where it says so.
    supervision_exited(&self, &s_policy, 6000, SUPERVISION_ENDED);
    supervision_started(&self, self.due_ms);
    const int64_t begun_ms = self.due_ms;
    cr_expect_not(supervision_is_silent(&self, &s_policy, begun_ms + 5999));
    supervision_beat(&self, begun_ms + 100, SUPERVISION_STARTING);
    cr_expect_not(supervision_is_silent(&self, &s_policy, begun_ms + 6099));
    cr_expect(supervision_is_silent(&self, &s_policy, begun_ms + 6100));
    supervision_beat(&self, begun_ms + 200, SUPERVISION_LIVE);
    supervision_beat(&self, begun_ms + 300, SUPERVISION_STARTING);
    cr_expect(supervision_is_silent(&self, &s_policy, begun_ms + 1300));
}

Test(supervision, stopping_ends_in_stopped_whatever_it_was)
{
    supervision_t self;

    supervision_init(&self, 0);
    supervision_stop(&self);
    cr_expect_eq(self.state, SUPERVISION_STOPPED);
    cr_expect_not(supervision_start_is_due(&self, 1000));

    supervision_init(&self, 0);
    supervision_started(&self, 0);
    supervision_stop(&self);
    cr_expect_eq(self.state, SUPERVISION_STOPPING);
    cr_expect_not(supervision_is_silent(&self, &s_policy, 1000000));
    supervision_exited(&self, &s_policy, 10, SUPERVISION_REFUSED);
    cr_expect_eq(self.state, SUPERVISION_STOPPED);
    cr_expect_eq(self.exit_count, 0);

    supervision_init(&self, 0);
    s_run(&self, 10, SUPERVISION_REFUSED);
    supervision_stop(&self);
    cr_expect_eq(self.state, SUPERVISION_FAILED, "it stays what it was");
}

Test(supervision, stages_share_the_time_and_inherit_what_is_left)
{
    int64_t deadline = 1000, begun = 1000;

    // All late: 4:3:2:1 of nine tenths of 5 s.
    static const int64_t parts[] = {1800, 1350, 900, 450};
    for (int i = 0; i < 4; i++) {
        int64_t next =
            supervision_stage_deadline(&s_policy, begun, deadline, 4 - i);
        cr_expect_eq(next - deadline, parts[i], "stage %d has %d ms", i,
                     (int)(next - deadline));
        deadline = next;
    }
    cr_expect_eq(deadline, begun + 4500);
    // All quick: the last may use nearly all.
    cr_expect_eq(supervision_stage_deadline(&s_policy, 1000, 1010, 1), 5500);
    // Too late already: at once.
    cr_expect_eq(supervision_stage_deadline(&s_policy, 1000, 9000, 2), 9000);
}

Test(supervision, a_kill_that_does_not_end_it_shows)
{
    supervision_t self;

    supervision_init(&self, 0);
    supervision_started(&self, 0);
    supervision_beat(&self, 100, SUPERVISION_LIVE);
    cr_expect(supervision_is_silent(&self, &s_policy, 1100));
    supervision_killed(&self, 1100);
    cr_expect_not(supervision_is_silent(&self, &s_policy, 9000), "once");
    cr_expect_not(supervision_is_stuck(&self, &s_policy, 2099));
    cr_expect(supervision_is_stuck(&self, &s_policy, 2100));
    supervision_exited(&self, &s_policy, 3000, SUPERVISION_ENDED);
    cr_expect_not(supervision_is_stuck(&self, &s_policy, 3000));
    supervision_started(&self, 3000);
    cr_expect_not(supervision_is_stuck(&self, &s_policy, 9000));
    cr_expect(supervision_is_silent(&self, &s_policy, 9000));
}
