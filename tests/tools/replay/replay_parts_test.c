// Claims: in how many parts a range is folded, and how often each of them
// merges what it has, makes no difference to any view.

#include "actors/views/registry.h"
#include "tools/replay/replay_parts.h"

#include "tests/tools/replay/replay_fixture.h"
#include "tools/replay/replay_views.h"

#include <errno.h>
#include <sched.h>

static replay_fixture_t s_fixture;
static event_log_t *s_log;
static config_t *s_config;

static void s_setup(void)
{
    replay_fixture_open(&s_fixture, 11);
    s_log = replay_fixture_log(&s_fixture);
    s_config = config_new();
    cr_assert(eq(
        int, config_set(s_config, "data.dir", s_fixture.dir, NULL, NULL), 0));
    cr_assert(eq(int, config_finish(s_config, NULL, NULL), 0));
}

static void s_teardown(void)
{
    config_destroy(&s_config);
    event_log_close(&s_log);
    replay_fixture_close(&s_fixture);
}

TestSuite(replay_parts, .init = s_setup, .fini = s_teardown);

static void s_begin(replay_views_t *views, const view_class_t *const *classes)
{
    char folder[FOLDER_PATH_MAX];
    failure_t failure = {0};
    *views = (replay_views_t){.config = s_config};
    for (; classes[views->count]; views->count++) {
        replay_view_t *view = &views->views[views->count];
        view->view = classes[views->count];
        view->until = UINT64_MAX;
        snprintf(folder, sizeof folder, "%s/%s", s_fixture.dir,
                 view->view->name);
        cr_assert(eq(int,
                     view_engine_create(&view->engine, s_config, view->view,
                                        folder, true, &failure),
                     0),
                  "%s", failure.reason);
    }
}

static void s_fold(replay_views_t *views, const replay_range_t *range,
                   unsigned parts)
{
    cr_assert(eq(int, replay_parts_fold(views, s_log, range, parts, NULL), 0),
              "%s", views->failure.reason);
}

// All views of a range, in so many parts, each of which merges at the latest
// when so many bytes are pending.
static void s_build(replay_views_t *views, const replay_range_t *range,
                    unsigned parts, size_t pending_bytes)
{
    s_config->view_pending_bytes = pending_bytes;
    s_begin(views, registry_views);
    s_fold(views, range, parts);
    cr_assert(eq(int, replay_views_digest(views), 0));
}

static void s_assert_same(const replay_views_t *a, const replay_views_t *b)
{
    cr_assert(eq(sz, a->count, b->count));
    for (size_t i = 0; i < a->count; i++) {
        const replay_view_t *left = &a->views[i], *right = &b->views[i];
        cr_assert(eq(u64, left->events, right->events));
        cr_assert(eq(u64, left->digest.rows, right->digest.rows));
        cr_assert(eq(u64, left->digest.high, right->digest.high), "%s",
                  left->view->name);
        cr_assert(eq(u64, left->digest.low, right->digest.low));
        cr_assert(eq(u64, left->digest.checkpoint.offset,
                     right->digest.checkpoint.offset));
        cr_assert(eq(i64, left->digest.checkpoint.stamp_us,
                     right->digest.checkpoint.stamp_us));
        cr_assert(eq(u64, left->engine.position.offset,
                     right->engine.position.offset));
    }
}

static void s_try_range(const replay_range_t *range)
{
    static const unsigned s_parts[] = {2, 7, REPLAY_PARTS_MAX};
    replay_views_t whole, parted;
    s_build(&whole, range, 1, SIZE_MAX);
    for (size_t i = 0; i < sizeof s_parts / sizeof *s_parts; i++) {
        s_build(&parted, range, s_parts[i], i % 2 ? 1 : 20000);
        s_assert_same(&whole, &parted);
        replay_views_end(&parted);
    }
    replay_views_end(&whole);
}

Test(replay_parts, parts_make_the_same_views)
{
    s_try_range(&(replay_range_t){0, REPLAY_EVENTS, 0, UINT64_MAX});
}

Test(replay_parts, parts_of_a_range_make_the_same_views)
{
    // Neither bound is likely to be that of a batch.
    s_try_range(&(replay_range_t){333, 1777, 1451606800, 1451607900});
}

Test(replay_parts, more_parts_than_events_are_fine)
{
    s_try_range(&(replay_range_t){1000, 1003, 0, UINT64_MAX});
}

Test(replay_parts, what_is_held_is_not_folded_again)
{
    const replay_range_t all = {0, REPLAY_EVENTS, 0, UINT64_MAX};
    replay_views_t once, twice;
    s_build(&once, &all, 2, 1000);
    s_begin(&twice, registry_views);
    s_fold(&twice, &(replay_range_t){0, 1234, 0, UINT64_MAX}, 3);
    cr_assert(eq(u64, twice.views[0].engine.position.offset, 1234));
    s_fold(&twice, &all, 3);
    s_fold(&twice, &all, 3);
    cr_assert(eq(int, replay_views_digest(&twice), 0));
    s_assert_same(&once, &twice);
    replay_views_end(&once);
    replay_views_end(&twice);
}

Test(replay_parts, each_view_ends_where_it_shall)
{
    replay_views_t views;
    s_begin(&views, registry_views);
    views.views[0].until = 700;
    s_fold(&views, &(replay_range_t){0, REPLAY_EVENTS, 0, UINT64_MAX}, 4);
    cr_assert(eq(u64, views.views[0].events, 700));
    cr_assert(eq(u64, views.views[0].engine.position.offset, 700));
    cr_assert(eq(u64, views.views[1].events, REPLAY_EVENTS));
    replay_views_end(&views);
}

static int s_refuse(void *state, const batch_t *batch, uint32_t from,
                    uint32_t until)
{
    if (batch->offset + from <= 1500 && batch->offset + until > 1500)
        return -EMLINK; // an error that nothing else gives
    return registry_find("event_counts")->apply(state, batch, from, until);
}

Test(replay_parts, a_failure_of_any_part_is_that_of_all)
{
    view_class_t failing = *registry_find("event_counts");
    failing.apply = s_refuse;
    const view_class_t *const classes[] = {&failing, NULL};
    const replay_range_t all = {0, REPLAY_EVENTS, 0, UINT64_MAX};
    for (unsigned parts = 1; parts <= 5; parts += 2) {
        replay_views_t views;
        s_begin(&views, classes);
        cr_assert(eq(int, replay_parts_fold(&views, s_log, &all, parts, NULL),
                     -EMLINK));
        cr_assert_str_eq(views.failure.reason, "event_counts: Too many links");
        replay_views_end(&views);
    }
}

Test(replay_parts, a_short_range_is_not_worth_a_thread)
{
    cpu_set_t cores;
    cr_assert(eq(int, sched_getaffinity(0, sizeof cores, &cores), 0));
    cr_assert(eq(uint, replay_parts_count(0), 1));
    cr_assert(eq(uint, replay_parts_count(100000), 1));
    const unsigned most = (unsigned)CPU_COUNT(&cores);
    cr_assert(eq(uint, replay_parts_count(UINT64_MAX),
                 most < REPLAY_PARTS_MAX ? most : REPLAY_PARTS_MAX));
}
