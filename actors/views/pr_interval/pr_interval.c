#include "actors/views/pr_interval/pr_interval.h"

#include "actors/views/pr_interval/query.h"
#include "actors/views/pr_interval/rows.h"
#include "proto/base/embed.h"

#include <errno.h>
#include <stdlib.h>

// A new code changes how its action is encoded, and so the rows.
#define FORMAT (1u << 16 | EVENT_ACTIONS)

// One PullRequestEvent that is not yet in the rows. Its names are stored in the
// state's strings one after another: the repository's name as spelled, the same
// in lower case, and the action's name.
typedef struct {
    uint64_t repo_id;
    view_pr_moment_t at;
    int64_t journaled_at_us;
    size_t strings_at;
    uint16_t name_bytes;   // 0: no name
    uint16_t action_bytes; // only with EVENT_OTHER
    uint8_t action;
} change_t;

typedef struct {
    change_t *changes;
    size_t count;
    size_t capacity;
    buffer_t strings;
    buffer_t key;
    buffer_t value;
    view_pr_query_t query;
} intervals_state_t;

static void *s_create(void)
{
    return calloc(1, sizeof(intervals_state_t));
}

static void s_destroy(void **self)
{
    intervals_state_t *state = *self;
    if (!state)
        return;
    free(state->changes);
    buffer_free(&state->strings);
    buffer_free(&state->key);
    buffer_free(&state->value);
    view_pr_query_free(&state->query);
    free(state);
    *self = NULL;
}

static slice_t s_string(const intervals_state_t *state, size_t at, size_t bytes)
{
    return bytes ? slice(state->strings.data + at, bytes) : slice_of("");
}

static slice_t s_name(const intervals_state_t *state, const change_t *change)
{
    return s_string(state, change->strings_at, change->name_bytes);
}

static slice_t s_lower_name(const intervals_state_t *state,
                            const change_t *change)
{
    return s_string(state, change->strings_at + change->name_bytes,
                    change->name_bytes);
}

static slice_t s_action_name(const intervals_state_t *state,
                             const change_t *change)
{
    return s_string(state, change->strings_at + 2 * (size_t)change->name_bytes,
                    change->action_bytes);
}

static view_pr_repo_t s_repo(const intervals_state_t *state,
                             const change_t *change)
{
    view_pr_repo_t repo = {.id = change->repo_id};
    if (repo.id == 0)
        repo.name = s_lower_name(state, change);
    return repo;
}

static int s_reserve(intervals_state_t *state)
{
    if (state->count < state->capacity)
        return 0;
    size_t capacity = state->capacity ? state->capacity * 2 : 256;
    change_t *changes = reallocarray(state->changes, capacity, sizeof *changes);
    if (!changes)
        return -ENOMEM;
    state->changes = changes;
    state->capacity = capacity;
    return 0;
}

static int s_add(intervals_state_t *state, const batch_t *batch, uint32_t i)
{
    slice_t name = batch_repo_name(batch, i);
    if (!event_is_full_name(name))
        name.bytes = 0;
    uint64_t id = batch_repo_id(batch, i);
    if (id == 0 && name.bytes == 0)
        return 0;
    if (s_reserve(state) != 0)
        return -ENOMEM;
    change_t *change = &state->changes[state->count];
    *change = (change_t){
        .repo_id = id,
        .at = {batch_created_at(batch, i), batch->offset + i},
        .journaled_at_us = batch->journaled_at_us,
        .strings_at = state->strings.bytes,
        .name_bytes = (uint16_t)name.bytes,
        .action = batch_action(batch, i),
    };
    buffer_add(&state->strings, name.data, name.bytes);
    view_pr_query_lower(&state->strings, name);
    if (change->action == EVENT_OTHER) {
        // The batch may predate the action's code.
        slice_t action = batch_action_name(batch, i);
        change->action = event_action_code(action);
        if (change->action == EVENT_OTHER) {
            change->action_bytes = (uint16_t)action.bytes;
            buffer_add(&state->strings, action.data, action.bytes);
        }
    }
    if (buffer_failed(&state->strings))
        return -ENOMEM;
    state->count++;
    return 0;
}

// Few events are about pull requests, so search for the byte of their code.
static int s_apply(void *self, const batch_t *batch, uint32_t from,
                   uint32_t until)
{
    const char *type = batch->types + from;
    const char *end = batch->types + until;
    while (type < end && (type = memchr(type, EVENT_TYPE_PULL_REQUEST,
                                        (size_t)(end - type)))) {
        int rc = s_add(self, batch, (uint32_t)(type - batch->types));
        if (rc != 0)
            return rc;
        type++;
    }
    return 0;
}

static size_t s_pending_bytes(const void *self)
{
    const intervals_state_t *state = self;
    return state->count * sizeof(change_t) + state->strings.bytes;
}

static int s_put(intervals_state_t *state, const view_rows_t *rows)
{
    if (buffer_failed(&state->key) || buffer_failed(&state->value))
        return -ENOMEM;
    return rows->put(rows->context, buffer_slice(&state->key),
                     buffer_slice(&state->value));
}

// 1: *value is the row of state->key; 0: no such row.
static int s_get(intervals_state_t *state, const view_rows_t *rows,
                 slice_t *value)
{
    if (buffer_failed(&state->key))
        return -ENOMEM;
    return rows->get(rows->context, buffer_slice(&state->key), value);
}

static int s_put_event(intervals_state_t *state, const view_rows_t *rows,
                       const change_t *change)
{
    view_pr_repo_t repo = s_repo(state, change);
    view_pr_event_row_t row = {
        .action = change->action,
        .action_name = s_action_name(state, change),
    };
    view_pr_rows_event_key(&state->key, &repo, change->at);
    view_pr_rows_write_event(&state->value, &row);
    return s_put(state, rows);
}

// Merges with the existing row: keeps the newer name and the later update.
static int s_merge_repo(intervals_state_t *state, const view_rows_t *rows,
                        const view_pr_repo_t *repo, view_pr_repo_row_t *row)
{
    view_pr_rows_repo_key(&state->key, repo);
    slice_t value;
    int rc = s_get(state, rows, &value);
    if (rc < 0)
        return rc;
    if (rc == 1) {
        view_pr_repo_row_t kept;
        if (!view_pr_rows_read_repo(value, &kept))
            return -EUCLEAN;
        if (row->name.bytes == 0 ||
            (kept.name.bytes &&
             view_pr_moment_compare(kept.named_at, row->named_at) > 0)) {
            row->named_at = kept.named_at;
            row->name = kept.name;
        }
        if (kept.updated_at_us > row->updated_at_us)
            row->updated_at_us = kept.updated_at_us;
    }
    view_pr_rows_write_repo(&state->value, row);
    return s_put(state, rows);
}

static int s_merge_name(intervals_state_t *state, const view_rows_t *rows,
                        const change_t *change)
{
    view_pr_rows_name_key(&state->key, s_lower_name(state, change));
    slice_t value;
    int rc = s_get(state, rows, &value);
    if (rc < 0)
        return rc;
    if (rc == 1) {
        view_pr_name_row_t kept;
        if (!view_pr_rows_read_name(value, &kept))
            return -EUCLEAN;
        if (view_pr_moment_compare(kept.used_at, change->at) > 0)
            return 0;
    }
    view_pr_name_row_t row = {change->at, s_repo(state, change)};
    view_pr_rows_write_name(&state->value, &row);
    return s_put(state, rows);
}

static int s_compare_by_repo(const void *a, const void *b, void *context)
{
    const change_t *left = a;
    const change_t *right = b;
    view_pr_repo_t left_repo = s_repo(context, left);
    view_pr_repo_t right_repo = s_repo(context, right);
    int order = view_pr_repo_compare(&left_repo, &right_repo);
    return order ? order : view_pr_moment_compare(left->at, right->at);
}

// Puts the events of the repository at changes[first], and merges its row.
// *next becomes the index of the next repository's first.
static int s_flush_repo(intervals_state_t *state, const view_rows_t *rows,
                        size_t first, size_t *next)
{
    view_pr_repo_t repo = s_repo(state, &state->changes[first]);
    view_pr_repo_row_t row = {0};
    size_t i = first;
    for (; i < state->count; i++) {
        const change_t *change = &state->changes[i];
        view_pr_repo_t other = s_repo(state, change);
        if (view_pr_repo_compare(&repo, &other) != 0)
            break;
        int rc = s_put_event(state, rows, change);
        if (rc != 0)
            return rc;
        if (change->name_bytes) {
            row.named_at = change->at;
            row.name = s_name(state, change);
        }
        if (change->journaled_at_us > row.updated_at_us)
            row.updated_at_us = change->journaled_at_us;
    }
    *next = i;
    return s_merge_repo(state, rows, &repo, &row);
}

static int s_compare_lower_names(const intervals_state_t *state,
                                 const change_t *a, const change_t *b)
{
    if (a->name_bytes != b->name_bytes)
        return a->name_bytes < b->name_bytes ? -1 : 1;
    return memcmp(s_lower_name(state, a).data, s_lower_name(state, b).data,
                  a->name_bytes);
}

static int s_compare_by_name(const void *a, const void *b, void *context)
{
    const change_t *left = a;
    const change_t *right = b;
    int order = s_compare_lower_names(context, left, right);
    return order ? order : view_pr_moment_compare(left->at, right->at);
}

// Merges the latest use of each name.
static int s_flush_names(intervals_state_t *state, const view_rows_t *rows)
{
    for (size_t i = 0; i < state->count; i++) {
        const change_t *change = &state->changes[i];
        if (change->name_bytes == 0)
            continue;
        if (i + 1 < state->count &&
            s_compare_lower_names(state, change, change + 1) == 0)
            continue;
        int rc = s_merge_name(state, rows, change);
        if (rc != 0)
            return rc;
    }
    return 0;
}

static int s_flush(void *self, const view_rows_t *rows)
{
    intervals_state_t *state = self;
    if (state->count == 0)
        return 0;
    qsort_r(state->changes, state->count, sizeof *state->changes,
            s_compare_by_repo, state);
    int rc = 0;
    for (size_t i = 0; i < state->count && rc == 0;)
        rc = s_flush_repo(state, rows, i, &i);
    if (rc != 0)
        return rc;
    qsort_r(state->changes, state->count, sizeof *state->changes,
            s_compare_by_name, state);
    rc = s_flush_names(state, rows);
    state->count = 0;
    buffer_reset(&state->strings);
    return rc;
}

static int s_answer(void *self, const view_rows_t *rows, const void *question,
                    buffer_t *answer)
{
    intervals_state_t *state = self;
    return view_pr_query_answer(&state->query, rows, question, answer);
}

static int s_check_row(slice_t key, slice_t value, const char **reason)
{
    view_pr_repo_t repo;
    view_pr_moment_t at;
    view_pr_event_row_t event;
    view_pr_name_row_t name;
    view_pr_repo_row_t spelled;
    bool sound = false;
    *reason = "unknown kind of row";
    if (key.bytes && key.data[0] == VIEW_PR_ROWS_EVENT) {
        *reason = "not an event of a repository";
        sound = view_pr_rows_read_event_key(key, &repo, &at) &&
                view_pr_rows_read_event(value, &event);
    } else if (key.bytes && key.data[0] == VIEW_PR_ROWS_NAME) {
        *reason = "not a name that leads to a repository";
        sound = key.bytes > 1 && view_pr_rows_read_name(value, &name);
    } else if (key.bytes && key.data[0] == VIEW_PR_ROWS_REPO) {
        *reason = "not a repository's name";
        sound = view_pr_rows_read_repo_key(key, &repo) &&
                view_pr_rows_read_repo(value, &spelled);
    }
    return sound ? 0 : -EUCLEAN;
}

static int s_count_row(void *context, slice_t key, slice_t value)
{
    (void)value;
    uint64_t *counts = context;
    counts[(uint8_t)key.data[0]]++;
    return 0;
}

static int s_totals(void *self, const view_rows_t *rows,
                    view_each_total_t *each, void *context)
{
    (void)self;
    uint64_t counts[256] = {0};
    int rc = rows->scan(rows->context, slice_of("\x01"), slice_of("\xff"),
                        s_count_row, counts);
    if (rc != 0)
        return rc;
    each(context, slice_of("PullRequestEvent"), counts[VIEW_PR_ROWS_EVENT]);
    each(context, slice_of("repositories"), counts[VIEW_PR_ROWS_REPO]);
    each(context, slice_of("names"), counts[VIEW_PR_ROWS_NAME]);
    return 0;
}

const view_question_t view_pr_question = {
    .view = &view_pr_interval,
    .name = "intervals",
    .fields = view_pr_asked_fields,
    .bytes = sizeof(view_pr_asked_t),
    .answer = s_answer,
    .render = view_pr_render,
};

static const view_question_t *const s_questions[] = {&view_pr_question, NULL};

EMBED(view_pr_interval_schema, "actors/views/pr_interval/schema.json");

const view_class_t view_pr_interval = {
    .name = "pr_interval",
    .format = FORMAT,
    .schema = view_pr_interval_schema,
    .questions = s_questions,
    .create = s_create,
    .destroy = s_destroy,
    .apply = s_apply,
    .pending_bytes = s_pending_bytes,
    .flush = s_flush,
    .check_row = s_check_row,
    .totals = s_totals,
};
