#include "actors/views/repo_activity/query.h"

#include "actors/views/repo_activity/window.h"

#include <errno.h>

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

int view_repo_query_window(const view_rows_t *rows, uint64_t start,
                           uint64_t end, view_repo_window_t *window)
{
    view_repo_bounds_t bounds;
    view_repo_rolled_t rolled;
    int rc = view_repo_query_bounds(rows, &bounds);
    if (rc == 0)
        rc = view_repo_rolled_read(rows, &rolled);
    *window = (view_repo_window_t){0};
    if (rc == 0 && bounds.oldest <= bounds.newest)
        *window =
            view_repo_window(start, end, bounds.oldest, bounds.newest, &rolled);
    return rc;
}

// Names.

// With `like`, considers only names that equal it in any case. Sets *since to
// the time of the name.
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

int view_repo_query_name(view_repo_query_t *query, const view_rows_t *rows,
                         uint64_t place)
{
    uint32_t since;
    return s_find_name(query, rows, place, NULL, &since);
}

// The subjects that have names with one hash: even two are rare.
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

// Follows a name to the subject that took it most recently: 1, or 0.
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

// The events of a subject in a strip.
typedef struct {
    uint64_t place;
    const view_repo_strip_t *strip;
    view_event_page_t *total; // receives the counts; or NULL
    uint64_t count;
    uint32_t first_bucket; // that has events
    uint32_t last_bucket;
    uint32_t first; // at the lowest level: second within the first hour
    uint32_t last;  // and within the last
} reading_t;

static void s_note(reading_t *reading, uint32_t bucket,
                   const view_repo_count_t *entry)
{
    if (reading->count == 0 ||
        (bucket == reading->first_bucket && entry->second < reading->first)) {
        reading->first_bucket = bucket;
        reading->first = entry->second;
    }
    if (reading->count == 0 || bucket > reading->last_bucket ||
        entry->second > reading->last) {
        reading->last_bucket = bucket;
        reading->last = entry->second;
    }
    reading->count += entry->count;
}

static int s_on_page(void *context, slice_t key, slice_t page)
{
    reading_t *reading = context;
    const view_repo_strip_t *strip = reading->strip;
    const uint32_t bucket = view_repo_key_bucket(key);
    view_repo_count_t entry = {0};
    int rc;
    while ((rc = view_repo_next_count(&page, &entry)) == 1 &&
           entry.place <= reading->place) {
        if (entry.place != reading->place || entry.second < strip->from ||
            entry.second >= strip->to)
            continue;
        const view_event_entry_t sum = {0, entry.type, entry.name, entry.count};
        if (reading->total && view_event_page_add(reading->total, 0, &sum) != 0)
            return -ENOMEM;
        s_note(reading, bucket, &entry);
    }
    return rc < 0 ? rc : 0;
}

// Reads the pages of a strip, which are adjacent.
static int s_read(const view_rows_t *rows, uint64_t place,
                  const view_repo_strip_t *strip, view_event_page_t *total,
                  reading_t *reading)
{
    char from[VIEW_REPO_KEY_MAX], until[VIEW_REPO_KEY_MAX];
    const uint32_t shard =
        view_repo_shard(place, view_repo_levels[strip->level].bits);
    *reading = (reading_t){.place = place, .strip = strip, .total = total};
    const slice_t end =
        view_repo_counts_key(until, strip->level, strip->until - 1, shard);
    until[end.bytes - 1]++; // the child: makes the key after the last
    return rows->scan(
        rows->context,
        view_repo_counts_key(from, strip->level, strip->first, shard), end,
        s_on_page, reading);
}

// Descends from a bucket that has events of the subject to the second of its
// first or last event.
static int s_find_edge(const view_rows_t *rows, uint64_t place, bool last,
                       const view_repo_strip_t *strip, uint32_t bucket,
                       uint32_t *at)
{
    view_repo_strip_t part = *strip;
    reading_t reading;
    part.first = bucket;
    part.until = bucket + 1;
    while (part.level > 0) {
        const uint32_t parts = view_repo_levels[--part.level].parts;
        part.first *= parts;
        part.until *= parts;
        int rc = s_read(rows, place, &part, NULL, &reading);
        if (rc != 0 || !reading.count)
            return rc ? rc : -EUCLEAN; // the levels disagree
        part.first = last ? reading.last_bucket : reading.first_bucket;
        part.until = part.first + 1;
    }
    int rc = s_read(rows, place, &part, NULL, &reading);
    *at = part.first * view_repo_levels[0].seconds +
          (last ? reading.last : reading.first);
    return rc;
}

// Adds up the window, and finds its first and last event.
static int s_sum(view_repo_query_t *query, const view_rows_t *rows,
                 uint64_t place, view_repo_window_t window,
                 view_repo_known_t *known)
{
    view_repo_strip_t strip, first = {0}, last = {0};
    uint32_t first_bucket = 0, last_bucket = 0;
    bool any = false;
    view_event_page_reset(query->total, 0);
    while (view_repo_window_next(&window, &strip)) {
        reading_t reading;
        int rc = s_read(rows, place, &strip, query->total, &reading);
        if (rc != 0)
            return rc;
        if (!reading.count)
            continue;
        if (!any) {
            first = strip;
            first_bucket = reading.first_bucket;
        }
        last = strip;
        last_bucket = reading.last_bucket;
        any = true;
    }
    if (!any)
        return 0;
    int rc =
        s_find_edge(rows, place, false, &first, first_bucket, &known->first_at);
    return rc ? rc
              : s_find_edge(rows, place, true, &last, last_bucket,
                            &known->last_at);
}

// Lists the types that have events in the total.
static int s_list_counts(view_repo_query_t *query, buffer_t *answer)
{
    view_event_entry_t entry = {0};
    int rc;
    buffer_reset(&query->counts);
    view_event_page_encode(query->total, &query->counts);
    if (buffer_failed(&query->counts))
        return -ENOMEM;
    slice_t rest = buffer_slice(&query->counts);
    while ((rc = view_event_page_next(&rest, &entry)) == 1)
        record_add(answer, view_count_fields,
                   &(view_count_t){entry.name, entry.count});
    return rc;
}

static int s_answer_found(view_repo_query_t *query, const view_rows_t *rows,
                          uint64_t place, const view_repo_asked_t *asked,
                          buffer_t *answer)
{
    view_repo_known_t known = {.found = 1, .id = view_repo_id(place)};
    view_repo_window_t window;
    int rc = view_repo_query_window(rows, asked->start, asked->end, &window);
    if (rc == 0)
        rc = s_sum(query, rows, place, window, &known);
    if (rc == 0)
        rc = view_repo_query_name(query, rows, place);
    if (rc < 0)
        return rc;
    known.name = buffer_slice(&query->name);
    record_add(answer, view_repo_known_fields, &known);
    return s_list_counts(query, answer);
}

int view_repo_query_activity(view_repo_query_t *query, const view_rows_t *rows,
                             const view_repo_asked_t *asked, buffer_t *answer)
{
    uint64_t place;
    int rc = s_follow(query, rows, asked->name, &place);
    if (rc == 1)
        return s_answer_found(query, rows, place, asked, answer);
    if (rc == 0)
        record_add(answer, view_repo_known_fields, &(view_repo_known_t){0});
    return rc;
}
