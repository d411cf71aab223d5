#include "actors/views/pr_interval/query.h"

#include "actors/views/pr_interval/rows.h"
#include "actors/views/pr_interval/statistics.h"

#include <errno.h>
#include <stdlib.h>

// Actions by number: first the codes, then names without a code in the order
// in which they occur.
#define ACTIONS_MAX (EVENT_ACTIONS + VIEW_PR_INTERVAL_MAX_OTHERS)
#define ACTION_ANY  UINT32_MAX

typedef struct {
    uint32_t created_at;
    uint32_t action; // its number
} sample_t;

// The events of one repository in a window, in order of time.
typedef struct {
    sample_t *samples;
    size_t count;
    size_t capacity;
    bool present[ACTIONS_MAX];
    uint32_t other_count;
    size_t other_ends[VIEW_PR_INTERVAL_MAX_OTHERS]; // in other_names
    buffer_t other_names;
    uint32_t *times; // of one action, to compute its statistics
    uint32_t *scratch;
} gathering_t;

void view_pr_query_free(view_pr_query_t *query)
{
    buffer_free(&query->name);
    buffer_free(&query->repo);
    buffer_free(&query->from);
    buffer_free(&query->until);
}

static void s_free(gathering_t *all)
{
    free(all->samples);
    free(all->times);
    free(all->scratch);
    buffer_free(&all->other_names);
}

void view_pr_query_lower(buffer_t *out, slice_t name)
{
    char *lower = buffer_grow(out, name.bytes);
    for (size_t i = 0; lower && i < name.bytes; i++) {
        char c = name.data[i];
        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
}

static slice_t s_action_name(const gathering_t *all, uint32_t number)
{
    if (number < EVENT_ACTIONS)
        return slice_of(event_action_name((uint8_t)number));
    uint32_t other = number - EVENT_ACTIONS;
    size_t start = other ? all->other_ends[other - 1] : 0;
    return slice(all->other_names.data + start, all->other_ends[other] - start);
}

// Returns the number of an action without a code.
static int s_number_other(gathering_t *all, slice_t name, uint32_t *number)
{
    for (uint32_t i = 0; i < all->other_count; i++) {
        *number = EVENT_ACTIONS + i;
        if (slice_equal(s_action_name(all, *number), name))
            return 0;
    }
    if (all->other_count == VIEW_PR_INTERVAL_MAX_OTHERS)
        return -E2BIG;
    buffer_add(&all->other_names, name.data, name.bytes);
    *number = EVENT_ACTIONS + all->other_count;
    all->other_ends[all->other_count++] = all->other_names.bytes;
    return buffer_failed(&all->other_names) ? -ENOMEM : 0;
}

static int s_reserve(gathering_t *all)
{
    if (all->count < all->capacity)
        return 0;
    if (all->count == VIEW_PR_INTERVAL_MAX_EVENTS)
        return -E2BIG;
    size_t capacity = all->capacity ? all->capacity * 2 : 64;
    sample_t *samples = reallocarray(all->samples, capacity, sizeof *samples);
    if (!samples)
        return -ENOMEM;
    all->samples = samples;
    all->capacity = capacity;
    return 0;
}

static int s_on_event(void *context, slice_t key, slice_t value)
{
    gathering_t *all = context;
    view_pr_repo_t repo;
    view_pr_moment_t at;
    view_pr_event_row_t row;
    if (!view_pr_rows_read_event_key(key, &repo, &at) ||
        !view_pr_rows_read_event(value, &row))
        return -EUCLEAN;
    uint32_t number = row.action;
    int rc = s_reserve(all);
    if (rc == 0 && row.action == EVENT_OTHER)
        rc = s_number_other(all, row.action_name, &number);
    if (rc != 0)
        return rc;
    all->present[number] = true;
    all->samples[all->count++] = (sample_t){at.created_at, number};
    return 0;
}

static int s_gather(view_pr_query_t *query, const view_rows_t *rows,
                    const view_pr_repo_t *repo, const view_pr_asked_t *asked,
                    gathering_t *all)
{
    view_pr_rows_event_range(&query->from, &query->until, repo, asked->start,
                             asked->end);
    if (buffer_failed(&query->from) || buffer_failed(&query->until))
        return -ENOMEM;
    int rc = rows->scan(rows->context, buffer_slice(&query->from),
                        buffer_slice(&query->until), s_on_event, all);
    if (rc != 0 || all->count == 0)
        return rc;
    all->times = calloc(all->count, sizeof *all->times);
    all->scratch = calloc(all->count, sizeof *all->scratch);
    return all->times && all->scratch ? 0 : -ENOMEM;
}

// Adds the statistics of one action, or of all, to the list.
static void s_add_interval(gathering_t *all, uint32_t number, slice_t name,
                           buffer_t *answer)
{
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (number == ACTION_ANY || all->samples[i].action == number)
            all->times[count++] = all->samples[i].created_at;
    }
    view_pr_interval_t interval = {.action = name};
    view_pr_statistics(all->times, all->scratch, count, &interval);
    record_add(answer, view_pr_interval_fields, &interval);
}

// Returns the number of the action asked for. An action that never occurred
// gets a number that no sample has.
static uint32_t s_asked(const gathering_t *all, slice_t name)
{
    if (name.bytes == 0)
        return ACTION_ANY;
    uint32_t number = EVENT_ACTION_NONE + 1;
    for (; number < EVENT_ACTIONS + all->other_count; number++) {
        if (slice_equal(s_action_name(all, number), name))
            break;
    }
    return number;
}

typedef struct {
    slice_t name;
    uint32_t number;
} named_action_t;

static int s_compare_names(const void *a, const void *b)
{
    slice_t left = ((const named_action_t *)a)->name;
    slice_t right = ((const named_action_t *)b)->name;
    size_t shared = left.bytes < right.bytes ? left.bytes : right.bytes;
    int order = memcmp(left.data, right.data, shared);
    return order ? order
                 : (left.bytes > right.bytes) - (left.bytes < right.bytes);
}

// Lists the action asked for, then each action that occurs and has a name, by
// name.
static void s_list(gathering_t *all, slice_t asked, buffer_t *answer)
{
    s_add_interval(all, s_asked(all, asked), slice_of(""), answer);
    named_action_t actions[ACTIONS_MAX];
    size_t count = 0;
    for (uint32_t i = EVENT_ACTION_NONE + 1; i < ACTIONS_MAX; i++) {
        if (all->present[i])
            actions[count++] = (named_action_t){s_action_name(all, i), i};
    }
    qsort(actions, count, sizeof *actions, s_compare_names);
    for (size_t i = 0; i < count; i++)
        s_add_interval(all, actions[i].number, actions[i].name, answer);
}

// Follows the name to its repository: 1, or 0 if no repository used it.
static int s_find(view_pr_query_t *query, const view_rows_t *rows, slice_t name,
                  view_pr_repo_t *repo)
{
    buffer_reset(&query->name);
    view_pr_query_lower(&query->name, name);
    view_pr_rows_name_key(&query->from, buffer_slice(&query->name));
    if (buffer_failed(&query->name) || buffer_failed(&query->from))
        return -ENOMEM;
    slice_t value;
    int rc = rows->get(rows->context, buffer_slice(&query->from), &value);
    if (rc != 1)
        return rc;
    buffer_reset(&query->repo);
    buffer_add(&query->repo, value.data, value.bytes);
    if (buffer_failed(&query->repo))
        return -ENOMEM;
    view_pr_name_row_t row;
    if (!view_pr_rows_read_name(buffer_slice(&query->repo), &row))
        return -EUCLEAN;
    *repo = row.repo;
    return 1;
}

static int s_describe(view_pr_query_t *query, const view_rows_t *rows,
                      const view_pr_repo_t *repo, view_pr_answer_t *answer)
{
    view_pr_rows_repo_key(&query->from, repo);
    if (buffer_failed(&query->from))
        return -ENOMEM;
    slice_t value;
    int rc = rows->get(rows->context, buffer_slice(&query->from), &value);
    if (rc < 0)
        return rc;
    view_pr_repo_row_t row;
    if (rc == 0 || !view_pr_rows_read_repo(value, &row))
        return -EUCLEAN;
    buffer_reset(&query->name);
    buffer_add(&query->name, row.name.data, row.name.bytes);
    answer->repo = buffer_slice(&query->name);
    answer->updated_at_us = row.updated_at_us;
    return buffer_failed(&query->name) ? -ENOMEM : 0;
}

// Reads the row of the repository of that name.
static int s_answer_found(view_pr_query_t *query, const view_rows_t *rows,
                          const view_pr_repo_t *repo,
                          const view_pr_asked_t *asked, buffer_t *answer)
{
    view_pr_answer_t known = {.found = 1};
    gathering_t *all = calloc(1, sizeof *all);
    if (!all)
        return -ENOMEM;
    int rc = s_describe(query, rows, repo, &known);
    if (rc == 0)
        rc = s_gather(query, rows, repo, asked, all);
    if (rc == 0) {
        record_add(answer, view_pr_answer_fields, &known);
        s_list(all, asked->action, answer);
    }
    s_free(all);
    free(all);
    return rc;
}

int view_pr_query_answer(view_pr_query_t *query, const view_rows_t *rows,
                         const view_pr_asked_t *asked, buffer_t *answer)
{
    view_pr_repo_t repo;
    int found = s_find(query, rows, asked->repo, &repo);
    if (found == 1)
        return s_answer_found(query, rows, &repo, asked, answer);
    if (found == 0)
        record_add(answer, view_pr_answer_fields, &(view_pr_answer_t){0});
    return found;
}
