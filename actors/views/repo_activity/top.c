#include "actors/views/repo_activity/top.h"

#include "actors/views/repo_activity/tally.h"

#include <errno.h>
#include <stdlib.h>

// Candidates to look up; beyond twice the largest limit, summing all pages is
// cheaper.
#define S_CANDIDATES_MAX ((size_t)2 * VIEW_REPO_TOP_MAX)

// Shards of the lowest level: all, and those of one step.
#define S_SHARDS      (1u << view_repo_levels[0].bits)
#define S_STEP_SHARDS 8u

// Names looked up in one step.
#define S_STEP_NAMES 16u

typedef struct {
    uint64_t place;
    uint64_t count;
    uint64_t listed; // number of the last bucket whose ranks include it
} candidate_t;

struct view_repo_top {
    int (*step)(view_repo_top_t *, const view_rows_t *); // NULL: list names
    view_repo_window_t window;
    uint8_t type; // EVENT_TYPE_NONE: all
    buffer_t type_name;
    view_repo_tally_t tally;
    view_repo_score_t scores[VIEW_REPO_TOP_MAX];
    view_repo_ranking_t ranking;
    view_repo_window_t left; // not yet visited
    view_repo_strip_t strip; // being visited; empty at first
    uint64_t left_out;       // the most by which a sum of ranks is too low
    candidate_t *candidates; // by place
    size_t candidate_count;
    uint64_t buckets; // looked up so far
    uint32_t from;    // range of shards being summed
    uint32_t until;
    uint32_t at; // the next of them
    size_t named;
};

static bool s_counts(const view_repo_top_t *top, const view_repo_count_t *entry)
{
    return !view_repo_is_organisation(entry->place) &&
           entry->second >= top->strip.from && entry->second < top->strip.to &&
           (top->type == EVENT_TYPE_NONE ||
            (top->type == entry->type &&
             (top->type != EVENT_OTHER ||
              slice_equal(buffer_slice(&top->type_name), entry->name))));
}

static int s_add_page(void *context, slice_t key, slice_t page)
{
    view_repo_top_t *top = context;
    const uint32_t bucket = view_repo_key_bucket(key);
    view_repo_count_t entry = {0};
    int rc = 0, more = 1;
    if (bucket < top->strip.first || bucket >= top->strip.until)
        return 0;
    while (rc == 0 && (more = view_repo_next_count(&page, &entry)) == 1) {
        if (s_counts(top, &entry))
            rc = view_repo_tally_add(&top->tally, entry.place, entry.count);
    }
    return rc ? rc : more;
}

// Sums shards [from, until) of the strip's only bucket, at the strip's level.
static int s_add_bucket(view_repo_top_t *top, const view_rows_t *rows,
                        uint32_t from, uint32_t until)
{
    const view_repo_strip_t *strip = &top->strip;
    int rc = 0;
    for (uint32_t shard = from; shard < until && rc == 0; shard++) {
        char bytes[VIEW_REPO_KEY_MAX];
        slice_t page;
        const slice_t key =
            view_repo_counts_key(bytes, strip->level, strip->first, shard);
        rc = rows->get(rows->context, key, &page);
        if (rc == 1)
            rc = s_add_page(top, key, page);
    }
    return rc;
}

// Sums shards [from, until) of the strip, numbered as at the lowest level.
static int s_add_strip(view_repo_top_t *top, const view_rows_t *rows,
                       uint32_t from, uint32_t until)
{
    char first[VIEW_REPO_KEY_MAX], end[VIEW_REPO_KEY_MAX];
    const view_repo_strip_t *strip = &top->strip;
    const view_repo_level_t *form = &view_repo_levels[strip->level];
    const unsigned finer = form->bits - view_repo_levels[0].bits;
    const uint32_t parent = strip->first - strip->first % form->parts;
    // The buckets of a parent are interleaved, shard by shard.
    if (form->parts > 1 && strip->until - strip->first == 1)
        return s_add_bucket(top, rows, from << finer, until << finer);
    return rows->scan(
        rows->context,
        view_repo_counts_key(first, strip->level, parent, from << finer),
        view_repo_counts_key(end, strip->level, parent, until << finer),
        s_add_page, top);
}

// The last phase: the list.

static int s_name(view_repo_top_t *top, const view_rows_t *rows,
                  view_repo_query_t *query, buffer_t *answer)
{
    const size_t until = top->named + S_STEP_NAMES;
    for (; top->named < top->ranking.count && top->named < until;
         top->named++) {
        const view_repo_score_t *score = &top->scores[top->named];
        int rc = view_repo_query_name(query, rows, score->place);
        if (rc < 0)
            return rc;
        const view_repo_ranked_t repo = {
            view_repo_id(score->place),
            rc ? buffer_slice(&query->name) : slice(NULL, 0),
            score->count,
        };
        record_add(answer, view_repo_ranked_fields, &repo);
    }
    return top->named < top->ranking.count;
}

static void s_end(view_repo_top_t *top)
{
    top->step = NULL;
}

// All pages, a range of shards at a time.

static void s_begin_shards(view_repo_top_t *top, uint32_t from, uint32_t until)
{
    view_repo_tally_clear(&top->tally);
    top->from = top->at = from;
    top->until = until;
    top->left = top->window;
}

// These shards have too many repositories for one tally: restarts with half.
static int s_halve_shards(view_repo_top_t *top)
{
    if (top->until - top->from == 1)
        return -E2BIG;
    s_begin_shards(top, top->from, (top->from + top->until) / 2);
    return 1;
}

static int s_step_shards(view_repo_top_t *top, const view_rows_t *rows)
{
    uint32_t end = top->at + S_STEP_SHARDS;
    end = end < top->until ? end : top->until;
    if (view_repo_window_next(&top->left, &top->strip)) {
        int rc = s_add_strip(top, rows, top->at, end);
        return rc == -ENOBUFS ? s_halve_shards(top) : rc ? rc : 1;
    }
    top->left = top->window;
    top->at = end;
    if (end < top->until)
        return 1;
    view_repo_ranking_offer(&top->ranking, &top->tally);
    if (end == S_SHARDS) {
        s_end(top);
        return 1;
    }
    const uint32_t as_many = top->until - top->from;
    s_begin_shards(top, end,
                   end + as_many < S_SHARDS ? end + as_many : S_SHARDS);
    return 1;
}

static int s_begin_pages(view_repo_top_t *top)
{
    top->ranking.count = 0;
    s_begin_shards(top, 0, S_SHARDS);
    top->step = s_step_shards;
    return 1;
}

// Ranks, then candidates: one bucket per step.

// Moves to the next bucket of the window; false at its end.
static bool s_next_bucket(view_repo_top_t *top)
{
    if (++top->strip.first < top->strip.until)
        return true;
    return view_repo_window_next(&top->left, &top->strip);
}

static void s_begin_buckets(view_repo_top_t *top)
{
    top->left = top->window;
    top->strip = (view_repo_strip_t){0};
}

static int s_scan_ranks(view_repo_top_t *top, const view_rows_t *rows,
                        view_each_row_t *each)
{
    char from[VIEW_REPO_KEY_MAX], until[VIEW_REPO_KEY_MAX];
    const view_repo_strip_t *strip = &top->strip;
    return rows->scan(
        rows->context, view_repo_ranks_key(from, strip->level, strip->first, 0),
        view_repo_ranks_key(until, strip->level, strip->first + 1, 0), each,
        top);
}

static int s_compare_places(const void *a, const void *b)
{
    const uint64_t left = ((const candidate_t *)a)->place;
    const uint64_t right = ((const candidate_t *)b)->place;
    return (left > right) - (left < right);
}

static candidate_t *s_candidate(const view_repo_top_t *top, uint64_t place)
{
    const candidate_t wanted = {.place = place};
    return bsearch(&wanted, top->candidates, top->candidate_count,
                   sizeof wanted, s_compare_places);
}

static int s_mark_listed(void *context, slice_t key, slice_t ranks)
{
    view_repo_top_t *top = context;
    view_repo_count_t entry = {0};
    int rc;
    (void)key;
    while ((rc = view_repo_next_count(&ranks, &entry)) == 1) {
        candidate_t *candidate =
            entry.type == top->type ? s_candidate(top, entry.place) : NULL;
        if (candidate)
            candidate->listed = top->buckets;
    }
    return rc;
}

// Adds the count of a candidate from a bucket whose ranks do not include it.
static int s_look_up(view_repo_top_t *top, const view_rows_t *rows,
                     candidate_t *candidate)
{
    char key[VIEW_REPO_KEY_MAX];
    const view_repo_strip_t *strip = &top->strip;
    const uint32_t shard =
        view_repo_shard(candidate->place, view_repo_levels[strip->level].bits);
    view_repo_count_t entry = {0};
    slice_t page;
    int rc = rows->get(
        rows->context,
        view_repo_counts_key(key, strip->level, strip->first, shard), &page);
    if (rc != 1)
        return rc;
    while ((rc = view_repo_next_count(&page, &entry)) == 1 &&
           entry.place <= candidate->place) {
        if (entry.place == candidate->place && s_counts(top, &entry))
            candidate->count += entry.count;
    }
    return rc < 0 ? rc : 0;
}

static int s_end_candidates(view_repo_top_t *top)
{
    view_repo_tally_clear(&top->tally);
    for (size_t i = 0; i < top->candidate_count; i++) {
        const candidate_t *candidate = &top->candidates[i];
        int rc = view_repo_tally_add(&top->tally, candidate->place,
                                     candidate->count);
        if (rc != 0)
            return rc;
    }
    top->ranking.count = 0;
    view_repo_ranking_offer(&top->ranking, &top->tally);
    s_end(top);
    return 1;
}

static int s_step_candidates(view_repo_top_t *top, const view_rows_t *rows)
{
    if (!s_next_bucket(top))
        return s_end_candidates(top);
    if (view_repo_strip_is_cut(&top->strip))
        return 1;
    top->buckets++;
    int rc = s_scan_ranks(top, rows, s_mark_listed);
    for (size_t i = 0; i < top->candidate_count && rc == 0; i++) {
        if (top->candidates[i].listed != top->buckets)
            rc = s_look_up(top, rows, &top->candidates[i]);
    }
    return rc ? rc : 1;
}

// Collects the repositories that could reach the last of the best; false if
// there are too many.
static bool s_list_candidates(view_repo_top_t *top)
{
    const view_repo_tally_t *tally = &top->tally;
    const uint64_t last = top->scores[top->ranking.count - 1].count;
    for (size_t i = 0; i < tally->capacity; i++) {
        const view_repo_score_t *slot = &tally->slots[i];
        if (slot->count == 0 || slot->count + top->left_out < last)
            continue;
        if (top->candidate_count == S_CANDIDATES_MAX)
            return false;
        top->candidates[top->candidate_count++] =
            (candidate_t){slot->place, slot->count, 0};
    }
    qsort(top->candidates, top->candidate_count, sizeof *top->candidates,
          s_compare_places);
    return true;
}

// All ranks are summed: decides how to continue.
static int s_end_ranks(view_repo_top_t *top)
{
    view_repo_ranking_t *ranking = &top->ranking;
    view_repo_ranking_offer(ranking, &top->tally);
    if (top->left_out == 0) {
        s_end(top);
        return 1;
    }
    if (ranking->count < ranking->limit ||
        top->scores[ranking->count - 1].count <= top->left_out)
        return s_begin_pages(top);
    top->candidates = calloc(S_CANDIDATES_MAX, sizeof *top->candidates);
    if (!top->candidates)
        return -ENOMEM;
    if (!s_list_candidates(top))
        return s_begin_pages(top);
    s_begin_buckets(top);
    top->step = s_step_candidates;
    return 1;
}

static int s_add_ranks(void *context, slice_t key, slice_t ranks)
{
    view_repo_top_t *top = context;
    view_repo_count_t entry = {0};
    int rc = 0, more = 1;
    (void)key;
    while (rc == 0 && (more = view_repo_next_count(&ranks, &entry)) == 1) {
        if (entry.type == top->type)
            rc = view_repo_tally_add(&top->tally, entry.place, entry.count);
    }
    return rc ? rc : more;
}

// A cut hour has no ranks for its part: all of its pages are summed.
static int s_step_ranks(view_repo_top_t *top, const view_rows_t *rows)
{
    if (!s_next_bucket(top))
        return s_end_ranks(top);
    int rc;
    if (view_repo_strip_is_cut(&top->strip)) {
        rc = s_add_strip(top, rows, 0, S_SHARDS);
    } else {
        top->left_out += view_repo_levels[top->strip.level].least - 1;
        rc = s_scan_ranks(top, rows, s_add_ranks);
    }
    return rc == -ENOBUFS ? s_begin_pages(top) : rc ? rc : 1;
}

// The interface.

static int s_set_question(view_repo_top_t *top,
                          const view_repo_top_asked_t *asked,
                          const view_rows_t *rows)
{
    top->ranking = (view_repo_ranking_t){top->scores, asked->limit, 0};
    buffer_add(&top->type_name, asked->type.data, asked->type.bytes);
    if (buffer_failed(&top->type_name))
        return -ENOMEM;
    if (asked->type.bytes)
        top->type = event_type_code(asked->type);
    int rc =
        view_repo_query_window(rows, asked->start, asked->end, &top->window);
    if (rc != 0 || asked->limit == 0)
        return rc;
    if (top->type == EVENT_OTHER) {
        s_begin_pages(top);
    } else {
        s_begin_buckets(top);
        top->step = s_step_ranks;
    }
    return 0;
}

int view_repo_top_begin(view_repo_top_t **self,
                        const view_repo_top_asked_t *asked,
                        const view_rows_t *rows)
{
    if (asked->limit > VIEW_REPO_TOP_MAX)
        return -E2BIG;
    view_repo_top_t *top = calloc(1, sizeof *top);
    if (!top)
        return -ENOMEM;
    int rc = s_set_question(top, asked, rows);
    if (rc != 0)
        view_repo_top_destroy(&top);
    else
        *self = top;
    return rc;
}

void view_repo_top_destroy(view_repo_top_t **self)
{
    view_repo_top_t *top = *self;
    if (!top)
        return;
    view_repo_tally_free(&top->tally);
    buffer_free(&top->type_name);
    free(top->candidates);
    free(top);
    *self = NULL;
}

int view_repo_top_step(view_repo_top_t *top, const view_rows_t *rows,
                       view_repo_query_t *query, buffer_t *answer)
{
    return top->step ? top->step(top, rows) : s_name(top, rows, query, answer);
}
