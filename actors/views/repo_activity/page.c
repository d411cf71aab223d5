#include "actors/views/repo_activity/page.h"

#include <errno.h>

void view_repo_page_free(view_repo_page_t *page)
{
    buffer_free(&page->counts);
    buffer_free(&page->ranks);
}

// Changes as entries.

static bool s_is_same(const view_repo_run_t *run, const view_repo_pair_t *first)
{
    const view_repo_pair_t *next = run->next;
    if (next == run->end || next->key != first->key)
        return false;
    return run->number == VIEW_REPO_SECONDS
               ? next->rest == first->rest
               : next->rest >> 32 == first->rest >> 32;
}

static bool s_next_change(view_repo_run_t *run, view_repo_count_t *entry)
{
    const view_repo_pair_t *first = run->next;
    if (first == run->end)
        return false;
    const uint32_t type = view_repo_change_type(first);
    *entry = (view_repo_count_t){.place = first->key, .type = (uint8_t)type};
    if (run->number == VIEW_REPO_SECONDS)
        entry->second =
            view_repo_change_number(first) % view_repo_levels[0].seconds;
    if (type >= VIEW_REPO_UNKNOWN) {
        entry->type = EVENT_OTHER;
        entry->name = view_repo_changes_text(
            run->all, run->all->unknown[type - VIEW_REPO_UNKNOWN]);
    }
    for (; s_is_same(run, first); run->next++)
        entry->count += run->number == VIEW_REPO_COUNTS
                            ? view_repo_change_number(run->next)
                            : 1;
    return true;
}

// Ranks.

static void s_add_rank(view_repo_page_t *page, const view_repo_count_t *rank)
{
    view_repo_add_count(&page->ranks, &page->ranked, rank);
    page->ranked = *rank;
}

// The last entry of a place and type has been added.
static void s_end_type(view_repo_page_t *page)
{
    const view_repo_count_t *subtotal = &page->subtotal;
    if (subtotal->count >= view_repo_levels[page->level].least &&
        subtotal->type < EVENT_TYPES && subtotal->type != EVENT_TYPE_NONE)
        page->high[page->high_count++] = *subtotal;
}

// The last entry of a place has been added.
static void s_end_place(view_repo_page_t *page)
{
    s_end_type(page);
    if (page->sum >= view_repo_levels[page->level].least &&
        !view_repo_is_organisation(page->before.place)) {
        const view_repo_count_t all = {.place = page->before.place,
                                       .type = EVENT_TYPE_NONE,
                                       .count = page->sum};
        s_add_rank(page, &all);
        for (size_t i = 0; i < page->high_count; i++)
            s_add_rank(page, &page->high[i]);
    }
    page->sum = 0;
    page->high_count = 0;
}

static void s_rank(view_repo_page_t *page, const view_repo_count_t *entry)
{
    if (entry->place != page->before.place) {
        s_end_place(page);
        page->subtotal.count = 0;
    } else if (entry->type != page->subtotal.type) {
        s_end_type(page);
        page->subtotal.count = 0;
    }
    page->subtotal.place = entry->place;
    page->subtotal.type = entry->type;
    page->subtotal.count += entry->count;
    page->sum += entry->count;
}

// Writing.

static void s_begin(view_repo_page_t *page, size_t level)
{
    buffer_reset(&page->counts);
    buffer_reset(&page->ranks);
    page->level = level;
    page->before = page->ranked = page->subtotal = (view_repo_count_t){0};
    page->sum = 0;
    page->high_count = 0;
}

static void s_add(view_repo_page_t *page, const view_repo_count_t *entry)
{
    view_repo_add_count(&page->counts, &page->before, entry);
    s_rank(page, entry);
    page->before = *entry;
}

// Rewrites the page with the run added.
static int s_add_run(view_repo_page_t *page, slice_t old_page,
                     view_repo_run_t *run)
{
    view_repo_count_t old = {0}, fresh;
    int has_old = view_repo_next_count(&old_page, &old);
    bool has_fresh = s_next_change(run, &fresh);
    while (has_old == 1 || has_fresh) {
        int order = has_old != 1 ? 1
                    : !has_fresh ? -1
                                 : view_repo_compare_counts(&old, &fresh);
        view_repo_count_t entry = order <= 0 ? old : fresh;
        if (order == 0)
            entry.count += fresh.count;
        s_add(page, &entry);
        if (order <= 0)
            has_old = view_repo_next_count(&old_page, &old);
        if (order >= 0)
            has_fresh = s_next_change(run, &fresh);
        if (has_old < 0)
            return has_old;
    }
    s_end_place(page);
    return has_old;
}

int view_repo_page_merge(view_repo_page_t *page, const view_rows_t *rows,
                         size_t level, uint32_t bucket, view_repo_run_t *run)
{
    const uint32_t shard =
        view_repo_shard(run->next->key, view_repo_levels[level].bits);
    char counts_key[VIEW_REPO_KEY_MAX], ranks_key[VIEW_REPO_KEY_MAX];
    slice_t key = view_repo_counts_key(counts_key, level, bucket, shard);
    slice_t old = {0};
    int rc = rows->get(rows->context, key, &old);
    if (rc < 0)
        return rc;
    s_begin(page, level);
    rc = s_add_run(page, rc ? old : slice(NULL, 0), run);
    if (rc == 0 &&
        (buffer_failed(&page->counts) || buffer_failed(&page->ranks)))
        rc = -ENOMEM;
    if (rc == 0)
        rc = rows->put(rows->context, key, buffer_slice(&page->counts));
    if (rc == 0 && page->ranks.bytes)
        rc = rows->put(rows->context,
                       view_repo_ranks_key(ranks_key, level, bucket, shard),
                       buffer_slice(&page->ranks));
    return rc;
}
