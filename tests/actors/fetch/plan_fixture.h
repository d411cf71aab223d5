// A plan of fetching with clock, request and answer of its own: the rules of
// asking GitHub are arithmetic. Answers and times go in, requests and waits
// come out.

#ifndef OCTOLOG_TESTS_ACTORS_FETCH_PLAN_FIXTURE_H
#define OCTOLOG_TESTS_ACTORS_FETCH_PLAN_FIXTURE_H

#include "actors/fetch/plan.h"

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

static inline void plan_with(int sources, size_t tokens)
{
    fetch_policy_t policy = {.pages = 3, .random = 1};
    fetch_plan_destroy(&s_plan);
    s_plan = fetch_plan_new(&policy, 8, tokens);
    s_now = 1000000;
    for (int i = 0; i < sources; i++)
        cr_assert_eq(fetch_plan_add(s_plan, URL), 0);
}

static inline void plan_begin(void)
{
    plan_with(1, 0);
}

static inline void plan_end(void)
{
    fetch_plan_destroy(&s_plan);
}

static inline bool plan_next(void)
{
    return fetch_plan_next(s_plan, s_now, true, &s_request);
}

static inline const fetch_source_t *plan_source(void)
{
    return fetch_plan_source(s_plan, s_request.source);
}

// An answer with nothing in it but a status.
static inline fetch_answer_t *plan_status(int status)
{
    s_answer = (fetch_answer_t){.status = status, .wall_us = 1};
    fetch_headers_clear(&s_answer.headers);
    return &s_answer;
}

// A page of events number first, first + 1, ... and, unless it is the last,
// the way to the next.
static inline fetch_answer_t *plan_page_of(uint32_t first, uint32_t count,
                                           const char *next)
{
    plan_status(200)->page = &s_page;
    s_page.count = count;
    s_page.oldest = first;
    s_page.newest = first + count - 1;
    for (uint32_t i = 0; i < count; i++)
        s_page.keys[i] = first + i;
    strcpy(s_answer.headers.next, next ? next : "");
    return &s_answer;
}

static inline fetch_step_t plan_give(const fetch_answer_t *answer)
{
    return fetch_plan_answer(s_plan, s_request.source, answer, s_now);
}

// Gives the answer to the next request, which must be there.
static inline fetch_step_t plan_ask_and_give(const fetch_answer_t *answer)
{
    cr_assert(plan_next());
    return plan_give(answer);
}

// Checks that nothing starts for `wait_ms`, and that something does then, or
// up to `late_ms` after.
static inline void plan_expect_wait(int64_t wait_ms, int64_t late_ms)
{
    int64_t due_ms = fetch_plan_due_ms(s_plan, s_now);
    cr_assert_geq(due_ms - s_now, wait_ms);
    cr_assert_leq(due_ms - s_now, wait_ms + late_ms);
    s_now = due_ms - 1;
    cr_assert_not(plan_next());
    s_now = due_ms;
    cr_assert(plan_next());
}

// Fails n times in a row with the same answer and returns the last wait.
static inline int64_t plan_wait_after(const fetch_answer_t *answer, int times)
{
    for (int i = 1; i < times; i++) {
        cr_assert_eq(plan_give(answer), FETCH_INCOMPLETE);
        s_now = fetch_plan_due_ms(s_plan, s_now);
        cr_assert(plan_next());
    }
    cr_assert_eq(plan_give(answer), FETCH_INCOMPLETE);
    return fetch_plan_due_ms(s_plan, s_now) - s_now;
}

#endif
