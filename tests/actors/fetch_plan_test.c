// The rules of asking GitHub, as arithmetic: answers and times go in, requests
// and waits come out.

#include "actors/fetch_plan.h"

#include <criterion/criterion.h>
#include <errno.h>

#define URL    "https://api.github.com/events"
#define FIRST  URL "?per_page=100"
#define SECOND URL "?page=2"
#define THIRD  URL "?page=3"

#define SECOND_MS 1000
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)

static fetch_plan_t *s_plan;
static fetch_request_t s_request;
static fetch_answer_t s_answer;
static fetch_page_t s_page;
static int64_t s_now;

static void s_plan_with(int sources, size_t tokens)
{
    fetch_policy_t policy = {.pages = 3, .random = 1};
    fetch_plan_destroy(&s_plan);
    s_plan = fetch_plan_new(&policy, 8, tokens);
    s_now = 1000000;
    for (int i = 0; i < sources; i++)
        cr_assert_eq(fetch_plan_add(s_plan, URL), 0);
}

static void s_begin(void)
{
    s_plan_with(1, 0);
}

static void s_end(void)
{
    fetch_plan_destroy(&s_plan);
}

TestSuite(fetch_plan, .init = s_begin, .fini = s_end);

static bool s_next(void)
{
    return fetch_plan_next(s_plan, s_now, true, &s_request);
}

static const fetch_source_t *s_source(void)
{
    return fetch_plan_source(s_plan, s_request.source);
}

// An answer with nothing in it but a status.
static fetch_answer_t *s_status(int status)
{
    s_answer = (fetch_answer_t){.status = status, .wall_us = 1};
    fetch_headers_clear(&s_answer.headers);
    return &s_answer;
}

// A page of events number first, first + 1, ... and, unless it is the last,
// the way to the next.
static fetch_answer_t *s_page_of(uint32_t first, uint32_t count,
                                 const char *next)
{
    s_status(200)->page = &s_page;
    s_page.count = count;
    s_page.oldest = first;
    s_page.newest = first + count - 1;
    for (uint32_t i = 0; i < count; i++)
        s_page.keys[i] = first + i;
    strcpy(s_answer.headers.next, next ? next : "");
    return &s_answer;
}

static fetch_step_t s_give(const fetch_answer_t *answer)
{
    return fetch_plan_answer(s_plan, s_request.source, answer, s_now);
}

// Gives the answer to the next request, which must be there.
static fetch_step_t s_ask_and_give(const fetch_answer_t *answer)
{
    cr_assert(s_next());
    return s_give(answer);
}

static void s_quota(int64_t limit, int64_t remaining, int64_t reset_in_s)
{
    s_answer.headers.date_s = 5000;
    s_answer.headers.limit = limit;
    s_answer.headers.remaining = remaining;
    s_answer.headers.limit_reset_s = 5000 + reset_in_s;
}

// Checks that nothing starts for `wait_ms`, and that something does then, or
// up to `late_ms` after.
static void s_expect_wait(int64_t wait_ms, int64_t late_ms)
{
    int64_t due_ms = fetch_plan_due_ms(s_plan, s_now);
    cr_assert_geq(due_ms - s_now, wait_ms);
    cr_assert_leq(due_ms - s_now, wait_ms + late_ms);
    s_now = due_ms - 1;
    cr_assert_not(s_next());
    s_now = due_ms;
    cr_assert(s_next());
}

Test(fetch_plan, the_first_poll_begins_at_once_and_unconditionally)
{
    cr_assert(s_next());
    cr_assert_str_eq(s_request.url, FIRST);
    cr_assert_null(s_request.etag);
    cr_assert_null(s_request.last_modified);
    cr_assert_eq(s_request.token, FETCH_NO_TOKEN);
    cr_assert_not(s_next(), "one request at a time");
}

Test(fetch_plan, a_poll_follows_link_for_three_pages)
{
    cr_assert_eq(s_ask_and_give(s_page_of(20, 9, SECOND)), FETCH_GO_ON);
    cr_assert(s_next());
    cr_assert_str_eq(s_request.url, SECOND);
    cr_assert_eq(s_give(s_page_of(10, 9, THIRD)), FETCH_GO_ON);
    cr_assert(s_next());
    cr_assert_str_eq(s_request.url, THIRD);
    cr_assert_eq(s_give(s_page_of(1, 9, URL "?page=4")), FETCH_COMPLETE);
    cr_assert_eq(s_source()->cursor.events, 27);
    cr_assert_eq(s_source()->cursor.newest, 28);
    cr_assert_not(s_next());
}

Test(fetch_plan, a_poll_ends_where_link_ends)
{
    cr_assert_eq(s_ask_and_give(s_page_of(1, 9, NULL)), FETCH_COMPLETE);
}

Test(fetch_plan, a_poll_does_not_follow_link_to_another_host)
{
    s_page_of(1, 9, "https://evil.example/events?page=2");
    cr_assert_eq(s_ask_and_give(&s_answer), FETCH_INCOMPLETE);
    cr_assert_str_empty(s_source()->cursor.etag);
}

Test(fetch_plan, the_poll_interval_is_obeyed_from_the_last_answer)
{
    s_page_of(1, 9, NULL)->headers.poll_interval_s = 90;
    cr_assert_eq(s_ask_and_give(&s_answer), FETCH_COMPLETE);
    s_expect_wait(90 * SECOND_MS, 0);
}

Test(fetch_plan, a_minute_is_the_interval_when_none_is_said)
{
    s_ask_and_give(s_page_of(1, 9, NULL));
    s_expect_wait(MINUTE_MS, 0);
}

Test(fetch_plan, an_interval_of_nothing_is_a_second)
{
    s_page_of(1, 9, NULL)->headers.poll_interval_s = 0;
    s_ask_and_give(&s_answer);
    s_expect_wait(SECOND_MS, 0);
}

Test(fetch_plan, the_configured_interval_is_a_floor)
{
    fetch_policy_t policy = {.pages = 1, .min_interval_s = 300};
    fetch_plan_destroy(&s_plan);
    s_plan = fetch_plan_new(&policy, 1, 0);
    fetch_plan_add(s_plan, URL);
    s_page_of(1, 9, SECOND)->headers.poll_interval_s = 60;
    cr_assert_eq(s_ask_and_give(&s_answer), FETCH_COMPLETE);
    s_expect_wait(300 * SECOND_MS, 0);
}

Test(fetch_plan, the_etag_of_page_one_makes_the_next_poll_conditional)
{
    strcpy(s_page_of(1, 9, SECOND)->headers.etag, "W/\"one\"");
    s_ask_and_give(&s_answer);
    strcpy(s_page_of(10, 9, NULL)->headers.etag, "W/\"two\"");
    s_ask_and_give(&s_answer);
    s_expect_wait(MINUTE_MS, 0);
    cr_assert_str_eq(s_request.etag, "W/\"one\"");
    s_give(s_page_of(11, 9, SECOND));
    cr_assert(s_next());
    cr_assert_null(s_request.etag, "only page 1 is conditional");
}

Test(fetch_plan, last_modified_serves_where_there_is_no_etag)
{
    strcpy(s_page_of(1, 9, NULL)->headers.last_modified, "yesterday");
    s_ask_and_give(&s_answer);
    s_expect_wait(MINUTE_MS, 0);
    cr_assert_null(s_request.etag);
    cr_assert_str_eq(s_request.last_modified, "yesterday");
}

Test(fetch_plan, not_modified_ends_the_poll_and_keeps_the_etag)
{
    strcpy(s_page_of(1, 9, NULL)->headers.etag, "\"e\"");
    s_ask_and_give(&s_answer);
    s_expect_wait(MINUTE_MS, 0);
    s_status(304)->headers.poll_interval_s = 120;
    cr_assert_eq(s_give(&s_answer), FETCH_UNCHANGED);
    cr_assert_eq(s_source()->cursor.not_modified, 1);
    cr_assert_eq(s_source()->cursor.failures, 0);
    s_expect_wait(120 * SECOND_MS, 0);
    cr_assert_str_eq(s_request.etag, "\"e\"");
}

Test(fetch_plan, not_modified_without_a_condition_is_a_failure)
{
    cr_assert_eq(s_ask_and_give(s_status(304)), FETCH_INCOMPLETE);
}

Test(fetch_plan, the_etag_moves_only_with_the_whole_poll)
{
    strcpy(s_page_of(1, 9, NULL)->headers.etag, "\"old\"");
    s_ask_and_give(&s_answer);
    s_expect_wait(MINUTE_MS, 0);
    strcpy(s_page_of(2, 9, SECOND)->headers.etag, "\"new\"");
    s_give(&s_answer);
    cr_assert_eq(s_ask_and_give(s_status(500)), FETCH_INCOMPLETE);
    cr_assert_str_eq(s_source()->cursor.etag, "\"old\"");
    s_expect_wait(5 * SECOND_MS, HOUR_MS);
    cr_assert_str_eq(s_request.url, FIRST);
    cr_assert_str_eq(s_request.etag, "\"old\"");
}

// Fails n times in a row with the same answer and returns the last wait.
static int64_t s_wait_after(const fetch_answer_t *answer, int times)
{
    for (int i = 1; i < times; i++) {
        cr_assert_eq(s_give(answer), FETCH_INCOMPLETE);
        s_now = fetch_plan_due_ms(s_plan, s_now);
        cr_assert(s_next());
    }
    cr_assert_eq(s_give(answer), FETCH_INCOMPLETE);
    return fetch_plan_due_ms(s_plan, s_now) - s_now;
}

Test(fetch_plan, trouble_backs_off_exponentially_with_jitter)
{
    int statuses[] = {0, 500, 502, 503, 200};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        s_plan_with(1, 0);
        s_status(statuses[i]);
        s_answer.error = statuses[i] == 0 ? "Connection reset" : NULL;
        s_answer.body_error = "malformed JSON";
        cr_assert(s_next());
        int64_t wait_ms = s_wait_after(&s_answer, 1);
        cr_assert_geq(wait_ms, 5 * SECOND_MS);
        cr_assert_lt(wait_ms, 7500);
        cr_assert(s_next() == false);
        s_now += wait_ms;
        cr_assert(s_next());
        wait_ms = s_wait_after(&s_answer, 4);
        cr_assert_geq(wait_ms, 80 * SECOND_MS);
        cr_assert_lt(wait_ms, 120 * SECOND_MS);
        s_now += wait_ms;
        cr_assert(s_next());
        wait_ms = s_wait_after(&s_answer, 20);
        cr_assert_geq(wait_ms, 15 * MINUTE_MS);
        cr_assert_lt(wait_ms, 23 * MINUTE_MS);
        cr_assert_str_eq(fetch_source_state_name(s_source()), "backing off");
    }
}

Test(fetch_plan, jitter_spreads_sources_apart)
{
    s_plan_with(2, 0);
    s_ask_and_give(s_status(500));
    s_ask_and_give(s_status(500));
    cr_assert_neq(fetch_plan_source_due_ms(s_plan, 0, s_now),
                  fetch_plan_source_due_ms(s_plan, 1, s_now));
}

Test(fetch_plan, a_failed_poll_does_not_shorten_the_poll_interval)
{
    s_page_of(1, 9, NULL)->headers.poll_interval_s = 60;
    s_ask_and_give(&s_answer);
    s_expect_wait(MINUTE_MS, 0);
    s_give(s_status(500));
    s_expect_wait(MINUTE_MS, 0);
}

Test(fetch_plan, success_ends_the_back_off)
{
    cr_assert(s_next());
    s_now += s_wait_after(s_status(500), 5);
    cr_assert(s_next());
    s_give(s_page_of(1, 9, NULL));
    cr_assert_str_empty(s_source()->error);
    cr_assert_eq(s_source()->streak, 0);
    s_expect_wait(MINUTE_MS, 0);
}

Test(fetch_plan, an_unavailable_service_may_say_when_to_come_back)
{
    s_status(503)->headers.retry_after_s = 600;
    s_ask_and_give(&s_answer);
    s_expect_wait(600 * SECOND_MS, 0);
}

Test(fetch_plan, a_truncated_answer_is_no_answer)
{
    strcpy(s_status(200)->headers.etag, "\"e\"");
    s_answer.error = "transfer closed";
    cr_assert_eq(s_ask_and_give(&s_answer), FETCH_INCOMPLETE);
    cr_assert_str_empty(s_source()->cursor.etag);
    cr_assert_str_eq(s_source()->error, "HTTP 200: transfer closed");
}

Test(fetch_plan, a_body_that_is_always_bad_is_tolerated_in_the_end)
{
    s_status(200)->body_error = "malformed JSON";
    cr_assert(s_next());
    s_wait_after(&s_answer, 2);
    cr_assert_not(fetch_source_is_tolerant(s_source()));
    s_now = fetch_plan_due_ms(s_plan, s_now);
    cr_assert(s_next());
    s_wait_after(&s_answer, 1);
    cr_assert(fetch_source_is_tolerant(s_source()));
    s_now = fetch_plan_due_ms(s_plan, s_now);
    s_ask_and_give(s_page_of(1, 9, NULL));
    cr_assert_not(fetch_source_is_tolerant(s_source()));
}

Test(fetch_plan, an_exhausted_budget_waits_for_its_reset_by_githubs_clock)
{
    static const int statuses[] = {403, 429};
    for (int i = 0; i < 2; i++) {
        s_plan_with(1, 0);
        s_status(statuses[i]);
        s_quota(60, 0, 1800);
        cr_assert_eq(s_ask_and_give(&s_answer), FETCH_INCOMPLETE);
        cr_assert_str_eq(fetch_source_state_name(s_source()), "rate limited");
        s_expect_wait(1800 * SECOND_MS, SECOND_MS);
    }
}

Test(fetch_plan, an_exhausted_budget_holds_up_all_that_share_it)
{
    s_plan_with(3, 0);
    s_status(403);
    s_quota(60, 0, 1800);
    s_ask_and_give(&s_answer);
    s_expect_wait(1800 * SECOND_MS, SECOND_MS);
}

Test(fetch_plan, without_a_reset_a_minute_is_waited)
{
    s_status(403)->refusal = FETCH_REFUSAL_PRIMARY;
    s_ask_and_give(&s_answer);
    s_expect_wait(MINUTE_MS, SECOND_MS);
}

Test(fetch_plan, retry_after_and_reset_are_both_obeyed)
{
    s_status(429);
    s_quota(60, 0, 30);
    s_answer.headers.retry_after_s = 100;
    s_ask_and_give(&s_answer);
    s_expect_wait(100 * SECOND_MS, 0);
}

Test(fetch_plan, a_secondary_limit_waits_as_long_as_it_says)
{
    s_status(403)->headers.retry_after_s = 500;
    s_quota(60, 50, 1800);
    s_ask_and_give(&s_answer);
    s_expect_wait(500 * SECOND_MS, 0);
}

Test(fetch_plan, a_secondary_limit_waits_a_minute_at_least)
{
    s_status(429)->headers.retry_after_s = 2;
    s_ask_and_give(&s_answer);
    s_expect_wait(MINUTE_MS, MINUTE_MS / 2);
}

Test(fetch_plan, a_secondary_limit_without_retry_after_backs_off)
{
    s_status(403)->refusal = FETCH_REFUSAL_SECONDARY;
    cr_assert(s_next());
    int64_t wait_ms = s_wait_after(&s_answer, 1);
    cr_assert_geq(wait_ms, MINUTE_MS);
    cr_assert_lt(wait_ms, 3 * MINUTE_MS / 2);
    s_now += wait_ms;
    cr_assert(s_next());
    wait_ms = s_wait_after(&s_answer, 2);
    cr_assert_geq(wait_ms, 4 * MINUTE_MS);
    cr_assert_lt(wait_ms, 6 * MINUTE_MS);
}

Test(fetch_plan, the_budget_is_spread_until_its_reset)
{
    // 57 requests for an hour, 3 a poll: every 190 s or so.
    s_give(s_next() ? s_page_of(20, 9, SECOND) : NULL);
    s_ask_and_give(s_page_of(10, 9, THIRD));
    s_page_of(1, 9, NULL);
    s_quota(60, 57, 3600);
    s_ask_and_give(&s_answer);
    s_expect_wait(189 * SECOND_MS, 2 * SECOND_MS);
}

Test(fetch_plan, the_spread_budget_lasts_for_the_hour)
{
    s_plan_with(4, 0);
    int64_t begun_ms = s_now;
    int polls = 0;
    for (; s_now < begun_ms + HOUR_MS; polls++) {
        s_page_of(1, 9, NULL);
        s_quota(60, 59 - polls, (begun_ms + HOUR_MS - s_now) / SECOND_MS);
        cr_assert_geq(s_answer.headers.remaining, 0);
        cr_assert_eq(s_ask_and_give(&s_answer), FETCH_COMPLETE);
        s_now = fetch_plan_due_ms(s_plan, s_now);
    }
    cr_assert_geq(polls, 50, "what is there is used: %d", polls);
}

Test(fetch_plan, not_modified_costs_nothing)
{
    strcpy(s_page_of(1, 9, NULL)->headers.etag, "\"e\"");
    s_ask_and_give(&s_answer);
    s_now += MINUTE_MS;
    s_status(304);
    s_quota(60, 59, 3000);
    s_ask_and_give(&s_answer);
    s_expect_wait(MINUTE_MS, 0);
}

Test(fetch_plan, what_is_left_is_not_begun_when_it_is_too_little)
{
    s_ask_and_give(s_page_of(20, 9, SECOND));
    s_page_of(10, 9, NULL);
    s_quota(60, 1, 900);
    s_ask_and_give(&s_answer);
    s_expect_wait(900 * SECOND_MS, SECOND_MS);
}

Test(fetch_plan, a_token_that_is_refused_is_put_in_quarantine)
{
    s_plan_with(1, 2);
    cr_assert(s_next());
    size_t bad = s_request.token;
    cr_assert_neq(bad, FETCH_NO_TOKEN);
    s_give(s_status(401));
    cr_assert_not_null(strstr(s_source()->error, "token 1 "));
    s_expect_wait(5 * SECOND_MS, 5 * SECOND_MS);
    cr_assert_neq(s_request.token, bad);
    cr_assert_neq(s_request.token, FETCH_NO_TOKEN);
    s_status(403)->refusal = FETCH_REFUSAL_SUSPENDED;
    s_give(&s_answer);
    s_now = fetch_plan_due_ms(s_plan, s_now);
    cr_assert(s_next());
    cr_assert_eq(s_request.token, FETCH_NO_TOKEN, "on without one");
    s_give(s_page_of(1, 9, NULL));
    s_now += HOUR_MS;
    cr_assert(s_next());
    cr_assert_eq(s_request.token, bad, "tried again an hour later");
}

Test(fetch_plan, unauthorized_without_a_token_is_asked_rarely)
{
    s_ask_and_give(s_status(401));
    s_expect_wait(5 * MINUTE_MS, 3 * MINUTE_MS);
}

Test(fetch_plan, an_exhausted_token_gives_way_to_another)
{
    s_plan_with(1, 2);
    cr_assert(s_next());
    size_t empty = s_request.token;
    s_status(403);
    s_quota(5000, 0, 1800);
    s_give(&s_answer);
    s_expect_wait(5 * SECOND_MS, 5 * SECOND_MS);
    cr_assert_neq(s_request.token, empty);
    cr_assert_neq(s_request.token, FETCH_NO_TOKEN);
}

Test(fetch_plan, exhausted_tokens_do_not_turn_anonymous)
{
    s_plan_with(1, 1);
    s_status(403);
    s_quota(5000, 0, 1800);
    s_ask_and_give(&s_answer);
    s_expect_wait(1800 * SECOND_MS, SECOND_MS);
    cr_assert_eq(s_request.token, 0);
}

Test(fetch_plan, each_token_carries_one_poll_at_a_time)
{
    s_plan_with(3, 2);
    cr_assert(s_next());
    size_t first = s_request.token;
    cr_assert(s_next());
    cr_assert_neq(s_request.token, first);
    cr_assert_not(s_next());
    cr_assert_eq(fetch_plan_due_ms(s_plan, s_now), FETCH_NEVER_MS);
}

Test(fetch_plan, a_token_stays_home_where_it_would_go_in_the_clear)
{
    s_plan_with(0, 1);
    fetch_plan_add(s_plan, "http://proxy.example/events");
    cr_assert(s_next());
    cr_assert_eq(s_request.token, FETCH_NO_TOKEN);
}

// Answers the next request with a redirect.
static fetch_step_t s_redirect(int status, const char *to)
{
    strcpy(s_status(status)->headers.location, to);
    return s_ask_and_give(&s_answer);
}

Test(fetch_plan, a_permanent_redirect_is_followed_and_remembered)
{
    static const int statuses[] = {301, 308};
    for (int i = 0; i < 2; i++) {
        s_plan_with(1, 0);
        cr_assert_eq(s_redirect(statuses[i], "/repositories/1/events"),
                     FETCH_GO_ON);
        cr_assert(s_next());
        cr_assert_str_eq(s_request.url,
                         "https://api.github.com/repositories/1/events"
                         "?per_page=100");
        cr_assert_not_null(fetch_plan_take_note(s_plan, 0));
        s_give(s_page_of(1, 9, NULL));
        s_expect_wait(MINUTE_MS, 0);
        cr_assert_str_eq(s_request.url,
                         "https://api.github.com/repositories/1/events"
                         "?per_page=100");
    }
}

Test(fetch_plan, a_temporary_redirect_is_followed_once)
{
    cr_assert_eq(s_redirect(302, URL "/x"), FETCH_GO_ON);
    cr_assert_eq(s_redirect(301, URL "/y"), FETCH_GO_ON);
    cr_assert_eq(s_ask_and_give(s_page_of(1, 9, NULL)), FETCH_COMPLETE);
    s_expect_wait(MINUTE_MS, 0);
    cr_assert_str_eq(s_request.url, FIRST);
}

Test(fetch_plan, a_redirect_to_another_host_is_not_followed)
{
    cr_assert_eq(s_redirect(301, "https://evil.example/"), FETCH_INCOMPLETE);
    cr_assert_str_empty(s_source()->cursor.moved);
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
    s_ask_and_give(s_page_of(1, 9, SECOND));
    cr_assert_eq(s_redirect(301, THIRD), FETCH_GO_ON);
    cr_assert(s_next());
    cr_assert_str_eq(s_request.url, THIRD);
    cr_assert_str_empty(s_source()->cursor.moved);
}

Test(fetch_plan, not_found_is_asked_rarely_and_at_its_old_place)
{
    s_redirect(301, "/repositories/1/events");
    cr_assert(s_next());
    int64_t wait_ms = s_wait_after(s_status(404), 1);
    cr_assert_str_empty(s_source()->cursor.moved);
    cr_assert_str_eq(fetch_source_state_name(s_source()), "not found");
    cr_assert_geq(wait_ms, 5 * MINUTE_MS);
    s_now += wait_ms;
    cr_assert(s_next());
    wait_ms = s_wait_after(s_status(404), 10);
    cr_assert_geq(wait_ms, 6 * HOUR_MS);
    cr_assert_lt(wait_ms, 9 * HOUR_MS);
}

Test(fetch_plan, gone_and_forbidden_are_asked_rarely)
{
    static const int statuses[] = {403, 410, 422, 451};
    for (int i = 0; i < 4; i++) {
        s_plan_with(1, 0);
        s_ask_and_give(s_status(statuses[i]));
        s_expect_wait(5 * MINUTE_MS, 3 * MINUTE_MS);
    }
}

Test(fetch_plan, deprecation_is_told_once)
{
    s_page_of(1, 9, NULL)->headers.deprecation = true;
    strcpy(s_answer.headers.sunset, "Sun, 06 Nov 2044 08:49:37 GMT");
    s_ask_and_give(&s_answer);
    cr_assert_not_null(strstr(fetch_plan_take_note(s_plan, 0), "06 Nov 2044"));
    s_expect_wait(MINUTE_MS, 0);
    s_give(&s_answer);
    cr_assert_null(fetch_plan_take_note(s_plan, 0));
}

Test(fetch_plan, a_gap_is_told_with_its_times)
{
    s_ask_and_give(s_page_of(100, 9, NULL));
    s_now += MINUTE_MS;
    s_ask_and_give(s_page_of(200, 9, NULL));
    const char *note = fetch_plan_take_note(s_plan, 0);
    cr_assert_not_null(strstr(note, "1970-01-01T00:01:48Z"));
    cr_assert_not_null(strstr(note, "1970-01-01T00:03:20Z"));
}

Test(fetch_plan, a_full_window_starts_no_poll_but_ends_the_one_under_way)
{
    cr_assert_not(fetch_plan_next(s_plan, s_now, false, &s_request));
    s_ask_and_give(s_page_of(1, 9, SECOND));
    cr_assert(fetch_plan_next(s_plan, s_now, false, &s_request));
}

Test(fetch_plan, the_source_that_waited_longest_goes_first)
{
    s_plan_with(3, 0);
    for (size_t round = 0; round < 9; round++) {
        cr_assert_eq(s_ask_and_give(s_page_of(1, 9, NULL)), FETCH_COMPLETE);
        cr_assert_eq(s_request.source, round % 3);
        s_now += MINUTE_MS;
    }
}

Test(fetch_plan, a_resumed_source_is_conditional_and_keeps_its_interval)
{
    fetch_cursor_t cursor = {
        .etag = "\"e\"", .interval_s = 100, .polls = 7, .moved = "http://evil"};
    fetch_plan_resume(s_plan, 0, &cursor, 40 * SECOND_MS, s_now);
    s_expect_wait(60 * SECOND_MS, 0);
    cr_assert_str_eq(s_request.etag, "\"e\"");
    cr_assert_str_eq(s_request.url, FIRST, "a damaged cursor leads nowhere");
    s_give(s_status(304));
    cr_assert_eq(s_source()->cursor.polls, 8);
}

Test(fetch_plan, a_clock_that_was_set_back_costs_one_interval_at_most)
{
    fetch_cursor_t cursor = {.interval_s = 100};
    fetch_plan_resume(s_plan, 0, &cursor, -HOUR_MS, s_now);
    s_expect_wait(100 * SECOND_MS, 0);
}

Test(fetch_plan, what_was_not_kept_is_asked_for_again)
{
    strcpy(s_page_of(1, 9, NULL)->headers.etag, "\"e\"");
    s_ask_and_give(&s_answer);
    fetch_plan_forget(s_plan, 0, "no memory", s_now);
    s_now = fetch_plan_due_ms(s_plan, s_now);
    cr_assert(s_next());
    cr_assert_null(s_request.etag);
}

Test(fetch_plan, a_source_is_an_address_that_the_log_can_name)
{
    char url[FETCH_URL_MAX] = "https://api.github.com/";
    memset(url + strlen(url), 'a', 1100 - strlen(url));
    cr_assert_eq(fetch_plan_add(s_plan, url), -ENAMETOOLONG);
    cr_assert_eq(fetch_plan_add(s_plan, "events"), -EINVAL);
}
