#include "actors/fetch/cursor.h"

#include "proto/batch/batch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

static fetch_cursor_t s_cursor, s_copy;
static fetch_haul_t s_haul;
static fetch_page_t s_page;

// A haul of events first, first + 1, ... whose times are their numbers.
static const fetch_haul_t *s_haul_of(uint64_t first, size_t count)
{
    s_page.count = count;
    s_page.oldest = (uint32_t)first;
    s_page.newest = (uint32_t)(first + count - 1);
    for (size_t i = 0; i < count; i++)
        s_page.keys[i] = first + i;
    s_haul = (fetch_haul_t){.etag = "\"e\""};
    if (count)
        fetch_haul_add(&s_haul, &s_page, &fetch_kind_feed);
    return &s_haul;
}

Test(fetch_cursor, the_first_poll_has_nothing_to_be_compared_with)
{
    cr_assert_not(fetch_cursor_accept(&s_cursor, s_haul_of(1, 5)));
    cr_assert_eq(s_cursor.polls, 1);
    cr_assert_eq(s_cursor.events, 5);
    cr_assert_eq(s_cursor.newest, 5);
    cr_assert_str_eq(s_cursor.etag, "\"e\"");
    cr_assert_eq(fetch_cursor_coverage(&s_cursor), -1);
}

Test(fetch_cursor, one_shared_event_connects_two_polls)
{
    fetch_cursor_accept(&s_cursor, s_haul_of(1, 5));
    cr_assert_not(fetch_cursor_accept(&s_cursor, s_haul_of(5, 5)));
    cr_assert_eq(fetch_cursor_coverage(&s_cursor), 1);
}

Test(fetch_cursor, without_a_shared_event_there_is_a_gap)
{
    fetch_cursor_accept(&s_cursor, s_haul_of(1, 5));
    cr_assert(fetch_cursor_accept(&s_cursor, s_haul_of(9, 5)));
    cr_assert_eq(s_cursor.gaps, 1);
    cr_assert_eq(s_cursor.last_gap_from, 5);
    cr_assert_eq(s_cursor.last_gap_until, 9);
    cr_assert_eq(fetch_cursor_coverage(&s_cursor), 0);
    cr_assert_not(fetch_cursor_accept(&s_cursor, s_haul_of(10, 5)));
    cr_assert_eq(fetch_cursor_coverage(&s_cursor), 0.5);
}

Test(fetch_cursor, a_gap_is_never_from_later_until_earlier)
{
    fetch_cursor_accept(&s_cursor, s_haul_of(20, 5));
    cr_assert(fetch_cursor_accept(&s_cursor, s_haul_of(1, 5)));
    cr_assert_eq(s_cursor.last_gap_from, 1);
    cr_assert_eq(s_cursor.last_gap_until, 24);
}

// A page of events whose keys and times count down from `newest`, so many of
// them of git's list.
static void s_add_page(uint64_t newest, uint64_t keys_from, size_t pushed)
{
    s_page.count = 100;
    s_page.pushed = pushed;
    s_page.oldest = (uint32_t)newest - 99;
    s_page.newest = (uint32_t)newest;
    for (size_t i = 0; i < s_page.count; i++)
        s_page.keys[i] = keys_from + newest - i;
    fetch_haul_add(&s_haul, &s_page, &fetch_kind_timeline);
}

#define PUSHES 1000000000
#define OTHERS 2000000000

// What a public feed shows: a page of pushes, two of the rest.
static bool s_accept_public(uint64_t now, uint64_t others_newest)
{
    s_haul = (fetch_haul_t){0};
    s_add_page(now, PUSHES, 100);
    s_add_page(others_newest, OTHERS, 0);
    s_add_page(others_newest - 100, OTHERS, 10);
    return fetch_cursor_accept(&s_cursor, &s_haul);
}

Test(fetch_cursor, every_run_of_a_feed_must_connect)
{
    s_accept_public(1000, 1000);
    cr_assert_not(s_accept_public(1050, 1050));
    cr_assert_eq(s_cursor.gaps, 0);
    // The pages of the rest still overlap, that of pushes has moved on.
    cr_assert(s_accept_public(1200, 1200));
    cr_assert_eq(s_cursor.gaps, 1);
    cr_assert_eq(s_cursor.last_gap_from, 1050);
    cr_assert_eq(s_cursor.last_gap_until, 1101);
    cr_assert_not(s_accept_public(1260, 1240));
}

Test(fetch_cursor, the_second_list_must_connect_though_the_first_does)
{
    s_accept_public(1000, 1000);
    cr_assert(s_accept_public(1050, 1500));
    cr_assert_eq(s_cursor.gaps, 1);
    cr_assert_eq(s_cursor.last_gap_from, 1000);
    cr_assert_eq(s_cursor.last_gap_until, 1301);
    cr_assert_eq(fetch_cursor_coverage(&s_cursor), 0);
}

Test(fetch_cursor, pages_of_one_list_are_one_run)
{
    static const size_t pushed[][3] = {{95, 80, 90}, {10, 0, 25}, {90, 50, 10}};
    for (size_t i = 0; i < sizeof pushed / sizeof *pushed; i++) {
        s_haul = (fetch_haul_t){0};
        for (uint64_t page = 0; page < 3; page++)
            s_add_page(1000 - page * 100, 0, pushed[i][page]);
        cr_assert_eq(s_haul.run_count, 1);
        cr_assert_eq(s_haul.runs[0].oldest, 701);
    }
}

Test(fetch_cursor, an_empty_poll_is_no_gap)
{
    fetch_cursor_accept(&s_cursor, s_haul_of(1, 5));
    cr_assert_not(fetch_cursor_accept(&s_cursor, s_haul_of(1, 0)));
    cr_assert_not(fetch_cursor_accept(&s_cursor, s_haul_of(9, 5)));
    cr_assert_eq(s_cursor.gaps, 0);
}

Test(fetch_cursor, not_modified_is_full_overlap)
{
    fetch_cursor_accept(&s_cursor, s_haul_of(1, 5));
    fetch_cursor_unchanged(&s_cursor);
    cr_assert_eq(s_cursor.polls, 2);
    cr_assert_eq(s_cursor.not_modified, 1);
    cr_assert_eq(fetch_cursor_coverage(&s_cursor), 1);
}

Test(fetch_cursor, repeats_and_rejects_are_no_keys)
{
    s_haul_of(1, 3);
    s_page.keys[1] = 0;
    fetch_haul_add(&s_haul, &s_page, &fetch_kind_feed);
    cr_assert_eq(s_haul.key_count, 3);
    cr_assert_eq(s_haul.events, 6);
}

Test(fetch_cursor, what_is_written_is_read)
{
    fetch_cursor_accept(&s_cursor, s_haul_of(UINT64_MAX - 400, 300));
    s_cursor.polled_at_us = 1780000000123456;
    s_cursor.interval_s = 60;
    s_cursor.newest = UINT32_MAX;
    s_cursor.failures = 3;
    s_cursor.last_gap_until = 7;
    memcpy(s_cursor.etag, "W/\"a\\b\"", sizeof "W/\"a\\b\"");
    memcpy(s_cursor.moved, "https://h/x", sizeof "https://h/x");
    buffer_t json = {0};
    cr_assert_eq(fetch_cursor_write(&s_cursor, &json), 0);
    cr_assert_eq(fetch_cursor_read(&s_copy, buffer_slice(&json)), 0);
    cr_assert_arr_eq(s_copy.keys, s_cursor.keys, sizeof s_copy.keys);
    cr_assert_eq(s_copy.key_count, 300);
    cr_assert_str_eq(s_copy.etag, s_cursor.etag);
    cr_assert_str_eq(s_copy.moved, s_cursor.moved);
    cr_assert_eq(s_copy.polled_at_us, s_cursor.polled_at_us);
    cr_assert_eq(s_copy.newest, UINT32_MAX);
    cr_assert_eq(s_copy.failures, 3);
    cr_assert_eq(s_copy.last_gap_until, 7);
    buffer_free(&json);
}

Test(fetch_cursor, the_largest_one_fits_a_batch)
{
    fetch_cursor_accept(&s_cursor, s_haul_of(UINT64_MAX - 400, 300));
    memset(s_cursor.etag, '"', FETCH_ETAG_MAX - 1);
    memset(s_cursor.last_modified, '"', FETCH_DATE_MAX - 1);
    memset(s_cursor.moved, '"', FETCH_URL_MAX - 1);
    buffer_t json = {0};
    cr_assert_eq(fetch_cursor_write(&s_cursor, &json), 0);
    cr_assert_leq(json.bytes, BATCH_MAX_CURSOR_BYTES);
    buffer_free(&json);
}

Test(fetch_cursor, damage_is_dropped_or_refused)
{
    s_copy.polls = 77;
    cr_assert_eq(fetch_cursor_read(&s_copy, slice_of("")), -EBADMSG);
    cr_assert_eq(fetch_cursor_read(&s_copy, slice_of("[]")), -EBADMSG);
    cr_assert_eq(fetch_cursor_read(&s_copy, slice_of("{\"polls\":")), -EBADMSG);
    cr_assert_eq(s_copy.polls, 77);
    const char *odd =
        "{\"etag\":\"a\\nX-Header: b\",\"moved\":5,\"keys\":\"0123\","
        "\"polls\":-1,\"gaps\":1e300,\"newest\":\"7\",\"interval_s\":1e9}";
    cr_assert_eq(fetch_cursor_read(&s_copy, slice_of(odd)), 0);
    cr_assert_str_empty(s_copy.etag);
    cr_assert_str_empty(s_copy.moved);
    cr_assert_eq(s_copy.key_count, 0);
    cr_assert_eq(s_copy.polls, 0);
    cr_assert_eq(s_copy.gaps, 0);
    cr_assert_eq(s_copy.newest, 0);
    cr_assert_eq(s_copy.interval_s, 0);
}

Test(fetch_cursor, more_keys_than_a_poll_has_are_cut_off)
{
    buffer_t json = {0};
    buffer_add_text(&json, "{\"keys\":\"");
    for (int i = 0; i < FETCH_CURSOR_KEYS_MAX + 5; i++)
        buffer_printf(&json, "%016x", i);
    buffer_add_text(&json, "\"}");
    cr_assert_eq(fetch_cursor_read(&s_copy, buffer_slice(&json)), 0);
    cr_assert_eq(s_copy.key_count, FETCH_CURSOR_KEYS_MAX);
    buffer_free(&json);
}
