#include "tools/sim/timeline.h"

#include "tools/sim/dice.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define SECOND INT64_C(1000000)

static void s_add(timeline_t *timeline, uint64_t id, uint64_t repo_id,
                  int64_t visible_s)
{
    event_t event = {.id = id,
                     .repo_id = repo_id,
                     .created_at = (uint32_t)visible_s,
                     .type = id % 2 ? EVENT_TYPE_PUSH : EVENT_TYPE_WATCH,
                     .repo_name = slice_of(repo_id % 2 ? "A/b" : "c/d"),
                     .json = slice_of("{}")};
    cr_assert_eq(timeline_add(timeline, &event, visible_s * SECOND), 0);
}

// Writes the ids found as text: "3 1".
static const char *s_find(timeline_t *timeline, timeline_filter_t filter,
                          uint64_t key, uint64_t snapshot)
{
    static char text[256];
    sim_event_t *found[TIMELINE_WINDOW];
    size_t count = timeline_find(timeline, (timeline_query_t){filter, key},
                                 snapshot, found, TIMELINE_WINDOW);
    text[0] = '\0';
    for (size_t i = 0; i < count && i < 20; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d",
                 i ? " " : "", (int)found[i]->id);
    return text;
}

static timeline_t *s_five(size_t keep)
{
    timeline_t *timeline = timeline_new(keep);
    cr_assert(timeline);
    for (uint64_t id = 1; id <= 5; id++)
        s_add(timeline, id, id, (int64_t)id);
    return timeline;
}

Test(timeline, events_become_visible_at_their_time)
{
    timeline_t *timeline = s_five(10);
    cr_assert_str_eq(s_find(timeline, TIMELINE_ALL, 0, 99), "");
    timeline_advance(timeline, 3 * SECOND);
    cr_assert_str_eq(s_find(timeline, TIMELINE_ALL, 0, 99), "3 2 1");
    cr_assert_eq(timeline_end(timeline), 3u);
    timeline_destroy(&timeline);
}

Test(timeline, what_is_added_late_is_shown_by_its_time)
{
    timeline_t *timeline = s_five(10);
    s_add(timeline, 9, 9, 2);
    timeline_advance(timeline, 9 * SECOND);
    cr_assert_str_eq(s_find(timeline, TIMELINE_ALL, 0, 99), "5 4 3 9 2 1");
    timeline_destroy(&timeline);
}

Test(timeline, a_snapshot_does_not_change)
{
    timeline_t *timeline = s_five(10);
    timeline_advance(timeline, 2 * SECOND);
    uint64_t snapshot = timeline_end(timeline);
    timeline_advance(timeline, 9 * SECOND);
    cr_assert_str_eq(s_find(timeline, TIMELINE_ALL, 0, snapshot), "2 1");
    timeline_destroy(&timeline);
}

Test(timeline, filters_take_what_they_say)
{
    timeline_t *timeline = s_five(10);
    timeline_advance(timeline, 9 * SECOND);
    uint64_t key = sim_event_key(slice_of("a/B"));
    cr_assert_str_eq(s_find(timeline, TIMELINE_PUSHES, 0, 99), "5 3 1");
    cr_assert_str_eq(s_find(timeline, TIMELINE_OTHERS, 0, 99), "4 2");
    cr_assert_str_eq(s_find(timeline, TIMELINE_REPO_ID, 4, 99), "4");
    cr_assert_str_eq(s_find(timeline, TIMELINE_REPO, key, 99), "5 3 1");
    cr_assert_str_eq(s_find(timeline, TIMELINE_ORG, key, 99), "");
    timeline_destroy(&timeline);
}

Test(timeline, only_the_newest_are_kept)
{
    timeline_t *timeline = s_five(2);
    timeline_advance(timeline, 9 * SECOND);
    cr_assert_str_eq(s_find(timeline, TIMELINE_ALL, 0, 99), "5 4");
    cr_assert_str_eq(s_find(timeline, TIMELINE_ALL, 0, 4), "4");
    timeline_destroy(&timeline);
}

Test(timeline, what_is_withheld_comes_again_as_new)
{
    timeline_t *timeline = s_five(10);
    sim_event_t *event;
    timeline_advance(timeline, 9 * SECOND);
    timeline_query_t query = {TIMELINE_REPO_ID, 2};
    cr_assert_eq(timeline_find(timeline, query, 99, &event, 1), 1u);
    cr_assert_eq(timeline_withhold(timeline, event, 20 * SECOND), 0);
    cr_assert_str_eq(s_find(timeline, TIMELINE_ALL, 0, 99), "5 4 3 1");
    cr_assert(timeline_knows(timeline, query));
    timeline_advance(timeline, 20 * SECOND);
    cr_assert_str_eq(s_find(timeline, TIMELINE_ALL, 0, 99), "2 5 4 3 1");
    timeline_destroy(&timeline);
}

Test(timeline, events_to_come_are_known)
{
    timeline_t *timeline = s_five(10);
    cr_assert(
        timeline_knows(timeline, (timeline_query_t){TIMELINE_REPO_ID, 5}));
    cr_assert(
        !timeline_knows(timeline, (timeline_query_t){TIMELINE_REPO_ID, 6}));
    timeline_destroy(&timeline);
}

Test(timeline, any_order_of_adding_is_shown_in_order_of_time)
{
    timeline_t *timeline = timeline_new(1000);
    dice_t dice = {3};
    for (uint64_t id = 1; id <= 900; id++)
        s_add(timeline, id, id, dice_below(&dice, 500));
    timeline_advance(timeline, 500 * SECOND);
    sim_event_t *found[900];
    size_t count = timeline_find(timeline, (timeline_query_t){TIMELINE_ALL, 0},
                                 900, found, 900);
    cr_assert_eq(count, 900u);
    for (size_t i = 1; i < count; i++) {
        cr_assert_leq(found[i]->created_at, found[i - 1]->created_at);
        cr_assert(found[i]->created_at < found[i - 1]->created_at ||
                  found[i]->id < found[i - 1]->id);
    }
    timeline_destroy(&timeline);
}
