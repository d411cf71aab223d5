#include "actors/view_repo_query.h"

#include "actors/view_repo_rows.h"
#include "actors/view_repo_tally.h"
#include "actors/view_repo_window.h"

#include <errno.h>
#include <stdlib.h>

int view_repo_query_init(view_repo_query_t *query)
{
    query->total = view_event_page_new(0);
    return query->total ? 0 : -ENOMEM;
}

void view_repo_query_free(view_repo_query_t *query)
{
    view_event_page_destroy(&query->total);
    buffer_free(&query->counts);
    buffer_free(&query->name);
}

int view_repo_query_bounds(const view_rows_t *rows, view_repo_bounds_t *bounds)
{
    slice_t value;
    int rc = rows->get(rows->context, slice_of(VIEW_REPO_BOUNDS_KEY), &value);
    if (rc < 0)
        return rc;
    if (rc == 1 && value.bytes != 2 * sizeof(uint32_t))
        return -EUCLEAN;
    *bounds = (view_repo_bounds_t){UINT32_MAX, 0};
    if (rc == 1)
        *bounds = (view_repo_bounds_t){
            batch_u32(value.data, 0),
            batch_u32(value.data, 1),
        };
    return 0;
}

// Sets the part of a window where there are events.
static int s_window(const view_rows_t *rows, uint64_t start, uint64_t end,
                    view_repo_window_t *window)
{
    view_repo_bounds_t bounds;
    int rc = view_repo_query_bounds(rows, &bounds);
    *window = (view_repo_window_t){0};
    if (rc == 0 && bounds.oldest <= bounds.newest)
        *window = view_repo_window(start, end, bounds.oldest, bounds.newest);
    return rc;
}

// Names.

// Finds what a subject began to be called last; with `like`, of the names that
// equal it in any case. 1, or 0 where there is none. The name is copied.
static int s_find_name(view_repo_query_t *query, const view_rows_t *rows,
                       uint64_t place, const slice_t *like, uint32_t *since)
{
    char key[VIEW_REPO_KEY_MAX];
    slice_t page;
    view_repo_name_t entry = {0};
    bool found = false;
    int rc = rows->get(rows->context, view_repo_names_key(key, place), &page);
    if (rc != 1)
        return rc;
    while ((rc = view_repo_next_name(&page, &entry)) == 1 &&
           entry.place <= place) {
        if (entry.place != place || (found && entry.since < *since) ||
            (like && !view_repo_same_name(entry.name, *like)))
            continue;
        found = true;
        *since = entry.since;
        buffer_reset(&query->name);
        buffer_add(&query->name, entry.name.data, entry.name.bytes);
    }
    return rc < 0 ? rc : buffer_failed(&query->name) ? -ENOMEM : found;
}

// The subjects that bear names of one hash: two are many already.
#define S_BEARERS_MAX 256

static int s_bearers(const view_rows_t *rows, slice_t name,
                     uint64_t places[S_BEARERS_MAX], size_t *count)
{
    char key[VIEW_REPO_KEY_MAX];
    slice_t page;
    view_repo_link_t entry = {0};
    uint64_t hash = view_repo_hash(name);
    *count = 0;
    int rc = rows->get(rows->context, view_repo_links_key(key, hash), &page);
    if (rc != 1)
        return rc;
    while ((rc = view_repo_next_link(&page, &entry)) == 1 &&
           entry.hash <= hash) {
        if (entry.hash != hash)
            continue;
        if (*count == S_BEARERS_MAX)
            return -E2BIG;
        places[(*count)++] = entry.place;
    }
    return rc < 0 ? rc : 0;
}

// Follows a name to the subject that began to bear it last: 1, or 0.
static int s_follow(view_repo_query_t *query, const view_rows_t *rows,
                    slice_t name, uint64_t *place)
{
    uint64_t places[S_BEARERS_MAX];
    size_t count;
    uint32_t latest = 0;
    int found = 0;
    int rc = s_bearers(rows, name, places, &count);
    for (size_t i = 0; i < count && rc >= 0; i++) {
        uint32_t since;
        rc = s_find_name(query, rows, places[i], &name, &since);
        if (rc != 1 || (found && since < latest))
            continue;
        found = 1;
        latest = since;
        *place = places[i];
    }
    return rc < 0 ? rc : found;
}

// One subject.

// What a piece of the window has of a subject.
typedef struct {
    uint64_t count;
    uint32_t first; // seconds of the hour, at the lowest level
    uint32_t last;
} reading_t;

// Reads a piece; adds its counts to `total` unless that is NULL.
static int s_read(const view_rows_t *rows, uint64_t place,
                  const view_repo_piece_t *piece, view_event_page_t *total,
                  reading_t *reading)
{
    char key[VIEW_REPO_KEY_MAX];
    const unsigned bits = view_repo_levels[piece->level].bits;
    slice_t page;
    view_repo_count_t entry = {0};
    *reading = (reading_t){.first = UINT32_MAX};
    int rc = rows->get(rows->context,
                       view_repo_counts_key(key, piece->level, piece->bucket,
                                            view_repo_shard(place, bits)),
                       &page);
    if (rc != 1)
        return rc;
    while ((rc = view_repo_next_count(&page, &entry)) == 1 &&
           entry.place <= place) {
        if (entry.place != place || entry.second < piece->from ||
            entry.second >= piece->until)
            continue;
        const view_event_entry_t sum = {0, entry.type, entry.name, entry.count};
        if (total && view_event_page_add(total, 0, &sum) != 0)
            return -ENOMEM;
        reading->count += entry.count;
        if (entry.second < reading->first)
            reading->first = entry.second;
        if (entry.second > reading->last)
            reading->last = entry.second;
    }
    return rc < 0 ? rc : 0;
}

// Goes down from a piece that has events of the subject to its first or last
// hour that has.
static int s_narrow(const view_rows_t *rows, uint64_t place, bool last,
                    view_repo_piece_t *piece, reading_t *reading)
{
    int rc = s_read(rows, place, piece, NULL, reading);
    while (rc == 0 && piece->level > 0) {
        const size_t level = piece->level - 1;
        const uint32_t parts = view_repo_levels[piece->level].seconds /
                               view_repo_levels[level].seconds;
        const uint32_t first = piece->bucket * parts;
        for (uint32_t i = 0; i < parts && rc == 0; i++) {
            *piece =
                (view_repo_piece_t){level, first + (last ? parts - 1 - i : i),
                                    piece->from, piece->until};
            rc = s_read(rows, place, piece, NULL, reading);
            if (reading->count)
                break;
        }
        if (rc == 0 && !reading->count)
            return -EUCLEAN; // the levels do not agree
    }
    return rc;
}

static int s_find_edge(const view_rows_t *rows, uint64_t place, bool last,
                       view_repo_piece_t piece, uint32_t *at)
{
    reading_t reading;
    int rc = s_narrow(rows, place, last, &piece, &reading);
    if (rc == 0)
        *at = piece.bucket * view_repo_levels[0].seconds +
              (last ? reading.last : reading.first);
    return rc;
}

// Adds up the window, and finds its first and last event.
static int s_sum(view_repo_query_t *query, const view_rows_t *rows,
                 uint64_t place, view_repo_window_t window,
                 message_activity_answer_t *answer)
{
    view_repo_piece_t piece, first = {0}, last = {0};
    bool any = false;
    view_event_page_reset(query->total, 0);
    while (view_repo_window_next(&window, &piece)) {
        reading_t reading;
        int rc = s_read(rows, place, &piece, query->total, &reading);
        if (rc != 0)
            return rc;
        if (!reading.count)
            continue;
        if (!any)
            first = piece;
        last = piece;
        any = true;
    }
    if (!any)
        return 0;
    int rc = s_find_edge(rows, place, false, first, &answer->first_at);
    return rc ? rc : s_find_edge(rows, place, true, last, &answer->last_at);
}

// Lists the types of the total that have events.
static int s_list_counts(view_repo_query_t *query, buffer_t *lists)
{
    view_event_entry_t entry = {0};
    int rc;
    buffer_reset(&query->counts);
    view_event_page_encode(query->total, &query->counts);
    if (buffer_failed(&query->counts))
        return -ENOMEM;
    slice_t rest = buffer_slice(&query->counts);
    while ((rc = view_event_page_next(&rest, &entry)) == 1) {
        const message_t item = {.kind = MESSAGE_COUNT,
                                .count = {entry.name, entry.count}};
        message_list_add(lists, &item);
    }
    return rc;
}

int view_repo_query_activity(view_repo_query_t *query, const view_rows_t *rows,
                             const message_activity_t *question,
                             message_activity_answer_t *answer, buffer_t *lists)
{
    message_activity_answer_t outcome = {0};
    view_repo_window_t window;
    uint64_t place;
    uint32_t since;
    int rc = s_follow(query, rows, question->name, &place);
    if (rc == 1) {
        outcome.found = 1;
        outcome.id = view_repo_id(place);
        rc = s_window(rows, question->start, question->end, &window);
        if (rc == 0)
            rc = s_sum(query, rows, place, window, &outcome);
        if (rc == 0)
            rc = s_list_counts(query, lists);
        if (rc == 0)
            rc = s_find_name(query, rows, place, NULL, &since);
        outcome.name = buffer_slice(&query->name);
    }
    if (rc < 0)
        return rc;
    outcome.counts = buffer_slice(lists);
    *answer = outcome;
    return 0;
}

// The top of a window.

typedef struct {
    const view_rows_t *rows;
    view_repo_window_t window;
    uint8_t type; // EVENT_TYPE_NONE: all
    slice_t type_name;
    view_repo_piece_t piece; // that is added up
    view_repo_tally_t tally;
    view_repo_ranking_t ranking;
} top_t;

static bool s_counts(const top_t *top, const view_repo_count_t *entry)
{
    return !view_repo_is_organisation(entry->place) &&
           entry->second >= top->piece.from &&
           entry->second < top->piece.until &&
           (top->type == EVENT_TYPE_NONE ||
            (top->type == entry->type &&
             (top->type != EVENT_OTHER ||
              slice_equal(top->type_name, entry->name))));
}

static int s_add_page(void *context, slice_t key, slice_t page)
{
    top_t *top = context;
    view_repo_count_t entry = {0};
    int rc;
    (void)key;
    while ((rc = view_repo_next_count(&page, &entry)) == 1) {
        if (!s_counts(top, &entry))
            continue;
        rc = view_repo_tally_add(&top->tally, entry.place, entry.count);
        if (rc != 0)
            return rc;
    }
    return rc;
}

// Adds up shards [from, until) of the lowest level, in all pieces.
static int s_add_shards(top_t *top, uint32_t from, uint32_t until)
{
    view_repo_window_t window = top->window;
    while (view_repo_window_next(&window, &top->piece)) {
        char first[VIEW_REPO_KEY_MAX], end[VIEW_REPO_KEY_MAX];
        const size_t level = top->piece.level;
        const unsigned finer =
            view_repo_levels[level].bits - view_repo_levels[0].bits;
        int rc = top->rows->scan(
            top->rows->context,
            view_repo_counts_key(first, level, top->piece.bucket,
                                 from << finer),
            view_repo_counts_key(end, level, top->piece.bucket, until << finer),
            s_add_page, top);
        if (rc != 0)
            return rc;
    }
    return 0;
}

// Ranks the repositories of these shards: all at once or, when they are too
// many for one tally, half of the shards after the other.
static int s_rank(top_t *top, uint32_t from, uint32_t until)
{
    view_repo_tally_clear(&top->tally);
    int rc = s_add_shards(top, from, until);
    if (rc == 0)
        view_repo_ranking_offer(&top->ranking, &top->tally);
    if (rc != -ENOBUFS)
        return rc;
    uint32_t middle = (from + until) / 2;
    if (middle == from)
        return -E2BIG;
    rc = s_rank(top, from, middle);
    return rc ? rc : s_rank(top, middle, until);
}

static int s_list_ranking(view_repo_query_t *query, const view_rows_t *rows,
                          const view_repo_ranking_t *ranking, buffer_t *lists)
{
    for (size_t i = 0; i < ranking->count; i++) {
        const view_repo_score_t *score = &ranking->scores[i];
        uint32_t since;
        int rc = s_find_name(query, rows, score->place, NULL, &since);
        if (rc < 0)
            return rc;
        const message_t item = {
            .kind = MESSAGE_TOP_REPO,
            .top_repo = {
                view_repo_id(score->place),
                rc ? buffer_slice(&query->name) : slice(NULL, 0),
                score->count,
            }};
        message_list_add(lists, &item);
    }
    return 0;
}

int view_repo_query_top(view_repo_query_t *query, const view_rows_t *rows,
                        const message_top_t *question,
                        message_top_answer_t *answer, buffer_t *lists)
{
    if (question->limit > MESSAGE_TOP_MAX)
        return -E2BIG;
    view_repo_score_t scores[MESSAGE_TOP_MAX];
    top_t top = {.rows = rows,
                 .type_name = question->type,
                 .ranking = {scores, question->limit, 0}};
    if (question->type.bytes)
        top.type = event_type_code(question->type);
    int rc = s_window(rows, question->start, question->end, &top.window);
    if (rc == 0)
        rc = s_rank(&top, 0, 1u << view_repo_levels[0].bits);
    view_repo_tally_free(&top.tally);
    if (rc == 0)
        rc = s_list_ranking(query, rows, &top.ranking, lists);
    if (rc == 0)
        answer->repos = buffer_slice(lists);
    return rc;
}
