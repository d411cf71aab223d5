// What a poll may cost: GitHub's budgets and limits, and the tokens that they
// belong to.

#include "tests/actors/fetch/plan_fixture.h"

TestSuite(fetch_plan_budget, .init = plan_begin, .fini = plan_end);

static void s_quota(int64_t limit, int64_t remaining, int64_t reset_in_s)
{
    s_answer.headers.date_s = 5000;
    s_answer.headers.limit = limit;
    s_answer.headers.remaining = remaining;
    s_answer.headers.limit_reset_s = 5000 + reset_in_s;
}

Test(fetch_plan_budget,
     an_exhausted_budget_waits_for_its_reset_by_githubs_clock)
{
    static const int statuses[] = {403, 429};
    for (int i = 0; i < 2; i++) {
        plan_with(1, 0);
        plan_status(statuses[i]);
        s_quota(60, 0, 1800);
        cr_assert_eq(plan_ask_and_give(&s_answer), FETCH_INCOMPLETE);
        cr_assert_str_eq(fetch_source_state_name(plan_source()),
                         "rate limited");
        plan_expect_wait(1800 * SECOND_MS, SECOND_MS);
    }
}

Test(fetch_plan_budget, an_exhausted_budget_holds_up_all_that_share_it)
{
    plan_with(3, 0);
    plan_status(403);
    s_quota(60, 0, 1800);
    plan_ask_and_give(&s_answer);
    plan_expect_wait(1800 * SECOND_MS, SECOND_MS);
}

Test(fetch_plan_budget, without_a_reset_a_minute_is_waited)
{
    plan_status(403)->refusal = FETCH_REFUSAL_PRIMARY;
    plan_ask_and_give(&s_answer);
    plan_expect_wait(MINUTE_MS, SECOND_MS);
}

Test(fetch_plan_budget, retry_after_and_reset_are_both_obeyed)
{
    plan_status(429);
    s_quota(60, 0, 30);
    s_answer.headers.retry_after_s = 100;
    plan_ask_and_give(&s_answer);
    plan_expect_wait(100 * SECOND_MS, 0);
}

Test(fetch_plan_budget, a_secondary_limit_waits_as_long_as_it_says)
{
    plan_status(403)->headers.retry_after_s = 500;
    s_quota(60, 50, 1800);
    plan_ask_and_give(&s_answer);
    plan_expect_wait(500 * SECOND_MS, 0);
}

Test(fetch_plan_budget, a_secondary_limit_waits_a_minute_at_least)
{
    plan_status(429)->headers.retry_after_s = 2;
    plan_ask_and_give(&s_answer);
    plan_expect_wait(MINUTE_MS, MINUTE_MS / 2);
}

Test(fetch_plan_budget, a_secondary_limit_without_retry_after_backs_off)
{
    plan_status(403)->refusal = FETCH_REFUSAL_SECONDARY;
    cr_assert(plan_next());
    int64_t wait_ms = plan_wait_after(&s_answer, 1);
    cr_assert_geq(wait_ms, MINUTE_MS);
    cr_assert_lt(wait_ms, 3 * MINUTE_MS / 2);
    s_now += wait_ms;
    cr_assert(plan_next());
    wait_ms = plan_wait_after(&s_answer, 2);
    cr_assert_geq(wait_ms, 4 * MINUTE_MS);
    cr_assert_lt(wait_ms, 6 * MINUTE_MS);
}

Test(fetch_plan_budget, the_budget_is_spread_until_its_reset)
{
    // 57 requests for an hour, 3 a poll: every 190 s or so.
    plan_give(plan_next() ? plan_page_of(20, 9, SECOND) : NULL);
    plan_ask_and_give(plan_page_of(10, 9, THIRD));
    plan_page_of(1, 9, NULL);
    s_quota(60, 57, 3600);
    plan_ask_and_give(&s_answer);
    plan_expect_wait(189 * SECOND_MS, 2 * SECOND_MS);
}

Test(fetch_plan_budget, the_spread_budget_lasts_for_the_hour)
{
    plan_with(4, 0);
    int64_t begun_ms = s_now;
    int polls = 0;
    for (; s_now < begun_ms + HOUR_MS; polls++) {
        plan_page_of(1, 9, NULL);
        s_quota(60, 59 - polls, (begun_ms + HOUR_MS - s_now) / SECOND_MS);
        cr_assert_geq(s_answer.headers.remaining, 0);
        cr_assert_eq(plan_ask_and_give(&s_answer), FETCH_COMPLETE);
        s_now = fetch_plan_due_ms(s_plan, s_now);
    }
    cr_assert_geq(polls, 50, "what is there is used: %d", polls);
}

Test(fetch_plan_budget, not_modified_costs_nothing)
{
    strcpy(plan_page_of(1, 9, NULL)->headers.etag, "\"e\"");
    plan_ask_and_give(&s_answer);
    s_now += MINUTE_MS;
    plan_status(304);
    s_quota(60, 59, 3000);
    plan_ask_and_give(&s_answer);
    plan_expect_wait(MINUTE_MS, 0);
}

Test(fetch_plan_budget, what_is_left_is_not_begun_when_it_is_too_little)
{
    plan_ask_and_give(plan_page_of(20, 9, SECOND));
    plan_page_of(10, 9, NULL);
    s_quota(60, 1, 900);
    plan_ask_and_give(&s_answer);
    plan_expect_wait(900 * SECOND_MS, SECOND_MS);
}

Test(fetch_plan_budget, a_token_that_is_refused_is_put_in_quarantine)
{
    plan_with(1, 2);
    cr_assert(plan_next());
    size_t bad = s_request.token;
    cr_assert_neq(bad, FETCH_NO_TOKEN);
    plan_give(plan_status(401));
    cr_assert_not_null(strstr(plan_source()->error, "token 1 "));
    plan_expect_wait(5 * SECOND_MS, 5 * SECOND_MS);
    cr_assert_neq(s_request.token, bad);
    cr_assert_neq(s_request.token, FETCH_NO_TOKEN);
    plan_status(403)->refusal = FETCH_REFUSAL_SUSPENDED;
    plan_give(&s_answer);
    s_now = fetch_plan_due_ms(s_plan, s_now);
    cr_assert(plan_next());
    cr_assert_eq(s_request.token, FETCH_NO_TOKEN, "on without one");
    plan_give(plan_page_of(1, 9, NULL));
    s_now += HOUR_MS;
    cr_assert(plan_next());
    cr_assert_eq(s_request.token, bad, "tried again an hour later");
}

Test(fetch_plan_budget, unauthorized_without_a_token_is_asked_rarely)
{
    plan_ask_and_give(plan_status(401));
    plan_expect_wait(5 * MINUTE_MS, 3 * MINUTE_MS);
}

Test(fetch_plan_budget, an_exhausted_token_gives_way_to_another)
{
    plan_with(1, 2);
    cr_assert(plan_next());
    size_t empty = s_request.token;
    plan_status(403);
    s_quota(5000, 0, 1800);
    plan_give(&s_answer);
    plan_expect_wait(5 * SECOND_MS, 5 * SECOND_MS);
    cr_assert_neq(s_request.token, empty);
    cr_assert_neq(s_request.token, FETCH_NO_TOKEN);
}

Test(fetch_plan_budget, exhausted_tokens_do_not_turn_anonymous)
{
    plan_with(1, 1);
    plan_status(403);
    s_quota(5000, 0, 1800);
    plan_ask_and_give(&s_answer);
    plan_expect_wait(1800 * SECOND_MS, SECOND_MS);
    cr_assert_eq(s_request.token, 0);
}

Test(fetch_plan_budget, each_token_carries_one_poll_at_a_time)
{
    plan_with(3, 2);
    cr_assert(plan_next());
    size_t first = s_request.token;
    cr_assert(plan_next());
    cr_assert_neq(s_request.token, first);
    cr_assert_not(plan_next());
    cr_assert_eq(fetch_plan_due_ms(s_plan, s_now), FETCH_NEVER_MS);
}

Test(fetch_plan_budget, a_token_stays_home_where_it_would_go_in_the_clear)
{
    plan_with(0, 1);
    fetch_plan_add(s_plan, "http://proxy.example/events");
    cr_assert(plan_next());
    cr_assert_eq(s_request.token, FETCH_NO_TOKEN);
}
