#include "actors/views/event_counts/event_counts.h"

#include "actors/views/event_counts/series.h"
#include "actors/views/event_page.h"
#include "proto/base/embed.h"

#include <errno.h>
#include <stdlib.h>

// Slots of a page at each level: seconds of a minute, minutes of an hour, hours
// of a day, days, 32-day spans, and the 49 spans of 1024 days that a u32 of
// seconds covers.
#define LEVELS 6
static const uint32_t s_fan[LEVELS] = {60, 60, 24, 32, 32, 60};

#define TIME_END  (UINT64_C(1) << 32) // one past the last created_at
#define KEY_BYTES 5

// A new code changes how its type is encoded, and so the rows.
#define FORMAT (1u << 16 | EVENT_TYPES)

typedef struct {
    view_event_page_t **minutes; // changes by minute: a hash table
    size_t minute_count;         // pages in it
    size_t capacity;             // of the table: 0 or a power of two
    size_t bytes;                // memory of the changes
    view_event_page_t *last;     // minute of the previous event; may be NULL
    view_event_page_t *parents[LEVELS]; // sums during a flush; [0] is unused
    bool used[LEVELS];                  // whether parents[level] holds changes
    view_event_page_t *total;           // of a query
    buffer_t row;
} counts_state_t;

static void s_destroy(void **self)
{
    counts_state_t *state = *self;
    if (!state)
        return;
    for (size_t i = 0; i < state->capacity; i++)
        view_event_page_destroy(&state->minutes[i]);
    free(state->minutes);
    for (size_t level = 1; level < LEVELS; level++)
        view_event_page_destroy(&state->parents[level]);
    view_event_page_destroy(&state->total);
    buffer_free(&state->row);
    free(state);
    *self = NULL;
}

static void *s_create(void)
{
    counts_state_t *state = calloc(1, sizeof *state);
    if (!state)
        return NULL;
    bool complete = (state->total = view_event_page_new(0)) != NULL;
    for (size_t level = 1; level < LEVELS; level++)
        complete &= (state->parents[level] = view_event_page_new(0)) != NULL;
    void *self = state;
    if (!complete)
        s_destroy(&self);
    return self;
}

static size_t s_place(const counts_state_t *state, uint32_t minute)
{
    size_t mask = state->capacity - 1;
    size_t at = (size_t)(minute * UINT32_C(2654435769)) & mask;
    while (state->minutes[at] && state->minutes[at]->number != minute)
        at = (at + 1) & mask;
    return at;
}

// Keeps the table at most half full.
static int s_reserve(counts_state_t *state)
{
    if (state->minute_count * 2 < state->capacity)
        return 0;
    counts_state_t grown = *state;
    grown.capacity = state->capacity ? state->capacity * 2 : 64;
    grown.minutes = calloc(grown.capacity, sizeof(void *));
    if (!grown.minutes)
        return -ENOMEM;
    for (size_t i = 0; i < state->capacity; i++) {
        view_event_page_t *page = state->minutes[i];
        if (page)
            grown.minutes[s_place(&grown, page->number)] = page;
    }
    free(state->minutes);
    *state = grown;
    return 0;
}

// Makes the page of a minute state->last.
static int s_turn_to(counts_state_t *state, uint32_t minute)
{
    if (s_reserve(state) != 0)
        return -ENOMEM;
    view_event_page_t **page = &state->minutes[s_place(state, minute)];
    if (!*page) {
        *page = view_event_page_new(minute);
        if (!*page)
            return -ENOMEM;
        state->minute_count++;
        state->bytes += view_event_page_memory(*page);
    }
    state->last = *page;
    return 0;
}

// Adds a type that the batch stores by name. The batch may predate its code.
static int s_add_unknown(counts_state_t *state, const batch_t *batch,
                         uint32_t i, uint8_t second)
{
    view_event_entry_t entry = {.name = batch_type_name(batch, i), .count = 1};
    entry.code = event_type_code(entry.name);
    size_t before = view_event_page_memory(state->last);
    int rc = view_event_page_add(state->last, second, &entry);
    state->bytes += view_event_page_memory(state->last) - before;
    return rc;
}

static int s_apply(void *self, const batch_t *batch, uint32_t from,
                   uint32_t until)
{
    counts_state_t *state = self;
    for (uint32_t i = from; i < until; i++) {
        uint32_t created_at = batch_created_at(batch, i);
        uint32_t minute = created_at / s_fan[0];
        if (!state->last || state->last->number != minute) {
            int rc = s_turn_to(state, minute);
            if (rc != 0)
                return rc;
        }
        uint8_t second = (uint8_t)(created_at % s_fan[0]);
        uint8_t code = batch_type(batch, i);
        if (code < EVENT_TYPES) {
            state->last->counts[second][code]++;
        } else {
            int rc = s_add_unknown(state, batch, i, second);
            if (rc != 0)
                return rc;
        }
    }
    return 0;
}

static size_t s_pending_bytes(const void *self)
{
    return ((const counts_state_t *)self)->bytes;
}

static slice_t s_key(char key[KEY_BYTES], size_t level, uint32_t number)
{
    uint32_t big = htobe32(number);
    key[0] = (char)(level + 1);
    memcpy(key + 1, &big, sizeof big);
    return slice(key, KEY_BYTES);
}

// Adds the page's row to the page and replaces the row with the sum.
static int s_merge(counts_state_t *state, const view_rows_t *rows, size_t level,
                   view_event_page_t *page)
{
    char bytes[KEY_BYTES];
    slice_t key = s_key(bytes, level, page->number);
    slice_t row;
    int rc = rows->get(rows->context, key, &row);
    if (rc == 1)
        rc = view_event_page_add_bytes(page, row);
    if (rc != 0)
        return rc;
    buffer_reset(&state->row);
    view_event_page_encode(page, &state->row);
    if (buffer_failed(&state->row))
        return -ENOMEM;
    return rows->put(rows->context, key, buffer_slice(&state->row));
}

static int s_settle(counts_state_t *state, const view_rows_t *rows,
                    size_t level, view_event_page_t *page);

// Adds a page's sum to its parent, which is on `level`. Pages arrive in order,
// so the first page of the next parent shows that this one is complete.
static int s_roll_up(counts_state_t *state, const view_rows_t *rows,
                     size_t level, view_event_page_t *page)
{
    view_event_page_t *parent = state->parents[level];
    uint32_t number = page->number / s_fan[level];
    if (state->used[level] && parent->number != number) {
        int rc = s_settle(state, rows, level, parent);
        if (rc != 0)
            return rc;
        state->used[level] = false;
    }
    if (!state->used[level])
        view_event_page_reset(parent, number);
    state->used[level] = true;
    return view_event_page_roll_up(page, parent,
                                   (uint8_t)(page->number % s_fan[level]));
}

// Rolls the page's changes up and merges them into its row.
static int s_settle(counts_state_t *state, const view_rows_t *rows,
                    size_t level, view_event_page_t *page)
{
    if (level + 1 < LEVELS) {
        int rc = s_roll_up(state, rows, level + 1, page);
        if (rc != 0)
            return rc;
    }
    return s_merge(state, rows, level, page);
}

static int s_compare_pages(const void *a, const void *b)
{
    uint32_t left = (*(view_event_page_t *const *)a)->number;
    uint32_t right = (*(view_event_page_t *const *)b)->number;
    return (left > right) - (left < right);
}

// Moves the pages to the front of the table, in order.
static void s_sort(counts_state_t *state)
{
    size_t count = 0;
    for (size_t i = 0; i < state->capacity; i++) {
        view_event_page_t *page = state->minutes[i];
        state->minutes[i] = NULL;
        if (page)
            state->minutes[count++] = page;
    }
    qsort(state->minutes, count, sizeof(void *), s_compare_pages);
}

// Empties the table and frees its memory.
static void s_forget(counts_state_t *state)
{
    for (size_t i = 0; i < state->minute_count; i++)
        view_event_page_destroy(&state->minutes[i]);
    free(state->minutes);
    state->minutes = NULL;
    state->minute_count = 0;
    state->capacity = 0;
    state->bytes = 0;
    state->last = NULL;
}

static int s_flush(void *self, const view_rows_t *rows)
{
    counts_state_t *state = self;
    if (!state->minute_count)
        return 0;
    s_sort(state);
    int rc = 0;
    for (size_t i = 0; i < state->minute_count && rc == 0; i++)
        rc = s_settle(state, rows, 0, state->minutes[i]);
    for (size_t level = 1; level < LEVELS && rc == 0; level++) {
        rc = s_settle(state, rows, level, state->parents[level]);
        state->used[level] = false;
    }
    s_forget(state);
    return rc;
}

// Adds slots [from, until) of one page to slot 0 of the total.
static int s_sum_page(counts_state_t *state, slice_t row, uint8_t from,
                      uint8_t until)
{
    view_event_entry_t entry = {0};
    int rc;
    while ((rc = view_event_page_next(&row, &entry)) == 1) {
        if (entry.slot >= until)
            return 0;
        if (entry.slot < from)
            continue;
        rc = view_event_page_add(state->total, 0, &entry);
        if (rc != 0)
            return rc;
    }
    return rc;
}

// Adds slots [from, until) of a level, counted from 1970: at most two pages, or
// one at the top level.
static int s_sum_level(counts_state_t *state, const view_rows_t *rows,
                       size_t level, uint64_t from, uint64_t until)
{
    uint32_t fan = s_fan[level];
    while (from < until) {
        uint64_t first = from / fan * fan;
        uint64_t end = until < first + fan ? until : first + fan;
        char bytes[KEY_BYTES];
        slice_t row;
        int rc = rows->get(rows->context,
                           s_key(bytes, level, (uint32_t)(first / fan)), &row);
        if (rc == 1)
            rc = s_sum_page(state, row, (uint8_t)(from - first),
                            (uint8_t)(end - first));
        if (rc != 0)
            return rc;
        from = end;
    }
    return 0;
}

// Adds the window: at each level, the slots before and after those that make
// up whole slots of the level above.
static int s_sum(counts_state_t *state, const view_rows_t *rows, uint64_t from,
                 uint64_t until)
{
    for (size_t level = 0; level < LEVELS && from < until; level++) {
        uint32_t fan = level + 1 < LEVELS ? s_fan[level] : UINT32_MAX;
        uint64_t whole_from = (from + fan - 1) / fan;
        uint64_t whole_until = until / fan;
        if (whole_from >= whole_until)
            return s_sum_level(state, rows, level, from, until);
        int rc = s_sum_level(state, rows, level, from, whole_from * fan);
        if (rc == 0)
            rc = s_sum_level(state, rows, level, whole_until * fan, until);
        if (rc != 0)
            return rc;
        from = whole_from;
        until = whole_until;
    }
    return 0;
}

// Calls `each` for the types that have events in the window.
static int s_count(counts_state_t *state, const view_rows_t *rows,
                   uint64_t start, uint64_t end, view_each_total_t *each,
                   void *context)
{
    view_event_page_reset(state->total, 0);
    int rc = s_sum(state, rows, start, end < TIME_END ? end : TIME_END);
    if (rc != 0)
        return rc;
    buffer_reset(&state->row);
    view_event_page_encode(state->total, &state->row);
    if (buffer_failed(&state->row))
        return -ENOMEM;
    slice_t row = buffer_slice(&state->row);
    view_event_entry_t entry = {0};
    while ((rc = view_event_page_next(&row, &entry)) == 1)
        each(context, entry.name, entry.count);
    return rc;
}

static void s_add_to_list(void *context, slice_t type, uint64_t count)
{
    record_add(context, view_count_fields, &(view_count_t){type, count});
}

static int s_answer_counts(void *self, const view_rows_t *rows,
                           const void *question, buffer_t *answer)
{
    const view_counts_asked_t *asked = question;
    return s_count(self, rows, asked->start, asked->end, s_add_to_list, answer);
}

static int s_answer_series(void *self, const view_rows_t *rows,
                           const void *question, buffer_t *answer)
{
    const view_series_asked_t *asked = question;
    view_event_series_t series;
    int rc = view_event_series_begin(&series, asked);
    for (size_t i = 0; rc == 0 && i < series.steps; i++) {
        uint64_t from = asked->start + i * asked->step_s;
        uint64_t until = from + asked->step_s;
        series.step = i;
        rc = s_count(self, rows, from, until < asked->end ? until : asked->end,
                     view_event_series_add, &series);
    }
    if (rc == 0)
        rc = view_event_series_list(&series, answer);
    view_event_series_end(&series);
    return rc;
}

static int s_totals(void *self, const view_rows_t *rows,
                    view_each_total_t *each, void *context)
{
    return s_count(self, rows, 0, TIME_END, each, context);
}

static int s_check_row(slice_t key, slice_t value, const char **reason)
{
    if (key.bytes != KEY_BYTES || key.data[0] < 1 || key.data[0] > LEVELS) {
        *reason = "the key is not a level and a page";
        return -EUCLEAN;
    }
    view_event_entry_t entry = {0};
    int rc = value.bytes ? 1 : -EUCLEAN;
    while (rc == 1)
        rc = view_event_page_next(&value, &entry);
    if (rc != 0)
        *reason = "the value is not a page of counts";
    return rc;
}

const view_question_t view_counts_question = {
    .view = &view_event_counts,
    .name = "counts",
    .fields = view_counts_asked_fields,
    .bytes = sizeof(view_counts_asked_t),
    .answer = s_answer_counts,
    .render = view_counts_render,
};

const view_question_t view_series_question = {
    .view = &view_event_counts,
    .name = "series",
    .fields = view_series_asked_fields,
    .bytes = sizeof(view_series_asked_t),
    .answer = s_answer_series,
    .render = view_series_render,
};

static const view_question_t *const s_questions[] = {
    &view_counts_question, &view_series_question, NULL};

EMBED(view_event_counts_schema, "actors/views/event_counts/schema.json");

const view_class_t view_event_counts = {
    .name = "event_counts",
    .format = FORMAT,
    .schema = view_event_counts_schema,
    .questions = s_questions,
    .create = s_create,
    .destroy = s_destroy,
    .apply = s_apply,
    .pending_bytes = s_pending_bytes,
    .flush = s_flush,
    .check_row = s_check_row,
    .totals = s_totals,
};
