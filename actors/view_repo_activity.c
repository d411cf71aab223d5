#include "actors/view_repo_activity.h"

#include "actors/view_repo_changes.h"
#include "actors/view_repo_query.h"
#include "actors/view_repo_rows.h"

#include <errno.h>
#include <stdlib.h>

// A new code changes how its type is written, hence the rows.
#define FORMAT (1u << 16 | EVENT_TYPES)

typedef struct {
    view_repo_changes_t changes;
    view_repo_link_t *links; // of the names that a flush found to be new
    size_t link_count;
    buffer_t page; // the row that is written
    view_repo_query_t query;
} activity_state_t;

static void s_destroy(void **self)
{
    activity_state_t *state = *self;
    if (!state)
        return;
    view_repo_changes_free(&state->changes);
    view_repo_query_free(&state->query);
    buffer_free(&state->page);
    free(state->links);
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
    int rc = 0;
    for (uint32_t i = from; i < until && rc == 0; i++)
        rc = view_repo_changes_add(&state->changes, batch, i);
    return rc;
}

static size_t s_pending_bytes(const void *self)
{
    return view_repo_changes_bytes(&((const activity_state_t *)self)->changes);
}

// Gets the page of a row; an empty one where there is none.
static int s_get(const view_rows_t *rows, slice_t key, slice_t *page)
{
    int rc = rows->get(rows->context, key, page);
    if (rc == 0)
        *page = slice(NULL, 0);
    return rc < 0 ? rc : 0;
}

static int s_put(activity_state_t *state, const view_rows_t *rows, slice_t key)
{
    if (buffer_failed(&state->page))
        return -ENOMEM;
    return rows->put(rows->context, key, buffer_slice(&state->page));
}

// Counts.

// The changes of one page, taken as entries: equal ones come as one.
typedef struct {
    const view_repo_changes_t *all;
    const view_repo_change_t *next;
    const view_repo_change_t *end;
    bool seconds; // whether the level knows them
} run_t;

static uint32_t s_second(const run_t *run, const view_repo_change_t *change)
{
    return run->seconds ? change->created_at % view_repo_levels[0].seconds : 0;
}

static int s_next_change(run_t *run, view_repo_count_t *entry)
{
    const view_repo_change_t *first = run->next;
    if (first == run->end)
        return 0;
    *entry = (view_repo_count_t){
        .place = first->place,
        .second = s_second(run, first),
        .type = (uint8_t)first->type,
    };
    if (first->type >= VIEW_REPO_STRANGE) {
        entry->type = EVENT_OTHER;
        entry->name = view_repo_changes_text(
            run->all, run->all->strange[first->type - VIEW_REPO_STRANGE]);
    }
    while (run->next < run->end && run->next->place == first->place &&
           run->next->type == first->type &&
           s_second(run, run->next) == entry->second)
        run->next++;
    entry->count = (uint64_t)(run->next - first);
    return 1;
}

// Writes the page anew, with the run added.
static int s_add_run(buffer_t *out, slice_t page, run_t *run)
{
    view_repo_count_t old = {0}, fresh, before = {0};
    int has_old = view_repo_next_count(&page, &old);
    int has_fresh = s_next_change(run, &fresh);
    while (has_old == 1 || has_fresh) {
        int order = has_old != 1 ? 1
                    : !has_fresh ? -1
                                 : view_repo_compare_counts(&old, &fresh);
        view_repo_count_t entry = order <= 0 ? old : fresh;
        if (order == 0)
            entry.count += fresh.count;
        view_repo_add_count(out, &before, &entry);
        before = entry;
        if (order <= 0)
            has_old = view_repo_next_count(&page, &old);
        if (order >= 0)
            has_fresh = s_next_change(run, &fresh);
        if (has_old < 0)
            return has_old;
    }
    return has_old;
}

// Merges the changes at the front of the run's rest that are of one page.
static int s_flush_page(activity_state_t *state, const view_rows_t *rows,
                        size_t level, run_t *run)
{
    const view_repo_level_t *form = &view_repo_levels[level];
    const view_repo_change_t *first = run->next, *all_end = run->end;
    uint32_t bucket = first->created_at / form->seconds;
    uint16_t shard = view_repo_shard(first->place, form->bits);
    const view_repo_change_t *end = first;
    while (end < all_end && end->created_at / form->seconds == bucket &&
           view_repo_shard(end->place, form->bits) == shard)
        end++;
    char bytes[VIEW_REPO_KEY_MAX];
    slice_t key = view_repo_counts_key(bytes, level, bucket, shard);
    slice_t page;
    int rc = s_get(rows, key, &page);
    if (rc != 0)
        return rc;
    run->end = end;
    buffer_reset(&state->page);
    rc = s_add_run(&state->page, page, run);
    run->end = all_end;
    return rc == 0 ? s_put(state, rows, key) : rc;
}

// From the longest buckets to the shortest: each sort refines the one before.
static int s_flush_counts(activity_state_t *state, const view_rows_t *rows)
{
    view_repo_changes_t *changes = &state->changes;
    int rc = 0;
    for (size_t level = VIEW_REPO_LEVELS; level-- > 0 && rc == 0;) {
        view_repo_changes_group(changes, view_repo_levels[level].seconds);
        run_t run = {changes, changes->changes,
                     changes->changes + changes->count, level == 0};
        while (run.next < run.end && rc == 0)
            rc = s_flush_page(state, rows, level, &run);
    }
    return rc;
}

// Names.

static int s_next_naming(const view_repo_changes_t *changes, size_t *at,
                         size_t end, view_repo_name_t *entry)
{
    if (*at == end)
        return 0;
    const view_repo_naming_t *naming = &changes->namings[*at];
    *entry = (view_repo_name_t){naming->place,
                                view_repo_changes_text(changes, naming->name),
                                naming->since};
    while (++*at < end) {
        naming = &changes->namings[*at];
        if (naming->place != entry->place ||
            !slice_equal(view_repo_changes_text(changes, naming->name),
                         entry->name))
            break;
        if (naming->since < entry->since)
            entry->since = naming->since;
    }
    return 1;
}

// Writes the page anew, with namings [at, end) added. *changed tells whether
// it became another one.
static int s_add_namings(activity_state_t *state, slice_t page, size_t at,
                         size_t end, bool *changed)
{
    view_repo_name_t old = {0}, fresh, before = {0};
    int has_old = view_repo_next_name(&page, &old);
    int has_fresh = s_next_naming(&state->changes, &at, end, &fresh);
    while (has_old == 1 || has_fresh) {
        int order = has_old != 1 ? 1
                    : !has_fresh ? -1
                                 : view_repo_compare_names(&old, &fresh);
        view_repo_name_t entry = order <= 0 ? old : fresh;
        if (order == 0 && fresh.since < old.since)
            entry.since = fresh.since;
        *changed |= order > 0 || entry.since != old.since;
        if (order > 0)
            state->links[state->link_count++] = (view_repo_link_t){
                view_repo_hash(fresh.name), fresh.place, true};
        view_repo_add_name(&state->page, &before, &entry);
        before = entry;
        if (order <= 0)
            has_old = view_repo_next_name(&page, &old);
        if (order >= 0)
            has_fresh = s_next_naming(&state->changes, &at, end, &fresh);
        if (has_old < 0)
            return has_old;
    }
    return has_old;
}

static int s_flush_names_page(activity_state_t *state, const view_rows_t *rows,
                              size_t at, size_t end)
{
    char bytes[VIEW_REPO_KEY_MAX];
    slice_t key = view_repo_names_key(bytes, state->changes.namings[at].place);
    slice_t page;
    bool changed = false;
    int rc = s_get(rows, key, &page);
    buffer_reset(&state->page);
    if (rc == 0)
        rc = s_add_namings(state, page, at, end, &changed);
    return rc == 0 && changed ? s_put(state, rows, key) : rc;
}

static uint16_t s_name_shard(uint64_t place)
{
    return view_repo_shard(place, VIEW_REPO_NAME_BITS);
}

static int s_flush_names(activity_state_t *state, const view_rows_t *rows)
{
    const view_repo_changes_t *changes = &state->changes;
    int rc = 0;
    for (size_t at = 0, end; at < changes->naming_count && rc == 0; at = end) {
        uint16_t shard = s_name_shard(changes->namings[at].place);
        for (end = at; end < changes->naming_count &&
                       s_name_shard(changes->namings[end].place) == shard;)
            end++;
        rc = s_flush_names_page(state, rows, at, end);
    }
    return rc;
}

// Links.

static int s_compare_links(const void *a, const void *b)
{
    return view_repo_compare_links(a, b);
}

// Writes the page anew, with links [at, end) added.
static int s_add_links(activity_state_t *state, slice_t page, size_t at,
                       size_t end)
{
    view_repo_link_t old = {0}, before = {0};
    int has_old = view_repo_next_link(&page, &old);
    while (has_old == 1 || at < end) {
        int order = has_old != 1 ? 1
                    : at == end
                        ? -1
                        : view_repo_compare_links(&old, &state->links[at]);
        view_repo_link_t entry = order <= 0 ? old : state->links[at];
        view_repo_add_link(&state->page, &before, &entry);
        before = entry;
        if (order <= 0)
            has_old = view_repo_next_link(&page, &old);
        // Spellings of one name have one link.
        while (at < end &&
               view_repo_compare_links(&entry, &state->links[at]) == 0)
            at++;
        if (has_old < 0)
            return has_old;
    }
    return has_old;
}

static int s_flush_links(activity_state_t *state, const view_rows_t *rows)
{
    const view_repo_link_t *links = state->links;
    int rc = 0;
    if (state->link_count)
        qsort(state->links, state->link_count, sizeof *links, s_compare_links);
    for (size_t at = 0, end; at < state->link_count && rc == 0; at = end) {
        char bytes[VIEW_REPO_KEY_MAX];
        slice_t key = view_repo_links_key(bytes, links[at].hash);
        slice_t page;
        for (end = at;
             end < state->link_count &&
             s_name_shard(links[end].hash) == s_name_shard(links[at].hash);)
            end++;
        rc = s_get(rows, key, &page);
        buffer_reset(&state->page);
        if (rc == 0)
            rc = s_add_links(state, page, at, end);
        if (rc == 0)
            rc = s_put(state, rows, key);
    }
    return rc;
}

static int s_reserve_links(activity_state_t *state)
{
    free(state->links);
    state->link_count = 0;
    state->links =
        calloc(state->changes.naming_count + 1, sizeof *state->links);
    return state->links ? 0 : -ENOMEM;
}

// Time.

static int s_flush_bounds(activity_state_t *state, const view_rows_t *rows)
{
    view_repo_bounds_t bounds;
    int rc = view_repo_query_bounds(rows, &bounds);
    if (rc != 0)
        return rc;
    view_repo_bounds_t wider = bounds;
    for (size_t i = 0; i < state->changes.count; i++) {
        uint32_t created_at = state->changes.changes[i].created_at;
        if (created_at < wider.oldest)
            wider.oldest = created_at;
        if (created_at > wider.newest)
            wider.newest = created_at;
    }
    if (wider.oldest == bounds.oldest && wider.newest == bounds.newest)
        return 0;
    buffer_reset(&state->page);
    buffer_add_u32(&state->page, wider.oldest);
    buffer_add_u32(&state->page, wider.newest);
    return s_put(state, rows, slice_of(VIEW_REPO_BOUNDS_KEY));
}

static int s_flush(void *self, const view_rows_t *rows)
{
    activity_state_t *state = self;
    if (state->changes.count == 0)
        return 0;
    int rc = view_repo_changes_sort(&state->changes);
    if (rc == 0)
        rc = s_reserve_links(state);
    if (rc == 0)
        rc = s_flush_bounds(state, rows);
    if (rc == 0)
        rc = s_flush_counts(state, rows);
    if (rc == 0)
        rc = s_flush_names(state, rows);
    if (rc == 0)
        rc = s_flush_links(state, rows);
    view_repo_changes_reset(&state->changes);
    return rc;
}

static int s_query(void *self, const view_rows_t *rows,
                   const message_as_of_t *as_of, const message_t *question,
                   message_t *answer, buffer_t *lists)
{
    activity_state_t *state = self;
    int rc = -EINVAL;
    if (question->kind == MESSAGE_TOP) {
        rc = view_repo_query_top(&state->query, rows, &question->top,
                                 &answer->top_answer, lists);
        answer->kind = MESSAGE_TOP_ANSWER;
        answer->top_answer.as_of = *as_of;
    } else if (question->kind == MESSAGE_ACTIVITY) {
        rc = view_repo_query_activity(&state->query, rows, &question->activity,
                                      &answer->activity_answer, lists);
        answer->kind = MESSAGE_ACTIVITY_ANSWER;
        answer->activity_answer.as_of = *as_of;
    }
    return rc == 0 && buffer_failed(lists) ? -ENOMEM : rc;
}

typedef struct {
    uint64_t repositories;
    uint64_t organisations;
    uint64_t events; // of repositories
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
    view_repo_count_t entry = {0};
    int rc;
    (void)key;
    while ((rc = view_repo_next_count(&page, &entry)) == 1) {
        if (!view_repo_is_organisation(entry.place))
            totals->events += entry.count;
    }
    return rc;
}

// Of the top level of time, which has everything in the fewest rows.
static int s_totals(void *self, const view_rows_t *rows,
                    view_each_total_t *each, void *context)
{
    (void)self;
    totals_t totals = {0};
    const char top[] = {VIEW_REPO_LEVELS}, above[] = {VIEW_REPO_LEVELS + 1};
    int rc = rows->scan(rows->context, slice(top, 1), slice(above, 1),
                        s_total_events, &totals);
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

const view_class_t view_repo_activity = {
    .name = "repo_activity",
    .format = FORMAT,
    .create = s_create,
    .destroy = s_destroy,
    .apply = s_apply,
    .pending_bytes = s_pending_bytes,
    .flush = s_flush,
    .query = s_query,
    .check_row = view_repo_check_row,
    .totals = s_totals,
};
