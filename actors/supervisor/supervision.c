#include "actors/supervisor/supervision.h"

#include <assert.h>
#include <string.h>

#define STARTING_FACTOR 6
#define NOTHING_DUE_MS  60000

void supervision_init(supervision_t *self, int64_t now_ms)
{
    memset(self, 0, sizeof *self);
    self->due_ms = now_ms;
}

void supervision_started(supervision_t *self, int64_t now_ms)
{
    assert(self->state == SUPERVISION_WAITING);
    self->state = SUPERVISION_RUNNING;
    self->started_ms = now_ms;
    self->beat_ms = now_ms;
    self->has_started = false;
    self->is_killed = false;
    self->restarts += self->was_started;
    self->was_started = true;
}

void supervision_beat(supervision_t *self, int64_t now_ms,
                      supervision_word_t word)
{
    self->beat_ms = now_ms;
    self->has_started = self->has_started || word != SUPERVISION_STARTING;
    self->was_live = self->was_live || word == SUPERVISION_LIVE;
}

void supervision_stop(supervision_t *self)
{
    if (self->state == SUPERVISION_RUNNING)
        self->state = SUPERVISION_STOPPING;
    else if (self->state == SUPERVISION_WAITING)
        self->state = SUPERVISION_STOPPED;
}

// Whether this exit exceeds the limit within the window.
static bool s_is_too_often(supervision_t *self,
                           const supervision_policy_t *policy, int64_t now_ms)
{
    uint64_t limit = (uint64_t)policy->restart_limit;
    uint64_t n = self->exit_count++;
    int64_t *slot = &self->exits[n % limit];
    bool too_often = n >= limit && now_ms - *slot <= policy->restart_window_ms;

    *slot = now_ms;
    return too_often;
}

static void s_delay(supervision_t *self, const supervision_policy_t *policy,
                    int64_t now_ms)
{
    bool stable = now_ms - self->started_ms >= policy->restart_window_ms;

    if (self->exit_count == 1 || stable)
        self->delay_ms = 0;
    else if (self->delay_ms == 0)
        self->delay_ms = policy->restart_min_ms;
    else if (self->delay_ms > policy->restart_max_ms / 2)
        self->delay_ms = policy->restart_max_ms;
    else
        self->delay_ms *= 2;
    self->due_ms = now_ms + self->delay_ms;
}

supervision_state_t supervision_exited(supervision_t *self,
                                       const supervision_policy_t *policy,
                                       int64_t now_ms, supervision_exit_t how)
{
    assert(policy->restart_limit >= 1 &&
           policy->restart_limit <= SUPERVISION_LIMIT_MAX);
    if (self->state == SUPERVISION_STOPPING) {
        self->state = SUPERVISION_STOPPED;
    } else if (how != SUPERVISION_ENDED && !self->was_live) {
        self->state = SUPERVISION_FAILED;
    } else if (how == SUPERVISION_NO_ROOM) {
        self->due_ms = now_ms + policy->restart_max_ms;
        self->delay_ms = policy->restart_max_ms;
        self->state = SUPERVISION_WAITING;
    } else if (how != SUPERVISION_NO_MEMORY &&
               s_is_too_often(self, policy, now_ms)) {
        self->state = SUPERVISION_FAILED;
    } else {
        s_delay(self, policy, now_ms);
        self->state = SUPERVISION_WAITING;
    }
    return self->state;
}

bool supervision_start_is_due(const supervision_t *self, int64_t now_ms)
{
    return self->state == SUPERVISION_WAITING && now_ms >= self->due_ms;
}

static int64_t s_silent_at(const supervision_t *self,
                           const supervision_policy_t *policy)
{
    int factor = self->has_started ? 1 : STARTING_FACTOR;

    return self->beat_ms + (int64_t)policy->beat_timeout_ms * factor;
}

bool supervision_is_silent(const supervision_t *self,
                           const supervision_policy_t *policy, int64_t now_ms)
{
    return self->state == SUPERVISION_RUNNING && !self->is_killed &&
           now_ms >= s_silent_at(self, policy);
}

void supervision_killed(supervision_t *self, int64_t now_ms)
{
    self->is_killed = true;
    self->killed_ms = now_ms;
}

bool supervision_is_stuck(const supervision_t *self,
                          const supervision_policy_t *policy, int64_t now_ms)
{
    return self->state == SUPERVISION_RUNNING && self->is_killed &&
           now_ms - self->killed_ms >= policy->beat_timeout_ms;
}

int64_t supervision_wait_ms(const supervision_t *self,
                            const supervision_policy_t *policy, int64_t now_ms)
{
    int64_t wait_ms = NOTHING_DUE_MS;

    if (self->state == SUPERVISION_WAITING)
        wait_ms = self->due_ms - now_ms;
    else if (self->state == SUPERVISION_RUNNING && !self->is_killed)
        wait_ms = s_silent_at(self, policy) - now_ms;
    return wait_ms > 0 ? wait_ms : 0;
}

int64_t supervision_stage_deadline(const supervision_policy_t *policy,
                                   int64_t begun_ms, int64_t now_ms, int stages)
{
    int64_t left = begun_ms + policy->stop_ms - policy->stop_ms / 10 - now_ms;

    assert(stages > 0);
    // The first of four stages gets 4 of 4+3+2+1 parts, the next 3 of 3+2+1.
    return now_ms + (left > 0 ? left * 2 / (stages + 1) : 0);
}
