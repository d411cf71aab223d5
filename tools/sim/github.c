#include "tools/sim/github.h"

#include "tools/sim/exchange.h"
#include "tools/sim/github_state.h"

#include <errno.h>
#include <stdlib.h>

// Enough to contain 200 events other than pushes, today one in 70.
#define KEEP_EVENTS 20000u

// One in this many events is delayed much longer than the others.
#define LATE_ONE_IN 100u
#define LATE_TIMES  5u

// When a recorded event becomes visible: by the requested rate, or with its
// recorded delay after the first event; never before the previous event.
static int64_t s_replay_us(const github_t *github, size_t i,
                           int64_t after_first_s)
{
    double rate = github->options.rate;
    double passed_s = rate > 0 ? (double)i / rate : (double)after_first_s;
    return github->clock.start_us + (int64_t)(passed_s * GITHUB_SECOND_US);
}

// The recording's events move into the timeline.
static int s_fill_timeline(github_t *github, recording_t *recording)
{
    recording_list_t *all = &recording->all;
    int64_t first = all->events[0]->created_at;
    int64_t latest = first;
    for (size_t i = 0; i < all->count; i++) {
        if (all->events[i]->created_at > latest)
            latest = all->events[i]->created_at;
        int rc = timeline_take(github->timeline, all->events[i],
                               s_replay_us(github, i, latest - first));
        if (rc)
            return rc;
        all->events[i] = NULL;
    }
    return 0;
}

static int s_start_generator(github_t *github)
{
    const github_options_t *options = &github->options;
    double before_s = options->history / options->rate + options->latency_s;
    generator_options_t made = {.seed = options->seed,
                                .shape = options->shape,
                                .rate = options->rate,
                                .start_us =
                                    github->clock.start_us -
                                    (int64_t)(before_s * GITHUB_SECOND_US)};
    github->generator = generator_new(&made);
    return github->generator ? 0 : -ENOMEM;
}

static int s_start(github_t *github, recording_t *recording)
{
    size_t keep = KEEP_EVENTS;
    if (recording && recording->all.count > keep)
        keep = recording->all.count;
    github->timeline = timeline_new(keep);
    if (!github->timeline)
        return -ENOMEM;
    if (!recording)
        return s_start_generator(github);
    if (!recording->polls)
        return s_fill_timeline(github, recording);
    github->polls.recording = recording;
    return 0;
}

github_t *github_new(const github_options_t *options, const sim_clock_t *clock,
                     const fault_plan_t *faults, recording_t *recording)
{
    github_t *github = calloc(1, sizeof *github);
    if (!github)
        return NULL;
    github->options = *options;
    github->clock = *clock;
    github->faults = *faults;
    github->dice.state = dice_mix(~options->seed);
    if (s_start(github, recording))
        github_destroy(&github);
    return github;
}

void github_destroy(github_t **github)
{
    if (!*github)
        return;
    generator_destroy(&(*github)->generator);
    timeline_destroy(&(*github)->timeline);
    served_free(&(*github)->served);
    free(*github);
    *github = NULL;
}

// The delay until an event is visible: usually slightly above the latency.
static int64_t s_draw_delay_us(github_t *github)
{
    int64_t latency = (int64_t)github->options.latency_s * GITHUB_SECOND_US;
    double spread = dice_unit(&github->dice) / 10;
    if (dice_below(&github->dice, LATE_ONE_IN) == 0)
        spread += dice_unit(&github->dice) * (LATE_TIMES - 1);
    return latency + (int64_t)((double)latency * spread);
}

static int s_advance(github_t *github, int64_t now_us)
{
    while (github->generator &&
           generator_next_us(github->generator) <= now_us) {
        int64_t happens_us = generator_next_us(github->generator);
        event_t event;
        int rc = generator_next(github->generator, &event);
        if (rc == 0)
            rc = timeline_add(github->timeline, &event,
                              happens_us + s_draw_delay_us(github));
        if (rc)
            return rc;
    }
    timeline_advance(github->timeline, now_us);
    return 0;
}

int github_answer(github_t *github, const github_request_t *request,
                  github_reply_t *reply)
{
    reply->number = ++github->requests;
    reply->at_us = sim_clock_now_us(&github->clock);
    reply->remaining = UINT32_MAX;
    int rc = s_advance(github, reply->at_us);
    if (rc == 0)
        rc = exchange_run(github, request, reply);
    bool failed = buffer_failed(&reply->body) || buffer_failed(&reply->headers);
    return rc ? rc : failed ? -ENOMEM : 0;
}

// A recorded line is consumed by a response that lets the client continue: one
// with its events, or a genuine 304.
int github_delivered(github_t *github, const github_reply_t *reply, bool whole)
{
    if (!whole || fault_spoils(reply->fault))
        return 0;
    if (reply->has_line && (reply->status == 200 || reply->status == 304))
        polls_consume(&github->polls, reply->line);
    if (reply->status != 200 || !reply->is_feed)
        return 0;
    github->served.answers++;
    for (size_t i = 0; i < reply->event_count; i++) {
        int rc = served_add(&github->served, reply->events[i].id,
                            reply->events[i].created_at);
        if (rc)
            return rc;
    }
    return 0;
}

void github_reply_free(github_reply_t *reply)
{
    buffer_free(&reply->headers);
    buffer_free(&reply->body);
}

sim_clock_t *github_clock(github_t *github)
{
    return &github->clock;
}

fault_plan_t *github_faults(github_t *github)
{
    return &github->faults;
}

const served_t *github_served(const github_t *github)
{
    return &github->served;
}

const polls_t *github_polls(const github_t *github)
{
    return github_plays_polls(github) ? &github->polls : NULL;
}

uint64_t github_requests(const github_t *github)
{
    return github->requests;
}

uint64_t github_events_made(const github_t *github)
{
    return github->generator ? generator_events(github->generator) : 0;
}
