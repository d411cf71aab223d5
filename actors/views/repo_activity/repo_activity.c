#include "actors/views/repo_activity/repo_activity.h"

#include "actors/views/repo_activity/changes.h"
#include "actors/views/repo_activity/names.h"
#include "actors/views/repo_activity/page.h"
#include "actors/views/repo_activity/query.h"
#include "actors/views/repo_activity/rollup.h"
#include "actors/views/repo_activity/top.h"
#include "proto/base/embed.h"

#include <errno.h>
#include <stdlib.h>

// A new code changes how its type is encoded, and so the rows.
#define FORMAT (2u << 16 | EVENT_TYPES)

typedef struct {
    view_repo_changes_t changes;
    view_repo_page_t page; // being written
    view_repo_query_t query;
    view_repo_top_t *top; // the question in progress
} activity_state_t;

static void s_destroy(void **self)
{
    activity_state_t *state = *self;
    if (!state)
        return;
    view_repo_changes_free(&state->changes);
    view_repo_query_free(&state->query);
    view_repo_page_free(&state->page);
    view_repo_top_destroy(&state->top);
    free(state);
    *self = NULL;
}

static void *s_create(void)
{
    void *self = calloc(1, sizeof(activity_state_t));
    activity_state_t *state = self;
    if (!state || (view_repo_changes_init(&state->changes) == 0 &&
                   view_repo_query_init(&state->query) == 0))
        return self;
    s_destroy(&self);
    return NULL;
}

static int s_apply(void *self, const batch_t *batch, uint32_t from,
                   uint32_t until)
{
    activity_state_t *state = self;
    return view_repo_changes_add(&state->changes, batch, from, until);
}

static size_t s_pending_bytes(const void *self)
{
    return view_repo_changes_bytes(&((const activity_state_t *)self)->changes);
}

// Takes the leading changes that are of one page, and merges them if that page
// exists.
static int s_flush_page(activity_state_t *state, const view_rows_t *rows,
                        const view_repo_rolled_t *rolled, size_t level,
                        view_repo_run_t *run)
{
    const view_repo_level_t *form = &view_repo_levels[level];
    const view_repo_pair_t *first = run->next, *all_end = run->end;
    const uint32_t bucket = view_repo_change_number(first) / form->seconds;
    const uint16_t shard = view_repo_shard(first->key, form->bits);
    const view_repo_pair_t *end = first;
    while (end < all_end &&
           view_repo_change_number(end) / form->seconds == bucket &&
           view_repo_shard(end->key, form->bits) == shard)
        end++;
    int rc = 0;
    run->end = end;
    if (view_repo_is_rolled(rolled, level, bucket, first->key))
        rc = view_repo_page_merge(&state->page, rows, level, bucket, run);
    run->next = end;
    run->end = all_end;
    return rc;
}

// Skips the levels that have no page for these changes.
static int s_flush_counts(activity_state_t *state, const view_rows_t *rows)
{
    view_repo_changes_t *changes = &state->changes;
    view_repo_rolled_t rolled;
    int rc = view_repo_rolled_read(rows, &rolled);
    for (size_t level = 0; level < VIEW_REPO_LEVELS && rc == 0; level++) {
        const uint32_t seconds = view_repo_levels[level].seconds;
        if (level > 0 && changes->oldest / seconds > rolled.marks[level].bucket)
            continue;
        view_repo_changes_sort(changes, seconds);
        view_repo_run_t run = {changes, changes->pairs,
                               changes->pairs + changes->count,
                               level ? VIEW_REPO_MOMENTS : VIEW_REPO_SECONDS};
        while (run.next < run.end && rc == 0)
            rc = s_flush_page(state, rows, &rolled, level, &run);
    }
    return rc;
}

static int s_flush_bounds(const view_repo_changes_t *changes,
                          const view_rows_t *rows)
{
    view_repo_bounds_t bounds;
    int rc = view_repo_query_bounds(rows, &bounds);
    if (rc != 0 ||
        (changes->oldest >= bounds.oldest && changes->newest <= bounds.newest))
        return rc;
    const uint32_t oldest =
        changes->oldest < bounds.oldest ? changes->oldest : bounds.oldest;
    const uint32_t newest =
        changes->newest > bounds.newest ? changes->newest : bounds.newest;
    const uint32_t row[2] = {htole32(oldest), htole32(newest)};
    return rows->put(rows->context, slice_of(VIEW_REPO_BOUNDS_KEY),
                     slice((const char *)row, sizeof row));
}

static int s_flush(void *self, const view_rows_t *rows)
{
    activity_state_t *state = self;
    if (state->changes.count == 0)
        return 0;
    int rc = view_repo_changes_prepare(&state->changes);
    if (rc == 0)
        rc = s_flush_bounds(&state->changes, rows);
    if (rc == 0)
        rc = s_flush_counts(state, rows);
    if (rc == 0)
        rc = view_repo_names_flush(&state->changes, rows);
    view_repo_changes_reset(&state->changes);
    return rc;
}

static int s_settle(void *self, const view_rows_t *rows)
{
    activity_state_t *state = self;
    view_repo_bounds_t bounds;
    int rc = view_repo_query_bounds(rows, &bounds);
    if (rc != 0 || bounds.oldest > bounds.newest)
        return rc;
    return view_repo_roll_up(rows, bounds.newest, &state->page);
}

// Does one step of a question for the top.
static int s_answer_top(void *self, const view_rows_t *rows,
                        const void *question, buffer_t *answer)
{
    activity_state_t *state = self;
    int rc = 0;
    if (!state->top)
        rc = view_repo_top_begin(&state->top, question, rows);
    if (rc == 0)
        rc = view_repo_top_step(state->top, rows, &state->query, answer);
    if (rc != 1)
        view_repo_top_destroy(&state->top);
    return rc;
}

static int s_answer_one(void *self, const view_rows_t *rows,
                        const void *question, buffer_t *answer)
{
    activity_state_t *state = self;
    return view_repo_query_activity(&state->query, rows, question, answer);
}

typedef struct {
    uint64_t repositories;
    uint64_t organisations;
    uint64_t events; // of repositories
    view_repo_strip_t strip;
} totals_t;

static int s_total_names(void *context, slice_t key, slice_t page)
{
    totals_t *totals = context;
    view_repo_name_t entry = {0};
    uint64_t before = 0;
    bool any = false;
    int rc;
    (void)key;
    while ((rc = view_repo_next_name(&page, &entry)) == 1) {
        if (any && entry.place == before)
            continue;
        any = true;
        before = entry.place;
        if (view_repo_is_organisation(entry.place))
            totals->organisations++;
        else
            totals->repositories++;
    }
    return rc;
}

static int s_total_events(void *context, slice_t key, slice_t page)
{
    totals_t *totals = context;
    const uint32_t bucket = view_repo_key_bucket(key);
    view_repo_count_t entry = {0};
    int rc;
    if (bucket < totals->strip.first || bucket >= totals->strip.until)
        return 0;
    while ((rc = view_repo_next_count(&page, &entry)) == 1) {
        if (!view_repo_is_organisation(entry.place))
            totals->events += entry.count;
    }
    return rc;
}

// Reads the largest buckets, which cover everything in the fewest rows.
static int s_count_events(const view_rows_t *rows, totals_t *totals)
{
    view_repo_window_t window;
    int rc = view_repo_query_window(rows, 0, UINT64_MAX, &window);
    while (rc == 0 && view_repo_window_next(&window, &totals->strip)) {
        char from[VIEW_REPO_KEY_MAX], until[VIEW_REPO_KEY_MAX];
        const view_repo_strip_t *strip = &totals->strip;
        const uint32_t parts = view_repo_levels[strip->level].parts;
        const uint32_t parent = strip->first - strip->first % parts;
        rc = rows->scan(
            rows->context, view_repo_counts_key(from, strip->level, parent, 0),
            view_repo_counts_key(until, strip->level, parent + parts, 0),
            s_total_events, totals);
    }
    return rc;
}

static int s_totals(void *self, const view_rows_t *rows,
                    view_each_total_t *each, void *context)
{
    (void)self;
    totals_t totals = {0};
    int rc = s_count_events(rows, &totals);
    if (rc == 0)
        rc = rows->scan(rows->context, slice_of("i"), slice_of("j"),
                        s_total_names, &totals);
    if (rc != 0)
        return rc;
    each(context, slice_of("events"), totals.events);
    each(context, slice_of("repositories"), totals.repositories);
    each(context, slice_of("organisations"), totals.organisations);
    return 0;
}

const view_question_t view_repo_top_question = {
    .view = &view_repo_activity,
    .name = "top",
    .fields = view_repo_top_asked_fields,
    .bytes = sizeof(view_repo_top_asked_t),
    .answer = s_answer_top,
    .render = view_repo_top_render,
};

const view_question_t view_repo_question = {
    .view = &view_repo_activity,
    .name = "activity",
    .fields = view_repo_asked_fields,
    .bytes = sizeof(view_repo_asked_t),
    .answer = s_answer_one,
    .render = view_repo_activity_render,
};

const view_question_t view_repo_counts_question = {
    .view = &view_repo_activity,
    .name = "counts",
    .fields = view_repo_asked_fields,
    .bytes = sizeof(view_repo_asked_t),
    .answer = s_answer_one,
    .render = view_repo_counts_render,
};

static const view_question_t *const s_questions[] = {
    &view_repo_top_question, &view_repo_question, &view_repo_counts_question,
    NULL};

EMBED(view_repo_activity_schema, "actors/views/repo_activity/schema.json");

const view_class_t view_repo_activity = {
    .name = "repo_activity",
    .format = FORMAT,
    .schema = view_repo_activity_schema,
    .questions = s_questions,
    .create = s_create,
    .destroy = s_destroy,
    .apply = s_apply,
    .pending_bytes = s_pending_bytes,
    .flush = s_flush,
    .merge = view_repo_names_merge,
    .settle = s_settle,
    .check_row = view_repo_check_row,
    .totals = s_totals,
};
