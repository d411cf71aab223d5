// Walks over a range against a model that looks at every event.
#include "tests/tools/replay/replay_fixture.h"
#include "tools/command/replay_range.h"

#include <errno.h>

typedef struct {
    const replay_fixture_t *log;
    bool seen[REPLAY_EVENTS];
    uint64_t next; // offset not yet passed
} seen_t;

static int s_on_run(void *context, const batch_t *batch, uint32_t from,
                    uint32_t until)
{
    seen_t *seen = context;
    cr_assert(lt(u32, from, until));
    cr_assert(le(u32, until, batch->count));
    for (uint32_t i = from; i < until; i++) {
        uint64_t offset = batch->offset + i;
        cr_assert(ge(u64, offset, seen->next), "in order, and once");
        cr_assert(eq(u32, batch_created_at(batch, i),
                     seen->log->events[offset].created_at));
        seen->seen[offset] = true;
        seen->next = offset + 1;
    }
    return 0;
}

static void s_compare(const replay_fixture_t *fixture, event_log_t *log,
                      const replay_range_t *range)
{
    static seen_t seen;
    failure_t failure = {0};
    seen = (seen_t){.log = fixture};
    cr_assert(eq(int,
                 replay_range_walk(log, range, s_on_run, &seen, NULL, &failure),
                 0));
    for (uint64_t i = 0; i < REPLAY_EVENTS; i++) {
        uint32_t at = fixture->events[i].created_at;
        bool in = i >= range->from && i < range->until &&
                  at >= range->time_from && at < range->time_until;
        cr_assert(eq(int, seen.seen[i], in), "offset %lu", i);
    }
}

Test(replay_range, every_range_is_exact_to_the_event)
{
    static replay_fixture_t fixture;
    replay_fixture_open(&fixture, 1);
    event_log_t *log = replay_fixture_log(&fixture);
    unsigned seed = 2;
    s_compare(&fixture, log, &replay_range_all);
    for (int i = 0; i < 300; i++) {
        replay_range_t range = replay_range_all;
        if (rand_r(&seed) % 2)
            range.from = (uint64_t)rand_r(&seed) % (REPLAY_EVENTS + 10);
        if (rand_r(&seed) % 2)
            range.until = (uint64_t)rand_r(&seed) % (REPLAY_EVENTS + 10);
        if (rand_r(&seed) % 2)
            range.time_from = 1451606300 + (uint64_t)rand_r(&seed) % 2200;
        if (rand_r(&seed) % 2)
            range.time_until = 1451606300 + (uint64_t)rand_r(&seed) % 2200;
        s_compare(&fixture, log, &range);
    }
    const replay_range_t beyond = {0, UINT64_MAX, (uint64_t)UINT32_MAX + 1,
                                   UINT64_MAX};
    s_compare(&fixture, log, &beyond);
    event_log_close(&log);
    replay_fixture_close(&fixture);
}

static int s_stop(void *context, const batch_t *batch, uint32_t from,
                  uint32_t until)
{
    (void)batch, (void)from, (void)until;
    ++*(int *)context;
    return -ECANCELED;
}

Test(replay_range, whoever_takes_the_events_can_end_the_walk)
{
    static replay_fixture_t fixture;
    failure_t failure = {0};
    int calls = 0;
    replay_fixture_open(&fixture, 3);
    event_log_t *log = replay_fixture_log(&fixture);
    cr_assert(eq(int,
                 replay_range_walk(log, &replay_range_all, s_stop, &calls, NULL,
                                   &failure),
                 -ECANCELED));
    cr_assert(eq(int, calls, 1));
    event_log_close(&log);
    replay_fixture_close(&fixture);
}

Test(replay_range, bounds_say_what_kind_of_range_it_is)
{
    replay_range_t range = replay_range_all;
    cr_assert(replay_range_is_all(&range));
    range.until = 5;
    cr_assert(replay_range_is_prefix(&range));
    cr_assert(not(replay_range_is_all(&range)));
    range.time_until = 7;
    cr_assert(not(replay_range_is_prefix(&range)));
}
