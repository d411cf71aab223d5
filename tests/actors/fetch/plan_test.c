// What is asked when: polls and their pages, conditions, backing off,
// redirects, several sources.

#include "tests/actors/fetch/plan_fixture.h"

TestSuite(fetch_plan, .init = plan_begin, .fini = plan_end);

Test(fetch_plan, the_first_poll_begins_at_once_and_unconditionally)
{
    cr_assert(plan_next());
    cr_assert_str_eq(s_request.url, FIRST);
    cr_assert_null(s_request.etag);
    cr_assert_null(s_request.last_modified);
    cr_assert_eq(s_request.token, FETCH_NO_TOKEN);
    cr_assert_not(plan_next(), "one request at a time");
}

Test(fetch_plan, a_poll_follows_link_for_three_pages)
{
    cr_assert_eq(plan_ask_and_give(plan_page_of(20, 9, SECOND)), FETCH_GO_ON);
    cr_assert(plan_next());
    cr_assert_str_eq(s_request.url, SECOND);
    cr_assert_eq(plan_give(plan_page_of(10, 9, THIRD)), FETCH_GO_ON);
    cr_assert(plan_next());
    cr_assert_str_eq(s_request.url, THIRD);
    cr_assert_eq(plan_give(plan_page_of(1, 9, URL "?page=4")), FETCH_COMPLETE);
    cr_assert_eq(plan_source()->cursor.events, 27);
    cr_assert_eq(plan_source()->cursor.newest, 28);
    cr_assert_not(plan_next());
}

Test(fetch_plan, a_poll_ends_where_link_ends)
{
    cr_assert_eq(plan_ask_and_give(plan_page_of(1, 9, NULL)), FETCH_COMPLETE);
}

Test(fetch_plan, a_poll_does_not_follow_link_to_another_host)
{
    plan_page_of(1, 9, "https://evil.example/events?page=2");
    cr_assert_eq(plan_ask_and_give(&s_answer), FETCH_INCOMPLETE);
    cr_assert_str_empty(plan_source()->cursor.etag);
}

Test(fetch_plan, the_poll_interval_is_obeyed_from_the_last_answer)
{
    plan_page_of(1, 9, NULL)->headers.poll_interval_s = 90;
    cr_assert_eq(plan_ask_and_give(&s_answer), FETCH_COMPLETE);
    plan_expect_wait(90 * SECOND_MS, 0);
}

Test(fetch_plan, a_minute_is_the_interval_when_none_is_said)
{
    plan_ask_and_give(plan_page_of(1, 9, NULL));
    plan_expect_wait(MINUTE_MS, 0);
}

Test(fetch_plan, an_interval_of_nothing_is_a_second)
{
    plan_page_of(1, 9, NULL)->headers.poll_interval_s = 0;
    plan_ask_and_give(&s_answer);
    plan_expect_wait(SECOND_MS, 0);
}

Test(fetch_plan, the_configured_interval_is_a_floor)
{
    fetch_policy_t policy = {.pages = 1, .min_interval_s = 300};
    fetch_plan_destroy(&s_plan);
    s_plan = fetch_plan_new(&policy, 1, 0);
    fetch_plan_add(s_plan, URL);
    plan_page_of(1, 9, SECOND)->headers.poll_interval_s = 60;
    cr_assert_eq(plan_ask_and_give(&s_answer), FETCH_COMPLETE);
    plan_expect_wait(300 * SECOND_MS, 0);
}

Test(fetch_plan, the_etag_of_page_one_makes_the_next_poll_conditional)
{
    strcpy(plan_page_of(1, 9, SECOND)->headers.etag, "W/\"one\"");
    plan_ask_and_give(&s_answer);
    strcpy(plan_page_of(10, 9, NULL)->headers.etag, "W/\"two\"");
    plan_ask_and_give(&s_answer);
    plan_expect_wait(MINUTE_MS, 0);
    cr_assert_str_eq(s_request.etag, "W/\"one\"");
    plan_give(plan_page_of(11, 9, SECOND));
    cr_assert(plan_next());
    cr_assert_null(s_request.etag, "only page 1 is conditional");
}

Test(fetch_plan, last_modified_serves_where_there_is_no_etag)
{
    strcpy(plan_page_of(1, 9, NULL)->headers.last_modified, "yesterday");
    plan_ask_and_give(&s_answer);
    plan_expect_wait(MINUTE_MS, 0);
    cr_assert_null(s_request.etag);
    cr_assert_str_eq(s_request.last_modified, "yesterday");
}

Test(fetch_plan, not_modified_ends_the_poll_and_keeps_the_etag)
{
    strcpy(plan_page_of(1, 9, NULL)->headers.etag, "\"e\"");
    plan_ask_and_give(&s_answer);
    plan_expect_wait(MINUTE_MS, 0);
    plan_status(304)->headers.poll_interval_s = 120;
    cr_assert_eq(plan_give(&s_answer), FETCH_UNCHANGED);
    cr_assert_eq(plan_source()->cursor.not_modified, 1);
    cr_assert_eq(plan_source()->cursor.failures, 0);
    plan_expect_wait(120 * SECOND_MS, 0);
    cr_assert_str_eq(s_request.etag, "\"e\"");
}

Test(fetch_plan, not_modified_without_a_condition_is_a_failure)
{
    cr_assert_eq(plan_ask_and_give(plan_status(304)), FETCH_INCOMPLETE);
}

Test(fetch_plan, the_etag_moves_only_with_the_whole_poll)
{
    strcpy(plan_page_of(1, 9, NULL)->headers.etag, "\"old\"");
    plan_ask_and_give(&s_answer);
    plan_expect_wait(MINUTE_MS, 0);
    strcpy(plan_page_of(2, 9, SECOND)->headers.etag, "\"new\"");
    plan_give(&s_answer);
    cr_assert_eq(plan_ask_and_give(plan_status(500)), FETCH_INCOMPLETE);
    cr_assert_str_eq(plan_source()->cursor.etag, "\"old\"");
    plan_expect_wait(5 * SECOND_MS, HOUR_MS);
    cr_assert_str_eq(s_request.url, FIRST);
    cr_assert_str_eq(s_request.etag, "\"old\"");
}

Test(fetch_plan, trouble_backs_off_exponentially_with_jitter)
{
    int statuses[] = {0, 500, 502, 503, 200};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        plan_with(1, 0);
        plan_status(statuses[i]);
        s_answer.error = statuses[i] == 0 ? "Connection reset" : NULL;
        s_answer.body_error = "malformed JSON";
        cr_assert(plan_next());
        int64_t wait_ms = plan_wait_after(&s_answer, 1);
        cr_assert_geq(wait_ms, 5 * SECOND_MS);
        cr_assert_lt(wait_ms, 7500);
        cr_assert(plan_next() == false);
        s_now += wait_ms;
        cr_assert(plan_next());
        wait_ms = plan_wait_after(&s_answer, 4);
        cr_assert_geq(wait_ms, 80 * SECOND_MS);
        cr_assert_lt(wait_ms, 120 * SECOND_MS);
        s_now += wait_ms;
        cr_assert(plan_next());
        wait_ms = plan_wait_after(&s_answer, 20);
        cr_assert_geq(wait_ms, 15 * MINUTE_MS);
        cr_assert_lt(wait_ms, 23 * MINUTE_MS);
        cr_assert_str_eq(fetch_source_state_name(plan_source()), "backing off");
    }
}

Test(fetch_plan, jitter_spreads_sources_apart)
{
    plan_with(2, 0);
    plan_ask_and_give(plan_status(500));
    plan_ask_and_give(plan_status(500));
    cr_assert_neq(fetch_plan_source_due_ms(s_plan, 0, s_now),
                  fetch_plan_source_due_ms(s_plan, 1, s_now));
}

Test(fetch_plan, a_failed_poll_does_not_shorten_the_poll_interval)
{
    plan_page_of(1, 9, NULL)->headers.poll_interval_s = 60;
    plan_ask_and_give(&s_answer);
    plan_expect_wait(MINUTE_MS, 0);
    plan_give(plan_status(500));
    plan_expect_wait(MINUTE_MS, 0);
}

Test(fetch_plan, success_ends_the_back_off)
{
    cr_assert(plan_next());
    s_now += plan_wait_after(plan_status(500), 5);
    cr_assert(plan_next());
    plan_give(plan_page_of(1, 9, NULL));
    cr_assert_str_empty(plan_source()->error);
    cr_assert_eq(plan_source()->streak, 0);
    plan_expect_wait(MINUTE_MS, 0);
}

Test(fetch_plan, an_unavailable_service_may_say_when_to_come_back)
{
    plan_status(503)->headers.retry_after_s = 600;
    plan_ask_and_give(&s_answer);
    plan_expect_wait(600 * SECOND_MS, 0);
}

Test(fetch_plan, a_truncated_answer_is_no_answer)
{
    strcpy(plan_status(200)->headers.etag, "\"e\"");
    s_answer.error = "transfer closed";
    cr_assert_eq(plan_ask_and_give(&s_answer), FETCH_INCOMPLETE);
    cr_assert_str_empty(plan_source()->cursor.etag);
    cr_assert_str_eq(plan_source()->error, "HTTP 200: transfer closed");
}

Test(fetch_plan, in_doubt_of_the_log_the_next_poll_asks_for_all)
{
    plan_page_of(1, 5, NULL);
    strcpy(s_answer.headers.etag, "\"e\"");
    cr_assert_eq(plan_ask_and_give(&s_answer), FETCH_COMPLETE);
    fetch_plan_set_base(s_plan, 0, 7);
    s_now = fetch_plan_due_ms(s_plan, s_now);
    cr_assert(plan_next());
    // The poll under way is as it began.
    fetch_plan_doubt(s_plan);
    cr_assert_str_eq(s_request.etag, "\"e\"");
    cr_assert_eq(plan_source()->base, 7);
    cr_assert_eq(plan_give(plan_status(304)), FETCH_UNCHANGED);
    s_now = fetch_plan_due_ms(s_plan, s_now);
    cr_assert(plan_next());
    cr_assert_null(s_request.etag);
    cr_assert_eq(plan_source()->base, 0);
    // Coverage is not in doubt: what GitHub shows overlaps.
    cr_assert_eq(plan_give(plan_page_of(4, 5, NULL)), FETCH_COMPLETE);
    cr_assert_eq(plan_source()->cursor.gaps, 0);
}

Test(fetch_plan, of_a_poll_that_was_not_kept_nothing_is_left_out)
{
    cr_assert_eq(plan_ask_and_give(plan_page_of(1, 5, NULL)), FETCH_COMPLETE);
    fetch_plan_set_base(s_plan, 0, 7);
    fetch_plan_forget(s_plan, 0, "no room", s_now);
    cr_assert_eq(plan_source()->base, 0);
}

// Answers the next request with a redirect.
static fetch_step_t s_redirect(int status, const char *to)
{
    strcpy(plan_status(status)->headers.location, to);
    return plan_ask_and_give(&s_answer);
}

Test(fetch_plan, a_permanent_redirect_is_followed_and_remembered)
{
    static const int statuses[] = {301, 308};
    for (int i = 0; i < 2; i++) {
        plan_with(1, 0);
        cr_assert_eq(s_redirect(statuses[i], "/repositories/1/events"),
                     FETCH_GO_ON);
        cr_assert(plan_next());
        cr_assert_str_eq(s_request.url,
                         "https://api.github.com/repositories/1/events"
                         "?per_page=100");
        cr_assert_not_null(fetch_plan_take_note(s_plan, 0));
        plan_give(plan_page_of(1, 9, NULL));
        plan_expect_wait(MINUTE_MS, 0);
        cr_assert_str_eq(s_request.url,
                         "https://api.github.com/repositories/1/events"
                         "?per_page=100");
    }
}

Test(fetch_plan, a_temporary_redirect_is_followed_once)
{
    cr_assert_eq(s_redirect(302, URL "/x"), FETCH_GO_ON);
    cr_assert_eq(s_redirect(301, URL "/y"), FETCH_GO_ON);
    cr_assert_eq(plan_ask_and_give(plan_page_of(1, 9, NULL)), FETCH_COMPLETE);
    plan_expect_wait(MINUTE_MS, 0);
    cr_assert_str_eq(s_request.url, FIRST);
}

Test(fetch_plan, a_redirect_to_another_host_is_not_followed)
{
    cr_assert_eq(s_redirect(301, "https://evil.example/"), FETCH_INCOMPLETE);
    cr_assert_str_empty(plan_source()->cursor.moved);
}

Test(fetch_plan, redirects_in_a_circle_end)
{
    int hops = 0;
    while (s_redirect(302, URL) == FETCH_GO_ON)
        hops++;
    cr_assert_eq(hops, 5);
}

Test(fetch_plan, a_page_that_moved_is_not_a_feed_that_moved)
{
    plan_ask_and_give(plan_page_of(1, 9, SECOND));
    cr_assert_eq(s_redirect(301, THIRD), FETCH_GO_ON);
    cr_assert(plan_next());
    cr_assert_str_eq(s_request.url, THIRD);
    cr_assert_str_empty(plan_source()->cursor.moved);
}

Test(fetch_plan, not_found_is_asked_rarely_and_at_its_old_place)
{
    s_redirect(301, "/repositories/1/events");
    cr_assert(plan_next());
    int64_t wait_ms = plan_wait_after(plan_status(404), 1);
    cr_assert_str_empty(plan_source()->cursor.moved);
    cr_assert_str_eq(fetch_source_state_name(plan_source()), "not found");
    cr_assert_geq(wait_ms, 5 * MINUTE_MS);
    s_now += wait_ms;
    cr_assert(plan_next());
    wait_ms = plan_wait_after(plan_status(404), 10);
    cr_assert_geq(wait_ms, 6 * HOUR_MS);
    cr_assert_lt(wait_ms, 9 * HOUR_MS);
}

Test(fetch_plan, gone_and_forbidden_are_asked_rarely)
{
    static const int statuses[] = {403, 410, 422, 451};
    for (int i = 0; i < 4; i++) {
        plan_with(1, 0);
        plan_ask_and_give(plan_status(statuses[i]));
        plan_expect_wait(5 * MINUTE_MS, 3 * MINUTE_MS);
    }
}

Test(fetch_plan, deprecation_is_told_once)
{
    plan_page_of(1, 9, NULL)->headers.deprecation = true;
    strcpy(s_answer.headers.sunset, "Sun, 06 Nov 2044 08:49:37 GMT");
    plan_ask_and_give(&s_answer);
    cr_assert_not_null(strstr(fetch_plan_take_note(s_plan, 0), "06 Nov 2044"));
    plan_expect_wait(MINUTE_MS, 0);
    plan_give(&s_answer);
    cr_assert_null(fetch_plan_take_note(s_plan, 0));
}

Test(fetch_plan, a_gap_is_told_with_its_times)
{
    plan_ask_and_give(plan_page_of(100, 9, NULL));
    s_now += MINUTE_MS;
    plan_ask_and_give(plan_page_of(200, 9, NULL));
    const char *note = fetch_plan_take_note(s_plan, 0);
    cr_assert_not_null(strstr(note, "1970-01-01T00:01:48Z"));
    cr_assert_not_null(strstr(note, "1970-01-01T00:03:20Z"));
}

Test(fetch_plan, a_full_window_starts_no_poll_but_ends_the_one_under_way)
{
    cr_assert_not(fetch_plan_next(s_plan, s_now, false, &s_request));
    plan_ask_and_give(plan_page_of(1, 9, SECOND));
    cr_assert(fetch_plan_next(s_plan, s_now, false, &s_request));
}

Test(fetch_plan, the_source_that_waited_longest_goes_first)
{
    plan_with(3, 0);
    for (size_t round = 0; round < 9; round++) {
        cr_assert_eq(plan_ask_and_give(plan_page_of(1, 9, NULL)),
                     FETCH_COMPLETE);
        cr_assert_eq(s_request.source, round % 3);
        s_now += MINUTE_MS;
    }
}

Test(fetch_plan, a_resumed_source_is_conditional_and_keeps_its_interval)
{
    fetch_cursor_t cursor = {
        .etag = "\"e\"", .interval_s = 100, .polls = 7, .moved = "http://evil"};
    fetch_plan_resume(s_plan, 0, &cursor, 40 * SECOND_MS, s_now);
    plan_expect_wait(60 * SECOND_MS, 0);
    cr_assert_str_eq(s_request.etag, "\"e\"");
    cr_assert_str_eq(s_request.url, FIRST, "a damaged cursor leads nowhere");
    plan_give(plan_status(304));
    cr_assert_eq(plan_source()->cursor.polls, 8);
}

Test(fetch_plan, a_clock_that_was_set_back_costs_one_interval_at_most)
{
    fetch_cursor_t cursor = {.interval_s = 100};
    fetch_plan_resume(s_plan, 0, &cursor, -HOUR_MS, s_now);
    plan_expect_wait(100 * SECOND_MS, 0);
}

Test(fetch_plan, what_was_not_kept_is_asked_for_again)
{
    strcpy(plan_page_of(1, 9, NULL)->headers.etag, "\"e\"");
    plan_ask_and_give(&s_answer);
    fetch_plan_forget(s_plan, 0, "no memory", s_now);
    s_now = fetch_plan_due_ms(s_plan, s_now);
    cr_assert(plan_next());
    cr_assert_null(s_request.etag);
}

Test(fetch_plan, a_source_is_an_address_that_the_log_can_name)
{
    char url[FETCH_URL_MAX] = "https://api.github.com/";
    memset(url + strlen(url), 'a', 1100 - strlen(url));
    cr_assert_eq(fetch_plan_add(s_plan, url), -ENAMETOOLONG);
    cr_assert_eq(fetch_plan_add(s_plan, "events"), -EINVAL);
}
