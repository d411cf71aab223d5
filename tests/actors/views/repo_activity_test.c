// Repositories and organisations against a model that reads every event for
// every question.
#include "actors/views/repo_activity/repo_activity.h"
#include "tests/actors/views/view_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>

#define EVENTS 3000
#define REPOS  40

// In the middle of a span of 32 days.
#define T0 1451606400u // 2016-01-01T00:00:00Z

static const char *const s_types[] = {"PushEvent", "WatchEvent",
                                      "PullRequestEvent", "TeleportEvent",
                                      "AardvarkEvent"};
#define TYPES (sizeof s_types / sizeof *s_types)

typedef struct {
    fixture_rows_t rows;
    void *state;
    buffer_t answer; // to the last question
} activity_t;

static void s_open(activity_t *view, const fixture_event_t *events,
                   uint32_t count)
{
    unsigned seed = 1;
    *view = (activity_t){.state = view_repo_activity.create()};
    cr_assert(view->state != NULL);
    fixture_rows_init(&view->rows, &view_repo_activity);
    fixture_fold(&view_repo_activity, &view->rows, events, count, 100, 3,
                 &seed);
}

static void s_close(activity_t *view)
{
    fixture_rows_free(&view->rows);
    buffer_free(&view->answer);
    view_repo_activity.destroy(&view->state);
}

static int s_try(activity_t *view, const view_question_t *kind,
                 const void *asked)
{
    return fixture_ask(&view->rows, view->state, kind, asked, &view->answer);
}

// What is known; *counts becomes the list behind it.
static view_repo_known_t s_ask(activity_t *view, const char *name,
                               uint64_t start, uint64_t end, slice_t *counts)
{
    const view_repo_asked_t question = {
        .name = slice_of(name), .start = start, .end = end};
    view_repo_known_t known;
    cr_assert(eq(int, s_try(view, &view_repo_question, &question), 0));
    *counts = buffer_slice(&view->answer);
    cr_assert(record_take(counts, view_repo_known_fields, &known));
    return known;
}

static view_repo_known_t s_known(activity_t *view, const char *name)
{
    slice_t counts;
    return s_ask(view, name, 0, UINT64_MAX, &counts);
}

// NULL: of all types.
static uint64_t s_count(activity_t *view, const char *name, const char *type,
                        uint64_t start, uint64_t end)
{
    slice_t list;
    uint64_t sum = 0;
    (void)s_ask(view, name, start, end, &list);
    for (view_count_t item;
         record_next(&list, view_count_fields, &item) == 1;) {
        if (!type || slice_equal(item.type, slice_of(type)))
            sum += item.count;
    }
    return sum;
}

static bool s_is_called(activity_t *view, const char *name, const char *spelled)
{
    return slice_equal(s_known(view, name).name, slice_of(spelled));
}

static slice_t s_ask_top(activity_t *view, const char *type, uint64_t start,
                         uint64_t end, uint32_t limit)
{
    const view_repo_top_asked_t question = {
        .type = slice_of(type), .start = start, .end = end, .limit = limit};
    cr_assert(eq(int, s_try(view, &view_repo_top_question, &question), 0));
    return buffer_slice(&view->answer);
}

// The model.

static char s_names[REPOS][32];
static char s_orgs[REPOS][32];

// Repositories of very different size; one in three has no id, one in two
// belongs to an organisation; most events lie within two days.
static void s_scatter(fixture_event_t *events, uint32_t count, unsigned *seed)
{
    static const uint32_t s_reach[] = {5000, 2 * 86400, 70 * 86400};
    for (size_t i = 0; i < REPOS; i++) {
        snprintf(s_names[i], sizeof s_names[i], "Owner%zu/Repo-%zu", i % 7, i);
        snprintf(s_orgs[i], sizeof s_orgs[i], "Owner%zu", i % 7);
    }
    for (uint32_t i = 0; i < count; i++) {
        size_t repo = (size_t)rand_r(seed) % (1 + (size_t)rand_r(seed) % REPOS);
        uint32_t reach = s_reach[(unsigned)rand_r(seed) % 3];
        events[i] = (fixture_event_t){
            .type = s_types[(unsigned)rand_r(seed) % TYPES],
            .repo = s_names[repo],
            .repo_id = repo % 3 ? repo + 1000000 * (repo % 5) : 0,
            .created_at = T0 - reach / 2 + (uint32_t)rand_r(seed) % reach,
            .org = repo % 2 ? s_orgs[repo] : NULL,
            .org_id = repo % 2 ? 500 + repo % 7 : 0,
        };
    }
}

static bool s_fits(const fixture_event_t *event, const char *type,
                   uint64_t start, uint64_t end)
{
    return event->created_at >= start && event->created_at < end &&
           (!type || strcmp(event->type, type) == 0);
}

// Of a repository, or of an organisation.
static uint64_t s_model(const fixture_event_t *events, uint32_t count,
                        const char *name, const char *type, uint64_t start,
                        uint64_t end)
{
    uint64_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        const char *own = strchr(name, '/') ? events[i].repo : events[i].org;
        found += own && strcasecmp(own, name) == 0 &&
                 s_fits(&events[i], type, start, end);
    }
    return found;
}

static void s_compare(activity_t *view, const fixture_event_t *events,
                      uint32_t count, const char *name, uint64_t start,
                      uint64_t end)
{
    uint32_t first = 0, last = 0;
    for (uint32_t i = 0; i < count; i++) {
        const char *own = strchr(name, '/') ? events[i].repo : events[i].org;
        if (!own || strcmp(own, name) != 0 ||
            !s_fits(&events[i], NULL, start, end))
            continue;
        if (first == 0 || events[i].created_at < first)
            first = events[i].created_at;
        if (events[i].created_at > last)
            last = events[i].created_at;
    }
    slice_t counts;
    view_repo_known_t answer = s_ask(view, name, start, end, &counts);
    cr_assert(eq(u32, answer.first_at, first), "%s", name);
    cr_assert(eq(u32, answer.last_at, last), "%s", name);
    for (size_t i = 0; i < TYPES; i++)
        cr_assert(eq(u64, s_count(view, name, s_types[i], start, end),
                     s_model(events, count, name, s_types[i], start, end)),
                  "%s %s in [%lu, %lu)", name, s_types[i], start, end);
}

Test(view_repo_activity, any_window_is_exact_to_the_second)
{
    static fixture_event_t events[EVENTS];
    unsigned seed = 1;
    activity_t view;
    s_scatter(events, EVENTS, &seed);
    s_open(&view, events, EVENTS);
    for (int i = 0; i < 400; i++) {
        const fixture_event_t *a = &events[(unsigned)rand_r(&seed) % EVENTS];
        const fixture_event_t *b = &events[(unsigned)rand_r(&seed) % EVENTS];
        uint64_t start = a->created_at + (unsigned)rand_r(&seed) % 3;
        uint64_t end = b->created_at;
        s_compare(&view, events, EVENTS, a->repo, start, end);
        s_compare(&view, events, EVENTS, b->repo, end, start);
        if (a->org)
            s_compare(&view, events, EVENTS, a->org, start, end);
    }
    for (size_t i = 0; i < REPOS; i++)
        s_compare(&view, events, EVENTS, s_names[i], 0, UINT64_MAX);
    s_close(&view);
}

// Each entry is right, none that should be there has more than the last, and
// the order is that of events, then ids.
static void s_compare_top(activity_t *view, const fixture_event_t *events,
                          uint32_t count, const char *type, uint64_t start,
                          uint64_t end, uint32_t limit)
{
    slice_t list = s_ask_top(view, type, start, end, limit);
    uint64_t before = UINT64_MAX, id_before = 0;
    uint32_t listed = 0, above = 0, any = 0;
    for (view_repo_ranked_t item;
         record_next(&list, view_repo_ranked_fields, &item) == 1; listed++) {
        const view_repo_ranked_t *repo = &item;
        char name[32] = "";
        memcpy(name, repo->name.data, repo->name.bytes);
        cr_assert(
            eq(u64, repo->count,
               s_model(events, count, name, *type ? type : NULL, start, end)));
        cr_assert(le(u64, repo->count, before));
        if (repo->count == before && repo->id)
            cr_assert(lt(u64, id_before, repo->id));
        before = repo->count;
        id_before = repo->id;
    }
    for (size_t i = 0; i < REPOS; i++) {
        uint64_t n =
            s_model(events, count, s_names[i], *type ? type : NULL, start, end);
        any += n > 0;
        above += n > before;
    }
    cr_assert(eq(u32, listed, any < limit ? any : limit));
    cr_assert(lt(u32, above, limit));
}

Test(view_repo_activity, the_top_of_any_window_is_exact)
{
    static fixture_event_t events[EVENTS];
    static const char *const s_by[] = {"", "PushEvent", "TeleportEvent",
                                       "NoSuchEvent", "ForkEvent"};
    unsigned seed = 2;
    activity_t view;
    s_scatter(events, EVENTS, &seed);
    s_open(&view, events, EVENTS);
    for (int i = 0; i < 100; i++) {
        uint64_t a = events[(unsigned)rand_r(&seed) % EVENTS].created_at;
        uint64_t b = events[(unsigned)rand_r(&seed) % EVENTS].created_at;
        s_compare_top(&view, events, EVENTS, s_by[i % 5], a < b ? a : b,
                      a < b ? b : a, 1 + (uint32_t)i % 13);
    }
    s_compare_top(&view, events, EVENTS, "", 0, UINT64_MAX, 1000);
    s_close(&view);
}

// So many more events than the rest that ranks alone can tell who they are,
// but not how many: each now and then has an hour without one.
static void s_lead(fixture_event_t *events, uint32_t count, unsigned *seed)
{
    s_scatter(events, count, seed);
    for (uint32_t i = 0; i < count; i++) {
        const size_t repo = i % 16 < 13 ? i % 4 : 4 + i % (REPOS - 4);
        const uint32_t hour = (unsigned)rand_r(seed) % 60;
        events[i].repo = s_names[repo];
        events[i].repo_id = 1 + repo;
        events[i].created_at =
            T0 + 3600 * (hour % 5 == repo ? 10 : hour) + i % 3600;
    }
}

Test(view_repo_activity, ranks_lead_to_the_exact_top)
{
    static fixture_event_t events[EVENTS];
    unsigned seed = 3;
    activity_t view;
    s_lead(events, EVENTS, &seed);
    s_open(&view, events, EVENTS);
    for (uint32_t i = 0; i < 40; i++) {
        const char *const by = i % 3 ? "" : s_types[i % TYPES];
        const uint64_t start = T0 + 3600 * (i / 4) + (i % 2 ? 0 : 77);
        s_compare_top(&view, events, EVENTS, by, start, start + 43 * 3600 + i,
                      1 + i % 5);
    }
    s_close(&view);
}

// The quiet one is in no list of ranks, and is the first all the same.
Test(view_repo_activity, many_hours_below_every_rank_can_be_the_top)
{
    enum { HOURS = 5, BELOW_RANK = 3, LOUD = HOURS * BELOW_RANK - 1 };
    // The window lies amid history, so that its hours are asked one by one.
    static fixture_event_t events[HOURS * BELOW_RANK + LOUD + 2] = {
        {.type = "PushEvent",
         .repo = "owner/other",
         .repo_id = 3,
         .created_at = T0 - 86400},
        {.type = "PushEvent",
         .repo = "owner/other",
         .repo_id = 3,
         .created_at = T0 + 86400}};
    uint32_t count = 2;
    for (uint32_t i = 0; i < HOURS * BELOW_RANK; i++)
        events[count++] =
            (fixture_event_t){.type = "PushEvent",
                              .repo = "owner/quiet",
                              .repo_id = 1,
                              .created_at = T0 + 3600 * (1 + i % HOURS) + i};
    for (uint32_t i = 0; i < LOUD; i++)
        events[count++] = (fixture_event_t){.type = "PushEvent",
                                            .repo = "owner/loud",
                                            .repo_id = 2,
                                            .created_at = T0 + 3600 + i};
    activity_t view;
    s_open(&view, events, count);
    slice_t list =
        s_ask_top(&view, "PushEvent", T0 + 3600, T0 + 3600 * (1 + HOURS), 1);
    view_repo_ranked_t item;
    cr_assert(eq(int, record_next(&list, view_repo_ranked_fields, &item), 1));
    cr_assert(eq(u64, item.count, HOURS * BELOW_RANK));
    cr_assert(eq(u64, item.id, 1));
    s_close(&view);
}

Test(view_repo_activity, batches_flushes_and_order_leave_no_trace)
{
    static fixture_event_t events[EVENTS];
    unsigned seed = 4;
    s_scatter(events, EVENTS, &seed);
    fixture_rows_t plain;
    fixture_rows_init(&plain, &view_repo_activity);
    fixture_fold(&view_repo_activity, &plain, events, EVENTS, 4096, 1000000,
                 &seed);
    for (int i = 0; i < 5; i++) {
        fixture_rows_t other;
        fixture_rows_init(&other, &view_repo_activity);
        fixture_shuffle(events, EVENTS, &seed);
        fixture_fold(&view_repo_activity, &other, events, EVENTS,
                     1 + (uint32_t)i * 50, 1 + (unsigned)i, &seed);
        fixture_assert_equal(&view_repo_activity, &plain, &other);
        fixture_rows_free(&other);
    }
    fixture_rows_free(&plain);
}

// Names.

#define PUSH(name, number, at)                                                 \
    {                                                                          \
        .type = "PushEvent", .repo = (name), .repo_id = (number),              \
        .created_at = T0 + (at)                                                \
    }

Test(view_repo_activity, a_renamed_repository_keeps_one_history)
{
    static const fixture_event_t s_events[] = {
        PUSH("a/New", 1, 300), PUSH("a/old", 1, 100), PUSH("a/old", 1, 200)};
    activity_t view;
    s_open(&view, s_events, 3);
    cr_assert(eq(u64, s_count(&view, "A/NEW", NULL, 0, UINT64_MAX), 3));
    cr_assert(eq(u64, s_count(&view, "a/old", NULL, 0, UINT64_MAX), 3));
    cr_assert(s_is_called(&view, "a/old", "a/New"));
    cr_assert(eq(u64, s_known(&view, "a/old").id, 1));
    s_close(&view);
}

Test(view_repo_activity, a_reused_name_leads_to_who_took_it_last)
{
    static const fixture_event_t s_events[] = {
        PUSH("a/name", 1, 100), PUSH("A/name", 2, 300), PUSH("a/moved", 1, 200),
        PUSH("a/name", 2, 400), PUSH("a/name", 1, 150)};
    activity_t view;
    s_open(&view, s_events, 5);
    cr_assert(eq(u64, s_count(&view, "a/name", NULL, 0, UINT64_MAX), 2));
    cr_assert(eq(u64, s_known(&view, "a/name").id, 2));
    cr_assert(eq(u64, s_count(&view, "a/moved", NULL, 0, UINT64_MAX), 3));
    cr_assert(s_is_called(&view, "a/moved", "a/moved"));
    s_close(&view);
}

Test(view_repo_activity, names_stand_for_repositories_without_an_id)
{
    static const fixture_event_t s_events[] = {
        PUSH("a/b", 0, 1), PUSH("A/B", 0, 2),         PUSH("a/bc", 0, 3),
        PUSH("/", 0, 4),   PUSH(NULL, 0, 5),          PUSH("bare", 0, 6),
        PUSH(NULL, 9, 7),  PUSH("x/y", UINT64_MAX, 8)};
    activity_t view;
    s_open(&view, s_events, 8);
    cr_assert(eq(u64, s_count(&view, "a/b", NULL, 0, UINT64_MAX), 2));
    cr_assert(eq(u64, s_known(&view, "a/b").id, 0));
    cr_assert(eq(u64, s_count(&view, "a/bc", NULL, 0, UINT64_MAX), 1));
    cr_assert(eq(u64, s_count(&view, "x/y", NULL, 0, UINT64_MAX), 1));
    cr_assert(eq(u8, s_known(&view, "/").found, 0));
    cr_assert(eq(u8, s_known(&view, "bare").found, 0));
    // One that was never named is counted all the same.
    slice_t list = s_ask_top(&view, "", 0, UINT64_MAX, 10);
    size_t listed = 0, nameless = 0;
    for (view_repo_ranked_t item;
         record_next(&list, view_repo_ranked_fields, &item) == 1; listed++)
        nameless += item.id == 9 && item.name.bytes == 0;
    cr_assert(eq(sz, listed, 4));
    cr_assert(eq(sz, nameless, 1));
    s_close(&view);
}

Test(view_repo_activity, a_repository_and_an_organisation_of_one_id_differ)
{
    static const fixture_event_t s_events[] = {{.type = "PushEvent",
                                                .repo = "a/b",
                                                .repo_id = 5,
                                                .org = "a",
                                                .org_id = 5,
                                                .created_at = T0},
                                               {.type = "PushEvent",
                                                .repo = "a/c",
                                                .repo_id = 6,
                                                .org = "A",
                                                .org_id = 5,
                                                .created_at = T0}};
    activity_t view;
    s_open(&view, s_events, 2);
    cr_assert(eq(u64, s_count(&view, "a/b", NULL, 0, UINT64_MAX), 1));
    cr_assert(eq(u64, s_count(&view, "a", NULL, 0, UINT64_MAX), 2));
    slice_t list = s_ask_top(&view, "", 0, UINT64_MAX, 10);
    view_repo_ranked_t item;
    cr_assert(eq(int, record_next(&list, view_repo_ranked_fields, &item), 1));
    cr_assert(eq(u64, item.id, 5));
    cr_assert(eq(int, record_next(&list, view_repo_ranked_fields, &item), 1));
    cr_assert(eq(int, record_next(&list, view_repo_ranked_fields, &item), 0));
    s_close(&view);
}

Test(view_repo_activity, edges_of_time_are_windows_too)
{
    static const fixture_event_t s_events[] = {
        {.type = "PushEvent", .repo = "a/b", .repo_id = 1, .created_at = 0},
        {.type = "PushEvent",
         .repo = "a/b",
         .repo_id = 1,
         .created_at = UINT32_MAX}};
    activity_t view;
    s_open(&view, s_events, 2);
    cr_assert(eq(u64, s_count(&view, "a/b", NULL, 0, UINT64_MAX), 2));
    cr_assert(eq(u64, s_count(&view, "a/b", NULL, 0, 1), 1));
    cr_assert(eq(u64, s_count(&view, "a/b", NULL, 1, UINT32_MAX), 0));
    cr_assert(eq(u64, s_count(&view, "a/b", NULL, UINT32_MAX, UINT64_MAX), 1));
    cr_assert(eq(u64, s_count(&view, "a/b", NULL, UINT64_MAX, 0), 0));
    s_close(&view);
}

Test(view_repo_activity, nothing_is_known_of_nothing)
{
    activity_t view;
    s_open(&view, NULL, 0);
    cr_assert(eq(u8, s_known(&view, "a/b").found, 0));
    cr_assert(eq(sz, s_ask_top(&view, "", 0, UINT64_MAX, 10).bytes, 0));
    const view_repo_top_asked_t beyond = {.limit = VIEW_REPO_TOP_MAX + 1};
    cr_assert(eq(int, s_try(&view, &view_repo_top_question, &beyond), -E2BIG));
    s_close(&view);
}

static void s_on_total(void *context, slice_t name, uint64_t value)
{
    uint64_t *events = context;
    if (slice_equal(name, slice_of("events")))
        *events = value;
}

Test(view_repo_activity, totals_add_up_to_all_events)
{
    static fixture_event_t events[EVENTS];
    unsigned seed = 7;
    uint64_t total = 0;
    activity_t view;
    s_scatter(events, EVENTS, &seed);
    s_open(&view, events, EVENTS);
    cr_assert(eq(int,
                 view_repo_activity.totals(view.state, &view.rows.interface,
                                           s_on_total, &total),
                 0));
    cr_assert(eq(u64, total, EVENTS));
    s_close(&view);
}

// Every truncation, and every flipped byte that makes the form wrong, is seen;
// none of it leads a query astray.
Test(view_repo_activity, damaged_rows_are_named_and_never_followed)
{
    static fixture_event_t events[200];
    unsigned seed = 8;
    activity_t view;
    s_scatter(events, 200, &seed);
    s_open(&view, events, 200);
    for (size_t i = 0; i < view.rows.count; i++) {
        buffer_t *value = &view.rows.rows[i].value;
        slice_t key = buffer_slice(&view.rows.rows[i].key);
        const char *reason = NULL;
        cr_assert(eq(int,
                     view_repo_activity.check_row(
                         key, slice(value->data, value->bytes - 1), &reason),
                     -EUCLEAN));
        cr_assert(reason != NULL);
        size_t at = (size_t)rand_r(&seed) % value->bytes;
        value->data[at] = (char)(value->data[at] ^ (1 + rand_r(&seed) % 255));
        (void)view_repo_activity.check_row(key, buffer_slice(value), &reason);
    }
    for (size_t i = 0; i < REPOS; i++) {
        const view_repo_asked_t question = {.name = slice_of(s_names[i]),
                                            .end = UINT64_MAX};
        (void)s_try(&view, &view_repo_question, &question);
    }
    const view_repo_top_asked_t top = {.end = UINT64_MAX, .limit = 10};
    (void)s_try(&view, &view_repo_top_question, &top);
    s_close(&view);
}
