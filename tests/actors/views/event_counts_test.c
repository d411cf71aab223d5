// Counts against a model that reads every event for every question.
#include "actors/views/event_counts/event_counts.h"
#include "tests/actors/views/view_fixture.h"

#include "proto/base/time_text.h"

#include <errno.h>

#define EVENTS 3000

static const char *const s_types[] = {"PushEvent",        "WatchEvent",
                                      "PullRequestEvent", "TeleportEvent",
                                      "PushEvent",        "AardvarkEvent"};

static uint32_t s_time(const char *text)
{
    uint32_t seconds;
    cr_assert(eq(int, time_text_parse(slice_of(text), &seconds), 0));
    return seconds;
}

// Events around a moment, most within a minute of it, some years away.
static void s_scatter(fixture_event_t *events, uint32_t count, uint32_t around,
                      unsigned *seed)
{
    static const uint32_t s_reach[] = {60, 3600, 86400, 40 * 86400, 400000000};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t reach = s_reach[(unsigned)rand_r(seed) % 5];
        uint32_t away = (uint32_t)rand_r(seed) % (2 * reach);
        events[i] = (fixture_event_t){
            .type = s_types[(unsigned)rand_r(seed) % 6],
            .created_at = around - reach + away,
        };
    }
}

static uint64_t s_model(const fixture_event_t *events, uint32_t count,
                        const char *type, uint64_t start, uint64_t end)
{
    uint64_t found = 0;
    for (uint32_t i = 0; i < count; i++)
        found += strcmp(events[i].type, type) == 0 &&
                 events[i].created_at >= start && events[i].created_at < end;
    return found;
}

typedef struct {
    fixture_rows_t rows;
    void *state;
    buffer_t answer;
} counts_t;

static void s_open(counts_t *counts, const fixture_event_t *events,
                   uint32_t count, unsigned *seed)
{
    *counts = (counts_t){.state = view_event_counts.create()};
    fixture_rows_init(&counts->rows, &view_event_counts);
    fixture_fold(&view_event_counts, &counts->rows, events, count, 100, 3,
                 seed);
}

static void s_close(counts_t *counts)
{
    fixture_rows_free(&counts->rows);
    buffer_free(&counts->answer);
    view_event_counts.destroy(&counts->state);
}

static slice_t s_ask(counts_t *counts, uint64_t start, uint64_t end)
{
    const view_counts_asked_t asked = {.start = start, .end = end};
    cr_assert(eq(int,
                 fixture_ask(&counts->rows, counts->state,
                             &view_counts_question, &asked, &counts->answer),
                 0));
    return buffer_slice(&counts->answer);
}

static uint64_t s_count(counts_t *counts, const char *type, uint64_t start,
                        uint64_t end)
{
    slice_t list = s_ask(counts, start, end);
    view_count_t item;
    int rc;
    while ((rc = record_next(&list, view_count_fields, &item)) == 1) {
        cr_assert(gt(u64, item.count, 0));
        if (slice_equal(item.type, slice_of(type)))
            return item.count;
    }
    cr_assert(eq(int, rc, 0));
    return 0;
}

static void s_compare_window(counts_t *counts, const fixture_event_t *events,
                             uint32_t count, uint64_t start, uint64_t end)
{
    for (size_t i = 0; i < 4; i++)
        cr_assert(eq(u64, s_count(counts, s_types[i], start, end),
                     s_model(events, count, s_types[i], start, end)),
                  "%s in [%lu, %lu)", s_types[i], start, end);
}

Test(view_event_counts, a_type_that_got_a_code_later_is_one_type)
{
    const uint32_t at = s_time("2016-03-01T00:00:00Z");
    const fixture_event_t events[] = {
        {.type = "PushEvent", .created_at = at},
        {.type = "PushEvent", .created_at = at, .coded_later = true}};
    unsigned seed = 1;
    counts_t counts;
    s_open(&counts, events, 2, &seed);
    cr_assert(eq(u64, s_count(&counts, "PushEvent", at, at + 1), 2));
    s_close(&counts);
}

Test(view_event_counts, any_window_is_exact_to_the_second)
{
    static fixture_event_t events[EVENTS];
    unsigned seed = 1;
    uint32_t around = s_time("2016-03-01T00:00:00Z");
    counts_t counts;
    s_scatter(events, EVENTS, around, &seed);
    s_open(&counts, events, EVENTS, &seed);
    for (int i = 0; i < 2000; i++) {
        uint64_t a = events[(unsigned)rand_r(&seed) % EVENTS].created_at;
        uint64_t b = events[(unsigned)rand_r(&seed) % EVENTS].created_at;
        a += (unsigned)rand_r(&seed) % 3;
        s_compare_window(&counts, events, EVENTS, a < b ? a : b, a < b ? b : a);
    }
    s_close(&counts);
}

Test(view_event_counts, midnight_month_and_year_ends_are_nothing_special)
{
    static const char *const s_borders[] = {
        "2015-12-31T23:59:59Z", "2016-01-01T00:00:00Z", "2016-02-29T00:00:00Z",
        "2016-03-01T00:00:00Z", "2016-01-01T01:00:00Z", "2015-10-25T01:00:00Z"};
    static fixture_event_t events[EVENTS];
    unsigned seed = 2;
    for (size_t i = 0; i < sizeof s_borders / sizeof *s_borders; i++) {
        uint32_t border = s_time(s_borders[i]);
        counts_t counts;
        s_scatter(events, EVENTS, border, &seed);
        s_open(&counts, events, EVENTS, &seed);
        static const uint32_t s_lengths[] = {1, 59, 60, 61, 3600, 86400 + 1};
        for (size_t j = 0; j < 6; j++) {
            uint32_t length = s_lengths[j];
            s_compare_window(&counts, events, EVENTS, border - length, border);
            s_compare_window(&counts, events, EVENTS, border, border + length);
            s_compare_window(&counts, events, EVENTS, border - length,
                             border + length);
        }
        s_close(&counts);
    }
}

Test(view_event_counts, edges_of_time_are_windows_too)
{
    static const fixture_event_t s_events[] = {
        {.type = "PushEvent", .created_at = 0},
        {.type = "PushEvent", .created_at = UINT32_MAX}};
    unsigned seed = 3;
    counts_t counts;
    s_open(&counts, s_events, 2, &seed);
    cr_assert(eq(u64, s_count(&counts, "PushEvent", 0, 0), 0));
    cr_assert(eq(u64, s_count(&counts, "PushEvent", 0, 1), 1));
    cr_assert(eq(u64, s_count(&counts, "PushEvent", 1, UINT32_MAX), 0));
    cr_assert(
        eq(u64, s_count(&counts, "PushEvent", UINT32_MAX, UINT64_MAX), 1));
    cr_assert(eq(u64, s_count(&counts, "PushEvent", 0, UINT64_MAX), 2));
    cr_assert(eq(u64, s_count(&counts, "PushEvent", UINT64_MAX, 0), 0));
    cr_assert(
        eq(u64, s_count(&counts, "PushEvent", UINT64_MAX - 1, UINT64_MAX), 0));
    s_close(&counts);
}

Test(view_event_counts, batches_flushes_and_order_leave_no_trace)
{
    static fixture_event_t events[EVENTS];
    unsigned seed = 4;
    s_scatter(events, EVENTS, s_time("2026-01-01T00:00:00Z"), &seed);
    fixture_rows_t plain;
    fixture_rows_init(&plain, &view_event_counts);
    fixture_fold(&view_event_counts, &plain, events, EVENTS, 4096, 1000000,
                 &seed);
    for (int i = 0; i < 10; i++) {
        fixture_rows_t other;
        fixture_rows_init(&other, &view_event_counts);
        fixture_shuffle(events, EVENTS, &seed);
        fixture_fold(&view_event_counts, &other, events, EVENTS,
                     1 + (uint32_t)i * 50, 1 + (unsigned)i, &seed);
        fixture_assert_equal(&view_event_counts, &plain, &other);
        fixture_rows_free(&other);
    }
    fixture_rows_free(&plain);
}

Test(view_event_counts, a_batch_is_taken_from_the_middle)
{
    static const fixture_event_t s_events[] = {
        {.type = "PushEvent", .created_at = 100},
        {.type = "ForkEvent", .created_at = 100},
        {.type = "ForkEvent", .created_at = 100}};
    counts_t counts = {.state = view_event_counts.create()};
    fixture_rows_init(&counts.rows, &view_event_counts);
    fixture_apply(&view_event_counts, counts.state, s_events, 3, 0, 1);
    cr_assert(gt(sz, view_event_counts.pending_bytes(counts.state), 0));
    cr_assert(eq(
        int, view_event_counts.flush(counts.state, &counts.rows.interface), 0));
    cr_assert(eq(u64, s_count(&counts, "PushEvent", 0, 200), 0));
    cr_assert(eq(u64, s_count(&counts, "ForkEvent", 0, 200), 2));
    s_close(&counts);
}

Test(view_event_counts, a_window_reads_a_dozen_rows_however_long)
{
    static fixture_event_t events[EVENTS];
    unsigned seed = 5;
    s_scatter(events, EVENTS, s_time("2016-01-01T00:00:00Z"), &seed);
    counts_t counts;
    s_open(&counts, events, EVENTS, &seed);
    // Rows of any other page are not looked at: without them the answer is
    // the same.
    uint64_t start = s_time("1999-07-03T12:34:57Z");
    uint64_t end = s_time("2031-03-29T17:03:01Z");
    uint64_t pushes = s_count(&counts, "PushEvent", start, end);
    cr_assert(
        eq(u64, pushes, s_model(events, EVENTS, "PushEvent", start, end)));
    size_t kept = 0;
    for (size_t i = 0; i < counts.rows.count; i++) {
        fixture_row_t *row = &counts.rows.rows[i];
        uint32_t page = be32toh(batch_u32(row->key.data + 1, 0));
        uint64_t span[] = {60, 3600, 86400, 2764800, 88473600, UINT32_MAX};
        uint64_t from = page * span[row->key.data[0] - 1];
        uint64_t until = from + span[row->key.data[0] - 1];
        bool at_edge =
            (from <= start && start < until) || (from <= end && end < until);
        kept += at_edge;
        if (!at_edge)
            buffer_reset(&row->value);
    }
    cr_assert(le(sz, kept, 12));
    cr_assert(eq(u64, s_count(&counts, "PushEvent", start, end), pushes));
    s_close(&counts);
}

Test(view_event_counts, a_question_for_another_view_is_refused)
{
    unsigned seed = 6;
    counts_t counts;
    s_open(&counts, NULL, 0, &seed);
    static const message_view_question_t s_others[] = {
        {{"intervals", 9}, {"", 0}}, // of another view
        {{"counts", 6}, {"", 0}},    // cut short
        {{"counts", 6}, {"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 17}}, // too long
    };
    for (size_t i = 0; i < 3; i++)
        cr_assert(eq(int,
                     view_answer(&view_event_counts, counts.state,
                                 &counts.rows.interface, &s_others[i],
                                 &counts.answer),
                     -EINVAL));
    s_close(&counts);
}

Test(view_event_counts, a_damaged_row_is_named_not_counted)
{
    static const struct {
        const char *value;
        size_t bytes;
    } s_damaged[] = {
        {"", 0},                        // a page of nothing
        {"\x3c\x01\x01", 3},            // second 60
        {"\x01\x18\x01", 3},            // no such code
        {"\x01\x01", 2},                // no count
        {"\x01\x01\x00", 3},            // a count of 0
        {"\x01\x01\x80\x00", 4},        // a varint too long
        {"\x01\x01\x01\x01\x01\x01", 6} // the same slot twice
        ,
        {"\x02\x01\x01\x01\x01\x01", 6},                          // backwards
        {"\x01\xff\x05Tele", 7},                                  // half a name
        {"\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 12}, // 65 bits
    };
    const slice_t key = slice("\x01\0\0\0\x01", 5);
    for (size_t i = 0; i < sizeof s_damaged / sizeof *s_damaged; i++) {
        slice_t value = slice(s_damaged[i].value, s_damaged[i].bytes);
        const char *reason = NULL;
        cr_assert(
            eq(int, view_event_counts.check_row(key, value, &reason), -EUCLEAN),
            "%zu", i);
        cr_assert(reason != NULL);
    }
    const char *reason;
    cr_assert(eq(int,
                 view_event_counts.check_row(slice("\x07\0\0\0\x01", 5),
                                             slice("\x01\x01\x01", 3), &reason),
                 -EUCLEAN));
    cr_assert(
        eq(int,
           view_event_counts.check_row(key, slice("\x01\x01\x01", 3), &reason),
           0));
}

Test(view_event_counts, totals_add_up_to_all_events)
{
    static fixture_event_t events[EVENTS];
    unsigned seed = 7;
    s_scatter(events, EVENTS, s_time("2016-01-01T00:00:00Z"), &seed);
    counts_t counts;
    s_open(&counts, events, EVENTS, &seed);
    s_compare_window(&counts, events, EVENTS, 0, UINT64_MAX);
    s_close(&counts);
}

// Series.

static int s_ask_series(counts_t *counts, view_series_asked_t asked,
                        slice_t *lines)
{
    int rc = fixture_ask(&counts->rows, counts->state, &view_series_question,
                         &asked, &counts->answer);
    *lines = buffer_slice(&counts->answer);
    return rc;
}

// Each step's count of each type that occurs; the sum of all of them.
static uint64_t s_compare_series(counts_t *counts,
                                 const fixture_event_t *events, uint32_t count,
                                 view_series_asked_t asked)
{
    slice_t lines;
    uint64_t sum = 0;
    cr_assert(eq(int, s_ask_series(counts, asked, &lines), 0));
    for (view_series_line_t line;
         record_next(&lines, view_series_line_fields, &line) == 1;) {
        char type[64] = "";
        memcpy(type, line.type.data, line.type.bytes);
        size_t steps = line.counts.bytes / sizeof(uint64_t);
        for (uint32_t i = 0; i < steps; i++) {
            uint64_t from = asked.start + (uint64_t)i * asked.step_s;
            uint64_t until = from + asked.step_s;
            uint64_t n = batch_u64(line.counts.data, i);
            sum += n;
            cr_assert(eq(u64, n,
                         s_model(events, count, type, from,
                                 until < asked.end ? until : asked.end)));
        }
        cr_assert(ge(u64, asked.start + steps * asked.step_s, asked.end));
    }
    return sum;
}

Test(view_event_counts, a_series_counts_each_step_and_cuts_the_last)
{
    static fixture_event_t events[EVENTS];
    static const uint32_t s_steps[] = {7, 60, 3600, 86400, 4000000};
    unsigned seed = 8;
    uint32_t around = s_time("2016-03-01T00:00:00Z");
    counts_t counts;
    s_scatter(events, EVENTS, around, &seed);
    s_open(&counts, events, EVENTS, &seed);
    for (size_t i = 0; i < 5; i++) {
        uint64_t start = around - 11 * (uint64_t)s_steps[i] + i;
        uint64_t end = start + 20 * (uint64_t)s_steps[i] + 3;
        uint64_t sum = s_compare_series(
            &counts, events, EVENTS,
            (view_series_asked_t){start, end, s_steps[i], {NULL, 0}});
        uint64_t all = 0;
        for (uint32_t j = 0; j < EVENTS; j++)
            all += events[j].created_at >= start && events[j].created_at < end;
        cr_assert(eq(u64, sum, all));
    }
    s_close(&counts);
}

Test(view_event_counts, a_series_is_bounded)
{
    static const fixture_event_t s_event = {.type = "PushEvent",
                                            .created_at = 5};
    const uint64_t most = VIEW_SERIES_POINTS_MAX;
    const struct {
        view_series_asked_t asked;
        int rc;
    } cases[] = {
        {{.end = most, .step_s = 1}, 0},
        {{.end = most + 1, .step_s = 1}, -E2BIG},
        {{.end = 10, .step_s = 0}, -EINVAL},
        {{.start = 9, .end = 3, .step_s = 1}, 0},
    };
    unsigned seed = 9;
    counts_t counts;
    slice_t lines;
    s_open(&counts, &s_event, 1, &seed);
    for (size_t i = 0; i < 4; i++)
        cr_assert(eq(int, s_ask_series(&counts, cases[i].asked, &lines),
                     cases[i].rc));
    cr_assert(eq(sz, lines.bytes, 0));
    s_close(&counts);
}
