// Intervals against a model that sorts all times of a repository each time.
#include "actors/views/pr_interval/pr_interval.h"
#include "tests/actors/views/view_fixture.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <strings.h>

#define EVENTS 2000

typedef struct {
    fixture_rows_t rows;
    void *state;
    buffer_t answer;        // to the last question
    view_pr_answer_t known; // of it
    slice_t actions;
} intervals_t;

static void s_open(intervals_t *self, const fixture_event_t *events,
                   uint32_t count)
{
    unsigned seed = 1;
    *self = (intervals_t){.state = view_pr_interval.create()};
    fixture_rows_init(&self->rows, &view_pr_interval);
    fixture_fold(&view_pr_interval, &self->rows, events, count, 5, 2, &seed);
}

static void s_close(intervals_t *self)
{
    fixture_rows_free(&self->rows);
    buffer_free(&self->answer);
    view_pr_interval.destroy(&self->state);
}

// Asks, and returns the statistics of an action; "" is the top level. Zeros
// where the answer does not have them.
static view_pr_interval_t s_ask(intervals_t *self, const char *repo,
                                const char *asked, uint64_t start, uint64_t end,
                                const char *wanted)
{
    const view_pr_asked_t question = {.repo = slice_of(repo),
                                      .action = slice_of(asked),
                                      .start = start,
                                      .end = end};
    cr_assert(eq(int,
                 fixture_ask(&self->rows, self->state, &view_pr_question,
                             &question, &self->answer),
                 0));
    self->actions = buffer_slice(&self->answer);
    cr_assert(record_take(&self->actions, view_pr_answer_fields, &self->known));
    view_pr_interval_t item;
    for (slice_t rest = self->actions;
         record_next(&rest, view_pr_interval_fields, &item) == 1;) {
        if (slice_equal(item.action, slice_of(wanted)))
            return item;
    }
    return (view_pr_interval_t){0};
}

static view_pr_interval_t s_all(intervals_t *self, const char *repo)
{
    return s_ask(self, repo, "", 0, UINT64_MAX, "");
}

static uint64_t s_pull_requests(intervals_t *self, const char *repo)
{
    return s_all(self, repo).count;
}

static bool s_is_spelled(const intervals_t *self, const char *name)
{
    return slice_equal(self->known.repo, slice_of(name));
}

#define PR(name, number, what, at)                                             \
    {                                                                          \
        .type = "PullRequestEvent", .action = (what), .repo = (name),          \
        .repo_id = (number), .created_at = (at)                                \
    }

Test(view_pr_interval, intervals_are_those_of_sorted_times)
{
    static const fixture_event_t s_events[] = {
        PR("a/b", 1, "opened", 400), PR("a/b", 1, "opened", 100),
        PR("a/b", 1, "closed", 110), PR("a/b", 1, "opened", 200)};
    intervals_t view;
    s_open(&view, s_events, 4);
    view_pr_interval_t all = s_all(&view, "a/b");
    cr_assert(eq(u64, all.count, 4));
    cr_assert(eq(u32, all.first_at, 100));
    cr_assert(eq(u32, all.last_at, 400));
    cr_assert(ieee_ulp_eq(dbl, all.average_s, 100, 2));
    cr_assert(ieee_ulp_eq(dbl, all.median_s, 90, 2));
    cr_assert(ieee_ulp_eq(dbl, all.p90_s, 178, 0));
    view_pr_interval_t opened =
        s_ask(&view, "a/b", "", 0, UINT64_MAX, "opened");
    cr_assert(eq(u64, opened.count, 3));
    cr_assert(ieee_ulp_eq(dbl, opened.average_s, 150, 2));
    cr_assert(ieee_ulp_eq(dbl, opened.median_s, 150, 2));
    cr_assert(ieee_ulp_eq(dbl, opened.p90_s, 190, 0));
    s_close(&view);
}

Test(view_pr_interval, one_event_has_no_interval)
{
    static const fixture_event_t s_events[] = {PR("a/b", 1, "opened", 400)};
    intervals_t view;
    s_open(&view, s_events, 1);
    view_pr_interval_t all = s_all(&view, "a/b");
    cr_assert(eq(u64, all.count, 1));
    cr_assert(eq(u32, all.first_at, 400));
    cr_assert(eq(u32, all.last_at, 400));
    cr_assert(ieee_ulp_eq(dbl, all.average_s, 0, 0));
    s_close(&view);
}

Test(view_pr_interval, events_of_one_second_all_count)
{
    static const fixture_event_t s_events[] = {PR("a/b", 1, "opened", 7),
                                               PR("a/b", 1, "opened", 7),
                                               PR("a/b", 1, "closed", 7)};
    intervals_t view;
    s_open(&view, s_events, 3);
    cr_assert(eq(u64, s_pull_requests(&view, "a/b"), 3));
    cr_assert(ieee_ulp_eq(dbl, s_all(&view, "a/b").average_s, 0, 0));
    s_close(&view);
}

Test(view_pr_interval, an_unknown_name_is_not_found)
{
    static const fixture_event_t s_events[] = {{.type = "PushEvent",
                                                .repo = "a/pushed",
                                                .repo_id = 2,
                                                .created_at = 5},
                                               PR("a/b", 1, "opened", 7)};
    intervals_t view;
    s_open(&view, s_events, 2);
    s_all(&view, "a/c");
    cr_assert(eq(u8, view.known.found, 0));
    s_all(&view, "");
    cr_assert(eq(u8, view.known.found, 0));
    s_all(&view, "a/pushed");
    cr_assert(eq(u8, view.known.found, 0), "it has no PullRequestEvent");
    s_all(&view, "a/b");
    cr_assert(eq(u8, view.known.found, 1));
    s_close(&view);
}

Test(view_pr_interval, letters_have_no_case_and_the_newest_spelling_shows)
{
    static const fixture_event_t s_events[] = {
        PR("Owner/Repo", 1, "opened", 20), PR("owner/repo", 1, "opened", 10),
        PR("OWNER/old", 0, "opened", 10), PR("owner/OLD", 0, "opened", 30)};
    intervals_t view;
    s_open(&view, s_events, 4);
    cr_assert(eq(u64, s_pull_requests(&view, "OWNER/REPO"), 2));
    cr_assert(s_is_spelled(&view, "Owner/Repo"));
    cr_assert(eq(u64, s_pull_requests(&view, "owner/old"), 2));
    cr_assert(s_is_spelled(&view, "owner/OLD"));
    s_close(&view);
}

Test(view_pr_interval, a_renamed_repository_keeps_one_history)
{
    static const fixture_event_t s_events[] = {PR("a/new", 1, "opened", 300),
                                               PR("a/old", 1, "opened", 100),
                                               PR("a/old", 1, "opened", 200)};
    intervals_t view;
    s_open(&view, s_events, 3);
    cr_assert(eq(u64, s_pull_requests(&view, "a/new"), 3));
    cr_assert(s_is_spelled(&view, "a/new"));
    cr_assert(eq(u64, s_pull_requests(&view, "a/old"), 3));
    cr_assert(s_is_spelled(&view, "a/new"));
    s_close(&view);
}

Test(view_pr_interval, a_reused_name_leads_to_who_used_it_last)
{
    // 1 was a/name, became a/moved; 2 took the name; a late event of 1 with
    // the old name does not take it back.
    static const fixture_event_t s_events[] = {
        PR("a/name", 1, "opened", 100),  PR("a/name", 2, "opened", 300),
        PR("a/moved", 1, "opened", 200), PR("a/name", 2, "closed", 400),
        PR("a/name", 1, "closed", 150),  PR("a/name", 2, "opened", 350)};
    intervals_t view;
    s_open(&view, s_events, 6);
    cr_assert(eq(u64, s_pull_requests(&view, "a/name"), 3));
    cr_assert(eq(u32, s_all(&view, "a/name").first_at, 300));
    cr_assert(eq(u64, s_pull_requests(&view, "a/moved"), 3));
    cr_assert(eq(u32, s_all(&view, "a/moved").last_at, 200));
    s_close(&view);
}

Test(view_pr_interval, names_stand_for_repositories_without_an_id)
{
    // "a/b" must not swallow "a/bc".
    static const fixture_event_t s_events[] = {
        PR("a/b", 0, "opened", 100), PR("a/bc", 0, "opened", 200),
        PR("A/B", 0, "opened", 300), PR("/", 0, "opened", 400),
        PR(NULL, 0, "opened", 500),  PR("justaname", 0, "opened", 600)};
    intervals_t view;
    s_open(&view, s_events, 6);
    cr_assert(eq(u64, s_pull_requests(&view, "a/b"), 2));
    cr_assert(eq(u64, s_pull_requests(&view, "a/bc"), 1));
    s_all(&view, "/");
    cr_assert(eq(u8, view.known.found, 0));
    s_all(&view, "justaname");
    cr_assert(eq(u8, view.known.found, 0));
    s_close(&view);
}

Test(view_pr_interval, an_event_without_a_name_counts_by_its_id)
{
    static const fixture_event_t s_events[] = {PR("a/b", 5, "opened", 100),
                                               PR(NULL, 5, "opened", 300),
                                               PR("/", 5, "opened", 200)};
    intervals_t view;
    s_open(&view, s_events, 3);
    cr_assert(eq(u64, s_pull_requests(&view, "a/b"), 3));
    cr_assert(s_is_spelled(&view, "a/b"));
    s_close(&view);
}

Test(view_pr_interval, the_action_asked_for_is_the_top_level)
{
    static const fixture_event_t s_events[] = {
        PR("a/b", 1, "opened", 10), PR("a/b", 1, "opened", 30),
        PR("a/b", 1, "merged", 40), PR("a/b", 1, "beamed", 50),
        PR("a/b", 1, "beamed", 70), PR("a/b", 1, NULL, 80)};
    intervals_t view;
    s_open(&view, s_events, 6);
    cr_assert(eq(u64, s_pull_requests(&view, "a/b"), 6));
    view_pr_interval_t top = s_ask(&view, "a/b", "opened", 0, UINT64_MAX, "");
    cr_assert(eq(u64, top.count, 2));
    top = s_ask(&view, "a/b", "beamed", 0, UINT64_MAX, "");
    cr_assert(eq(u64, top.count, 2));
    cr_assert(ieee_ulp_eq(dbl, top.average_s, 20, 0));
    top = s_ask(&view, "a/b", "reopened", 0, UINT64_MAX, "");
    cr_assert(eq(u64, top.count, 0));
    top = s_ask(&view, "a/b", "never heard of", 0, UINT64_MAX, "");
    cr_assert(eq(u64, top.count, 0));
    cr_assert(eq(u8, view.known.found, 1));
    s_close(&view);
}

Test(view_pr_interval, actions_are_listed_by_name)
{
    static const fixture_event_t s_events[] = {
        PR("a/b", 1, "opened", 10), PR("a/b", 1, "beamed", 30),
        PR("a/b", 1, "merged", 40), PR("a/b", 1, "closed", 50)};
    static const char *const s_expected[] = {"", "beamed", "closed", "merged",
                                             "opened"};
    intervals_t view;
    s_open(&view, s_events, 4);
    s_all(&view, "a/b");
    slice_t list = view.actions;
    for (size_t i = 0; i < 5; i++) {
        view_pr_interval_t item;
        cr_assert(
            eq(int, record_next(&list, view_pr_interval_fields, &item), 1));
        cr_assert(slice_equal(item.action, slice_of(s_expected[i])));
    }
    cr_assert(eq(sz, list.bytes, 0));
    s_close(&view);
}

Test(view_pr_interval, a_window_bounds_what_counts)
{
    static const fixture_event_t s_events[] = {
        PR("a/b", 1, "opened", 0), PR("a/b", 1, "opened", 10),
        PR("a/b", 1, "opened", 20), PR("a/b", 1, "opened", UINT32_MAX)};
    intervals_t view;
    s_open(&view, s_events, 4);
    cr_assert(eq(u64, s_ask(&view, "a/b", "", 0, 10, "").count, 1));
    cr_assert(eq(u64, s_ask(&view, "a/b", "", 10, 20, "").count, 1));
    cr_assert(eq(u64, s_ask(&view, "a/b", "", 10, 21, "").count, 2));
    cr_assert(eq(u64, s_ask(&view, "a/b", "", 11, 20, "").count, 0));
    cr_assert(eq(u64, s_ask(&view, "a/b", "", 20, 10, "").count, 0));
    cr_assert(eq(u64, s_ask(&view, "a/b", "", 21, UINT64_MAX, "").count, 1));
    cr_assert(eq(u64, s_ask(&view, "a/b", "", 21, UINT32_MAX, "").count, 0));
    cr_assert(eq(
        u64,
        s_ask(&view, "a/b", "", (uint64_t)UINT32_MAX + 1, UINT64_MAX, "").count,
        0));
    cr_assert(eq(u8, view.known.found, 1), "known, if not in this window");
    s_close(&view);
}

Test(view_pr_interval, updated_at_is_the_journaling_of_the_newest)
{
    static const fixture_event_t s_events[] = {PR("a/b", 1, "opened", 900),
                                               PR("c/d", 2, "opened", 1),
                                               PR("a/b", 1, "opened", 2)};
    intervals_t view = {.state = view_pr_interval.create()};
    fixture_rows_init(&view.rows, &view_pr_interval);
    for (uint32_t i = 0; i < 3; i++) {
        fixture_apply(&view_pr_interval, view.state, s_events + i, 1,
                      (uint64_t)10 * i, 0);
        cr_assert(eq(
            int, view_pr_interval.flush(view.state, &view.rows.interface), 0));
    }
    s_all(&view, "a/b");
    cr_assert(eq(i64, view.known.updated_at_us, fixture_stamp(20)));
    s_all(&view, "c/d");
    cr_assert(eq(i64, view.known.updated_at_us, fixture_stamp(10)));
    s_close(&view);
}

// The model.

static const char *const s_names[] = {"a/b", "A/b", "a/bc", "c/d", "e/f"};
static const char *const s_actions[] = {"opened", "closed", "merged", "beamed",
                                        NULL};

static void s_scatter(fixture_event_t *events, uint32_t count, unsigned *seed)
{
    for (uint32_t i = 0; i < count; i++) {
        unsigned repo = (unsigned)rand_r(seed) % 5;
        events[i] = (fixture_event_t){
            .type = rand_r(seed) % 3 ? "PullRequestEvent" : "PushEvent",
            .action = s_actions[(unsigned)rand_r(seed) % 5],
            .repo = s_names[repo],
            // Two share a name, but not a case of letters, nor an id.
            .repo_id = repo < 2    ? 1
                       : repo == 4 ? 0
                                   : repo,
            .created_at = 1000000 + (uint32_t)rand_r(seed) % 100000,
        };
    }
}

static int s_compare_times(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static double s_model_quantile(const uint32_t *sorted, size_t count, double p)
{
    double rank = p * (double)(count - 1);
    size_t low = (size_t)floor(rank), high = (size_t)ceil(rank);
    return sorted[low] +
           (rank - floor(rank)) * ((double)sorted[high] - (double)sorted[low]);
}

static view_pr_interval_t s_model(const fixture_event_t *events, uint32_t count,
                                  const char *repo, const char *action,
                                  uint32_t start, uint32_t end)
{
    static uint32_t times[EVENTS];
    view_pr_interval_t model = {0};
    for (uint32_t i = 0; i < count; i++) {
        bool fits = strcmp(events[i].type, "PullRequestEvent") == 0 &&
                    strcasecmp(events[i].repo, repo) == 0 &&
                    events[i].created_at >= start && events[i].created_at < end;
        if (fits && (!*action || (events[i].action &&
                                  strcmp(events[i].action, action) == 0)))
            times[model.count++] = events[i].created_at;
    }
    size_t n = model.count;
    if (n < 2)
        return model;
    qsort(times, n, sizeof *times, s_compare_times);
    model.average_s = (double)(times[n - 1] - times[0]) / (double)(n - 1);
    for (size_t i = 0; i + 1 < n; i++)
        times[i] = times[i + 1] - times[i];
    qsort(times, n - 1, sizeof *times, s_compare_times);
    model.median_s = s_model_quantile(times, n - 1, 0.5);
    model.p90_s = s_model_quantile(times, n - 1, 0.9);
    return model;
}

Test(view_pr_interval, random_histories_answer_as_the_model_does)
{
    static fixture_event_t events[EVENTS];
    unsigned seed = 11;
    s_scatter(events, EVENTS, &seed);
    intervals_t view;
    s_open(&view, events, EVENTS);
    for (int i = 0; i < 300; i++) {
        const char *repo = s_names[(unsigned)rand_r(&seed) % 5];
        const char *action = s_actions[(unsigned)rand_r(&seed) % 5];
        uint32_t start = 1000000 + (uint32_t)rand_r(&seed) % 100000;
        uint32_t end = start + (uint32_t)rand_r(&seed) % 100000;
        action = action ? action : "";
        view_pr_interval_t model =
            s_model(events, EVENTS, repo, action, start, end);
        view_pr_interval_t found = s_ask(&view, repo, action, start, end, "");
        cr_assert(eq(u64, found.count, model.count));
        cr_assert(epsilon_eq(dbl, found.average_s, model.average_s, 1e-9));
        cr_assert(epsilon_eq(dbl, found.median_s, model.median_s, 1e-9));
        cr_assert(epsilon_eq(dbl, found.p90_s, model.p90_s, 1e-6));
    }
    s_close(&view);
}

Test(view_pr_interval, batches_and_flushes_leave_no_trace)
{
    static fixture_event_t events[EVENTS];
    unsigned seed = 12;
    s_scatter(events, EVENTS, &seed);
    for (int i = 0; i < 8; i++) {
        // One batch an offset, so that the stamps are the same however many
        // events a flush takes.
        fixture_rows_t often, once;
        fixture_rows_init(&often, &view_pr_interval);
        fixture_rows_init(&once, &view_pr_interval);
        fixture_fold(&view_pr_interval, &often, events, EVENTS, 1,
                     1 + (unsigned)i, &seed);
        fixture_fold(&view_pr_interval, &once, events, EVENTS, 1, 1000000,
                     &seed);
        fixture_assert_equal(&view_pr_interval, &often, &once);
        fixture_rows_free(&often);
        fixture_rows_free(&once);
    }
}

Test(view_pr_interval, answers_do_not_depend_on_the_order_of_arrival)
{
    static fixture_event_t events[EVENTS];
    unsigned seed = 13;
    s_scatter(events, EVENTS, &seed);
    intervals_t view, shuffled;
    s_open(&view, events, EVENTS);
    fixture_shuffle(events, EVENTS, &seed);
    s_open(&shuffled, events, EVENTS);
    for (size_t i = 0; i < 5; i++) {
        view_pr_interval_t a = s_all(&view, s_names[i]);
        view_pr_interval_t b = s_all(&shuffled, s_names[i]);
        cr_assert(eq(u64, a.count, b.count));
        cr_assert(ieee_ulp_eq(dbl, a.median_s, b.median_s, 0));
        cr_assert(ieee_ulp_eq(dbl, a.p90_s, b.p90_s, 0));
    }
    s_close(&view);
    s_close(&shuffled);
}

Test(view_pr_interval, too_many_strange_actions_are_refused_not_held)
{
    static fixture_event_t events[VIEW_PR_INTERVAL_MAX_OTHERS + 1];
    static char names[VIEW_PR_INTERVAL_MAX_OTHERS + 1][16];
    for (uint32_t i = 0; i <= VIEW_PR_INTERVAL_MAX_OTHERS; i++) {
        snprintf(names[i], sizeof names[i], "strange-%u", i);
        events[i] = (fixture_event_t)PR("a/b", 1, names[i], i);
    }
    intervals_t view;
    s_open(&view, events, VIEW_PR_INTERVAL_MAX_OTHERS + 1);
    const view_pr_asked_t question = {.repo = slice_of("a/b"),
                                      .end = UINT64_MAX};
    cr_assert(eq(int,
                 fixture_ask(&view.rows, view.state, &view_pr_question,
                             &question, &view.answer),
                 -E2BIG));
    cr_assert(eq(
        u64, s_ask(&view, "a/b", "", 0, VIEW_PR_INTERVAL_MAX_OTHERS, "").count,
        VIEW_PR_INTERVAL_MAX_OTHERS));
    s_close(&view);
}

Test(view_pr_interval, a_damaged_row_is_named)
{
    static const struct {
        slice_t key, value;
    } s_damaged[] = {
        {{"x", 1}, {"", 0}},
        {{"e", 1}, {"\x01", 1}},
        {{"e\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0", 20}, {"\x01", 1}},
        {{"e\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0", 21}, {"\x63", 1}},
        {{"e\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0", 21}, {"\xff", 1}},
        {{"e\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0", 21}, {"\x01z", 2}},
        {{"n", 1}, {"", 0}},
        {{"na/b", 4}, {"\0\0\0\x01\0\0\0\0\0\0\0\0", 12}},
        {{"r\0\0\0\0\0\0\0\0\0\0", 11}, {"", 0}},
        {{"r\0\0\0\0\0\0\0\x01", 9}, {"\0\0\0\x01", 4}},
    };
    for (size_t i = 0; i < sizeof s_damaged / sizeof *s_damaged; i++) {
        const char *reason = NULL;
        cr_assert(eq(int,
                     view_pr_interval.check_row(s_damaged[i].key,
                                                s_damaged[i].value, &reason),
                     -EUCLEAN),
                  "%zu", i);
        cr_assert(reason != NULL);
    }
}
