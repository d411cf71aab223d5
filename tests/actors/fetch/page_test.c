#include "actors/fetch/page.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

static event_parser_t *s_parser;
static fetch_page_t s_page;
static const char *s_reason;
static fetch_keys_t s_known; // before the page

static void s_begin(void)
{
    s_parser = event_parser_new();
    s_reason = NULL;
    s_known = (fetch_keys_t){0};
}

static void s_end(void)
{
    fetch_page_close(&s_page);
    event_parser_destroy(&s_parser);
}

TestSuite(fetch_page, .init = s_begin, .fini = s_end);

static int s_open(const char *text)
{
    buffer_t body = {0};
    fetch_page_close(&s_page);
    buffer_add_text(&body, text);
    int rc = fetch_page_open(&s_page, &body, s_parser, s_known, &s_reason);
    cr_assert_null(body.data, "the body is taken");
    return rc;
}

#define EVENT(id, time)                                                        \
    "{\"id\":\"" id "\",\"type\":\"PushEvent\",\"created_at\":\"" time "\"}"

Test(fetch_page, an_array_is_cut_into_its_events)
{
    cr_assert_eq(s_open(" [" EVENT("2", "2026-01-01T00:00:02Z") ", " EVENT(
                     "1", "2026-01-01T00:00:01Z") "]\r\n"),
                 0);
    cr_assert_eq(s_page.count, 2);
    cr_assert_eq(s_page.element_count, 2);
    const event_t *event = s_page.elements[1].event;
    cr_assert_eq(event->id, 1);
    cr_assert(slice_equal(event->type_name, slice_of("PushEvent")));
    cr_assert(
        slice_equal(event->json, slice_of(EVENT("1", "2026-01-01T00:00:01Z"))));
    cr_assert_eq(s_page.newest - s_page.oldest, 1);
    cr_assert_neq(s_page.keys[0], s_page.keys[1]);
}

Test(fetch_page, an_event_is_the_same_whatever_its_body)
{
    cr_assert_eq(s_open("[" EVENT("1", "2026-01-01T00:00:01Z") "]"), 0);
    uint64_t key = s_page.keys[0];
    cr_assert_eq(s_open("[{\"created_at\":\"2026-01-01T00:00:01Z\",\"id\":"
                        "\"1\",\"type\":\"PushEvent\",\"payload\":{}}]"),
                 0);
    cr_assert_eq(s_page.keys[0], key);
    cr_assert_eq(s_open("[" EVENT("1", "2026-01-01T00:00:02Z") "]"), 0);
    cr_assert_neq(s_page.keys[0], key);
}

Test(fetch_page, an_empty_array_is_a_page_without_events)
{
    cr_assert_eq(s_open("[]"), 0);
    cr_assert_eq(s_page.count, 0);
    cr_assert_eq(s_page.newest, 0);
}

Test(fetch_page, an_object_that_is_no_event_stays_in)
{
    cr_assert_eq(s_open("[{\"a\":[]}," EVENT("1", "2026-01-01T00:00:01Z") "]"),
                 0);
    cr_assert_eq(s_page.count, 2);
    cr_assert_eq(s_page.keys[0], 0);
    cr_assert_neq(s_page.keys[1], 0);
    cr_assert_null(s_page.elements[0].event);
    cr_assert_str_eq(s_page.elements[0].reason, "type is missing");
    cr_assert(slice_equal(s_page.elements[0].json, slice_of("{\"a\":[]}")));
}

// Each bad element between two good ones.
Test(fetch_page, a_bad_element_costs_that_element_and_not_the_page)
{
    static const struct {
        const char *json, *reason;
    } bad[] = {
        {"null", "not a JSON object"},
        {"1", "not a JSON object"},
        {"[]", "not a JSON object"},
        {"\"{}\"", "not a JSON object"},
        {"{}", "type is missing"},
        {"{\"id\":}", "not JSON"},
        {"{\"id\":\"7\"", "not JSON"},
        {"{\"id\":\"\xff\"}", "not valid UTF-8"},
        {"{\"id\":\"\n\"}", "not JSON: a control character in a string"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char body[512];
        snprintf(body, sizeof body, "[%s,%s,%s]",
                 EVENT("2", "2026-01-01T00:00:02Z"), bad[i].json,
                 EVENT("1", "2026-01-01T00:00:01Z"));
        cr_assert_eq(s_open(body), 0, "%s", body);
        cr_assert_eq(s_page.count, 3, "%s", body);
        cr_assert_eq(s_page.elements[0].event->id, 2);
        cr_assert_null(s_page.elements[1].event);
        cr_assert_str_eq(s_page.elements[1].reason, bad[i].reason);
        cr_assert(slice_equal(s_page.elements[1].json, slice_of(bad[i].json)));
        cr_assert_eq(s_page.keys[1], 0);
        cr_assert_eq(s_page.elements[2].event->id, 1);
    }
}

Test(fetch_page, what_is_known_is_counted_and_left_out)
{
    const char *body = "[" EVENT("3", "2026-01-01T00:00:03Z") "," EVENT(
        "2", "2026-01-01T00:00:02Z") ",null," EVENT("1",
                                                    "2026-01-01T00:00:01Z") "]";
    cr_assert_eq(s_open(body), 0);
    const uint64_t keys[] = {7, s_page.keys[3], s_page.keys[0]};
    s_known = (fetch_keys_t){keys, 3};
    cr_assert_eq(s_open(body), 0);
    cr_assert_eq(s_page.count, 4);
    cr_assert_eq(s_page.left_out, 2);
    cr_assert_eq(s_page.keys[0], keys[2], "coverage still sees it");
    cr_assert_eq(s_page.newest - s_page.oldest, 2);
    cr_assert_eq(s_page.element_count, 2);
    cr_assert_eq(s_page.elements[0].event->id, 2);
    cr_assert_str_eq(s_page.elements[1].reason, "not a JSON object");
}

Test(fetch_page, half_a_surrogate_pair_costs_nothing)
{
    const char *event =
        "{\"id\":\"1\",\"type\":\"PushEvent\",\"created_at\":"
        "\"2026-01-01T00:00:01Z\",\"payload\":{\"action\":\"\\ud83d\"}}";
    char body[256];
    snprintf(body, sizeof body, "[%s]", event);
    cr_assert_eq(s_open(body), 0);
    cr_assert_not_null(s_page.elements[0].event);
    cr_assert(slice_equal(s_page.elements[0].event->json, slice_of(event)));
}

Test(fetch_page, what_is_no_whole_array_is_no_page)
{
    static const char *const bodies[] = {
        "",
        "null",
        "{\"message\":\"Server Error\"}",
        "<html></html>",
        "[",
        "[{}",
        "[{},",
        "[{\"id\":\"1}]",
        "[{\"labels\":[]",
        "[{}]x",
        "[{}][{}]",
        "\"[{}]\"",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        s_reason = NULL;
        cr_assert_eq(s_open(bodies[i]), -EBADMSG, "%s", bodies[i]);
        cr_assert_not_null(s_reason);
        cr_assert_eq(s_page.count, 0);
        cr_assert_null(s_page.body.data);
    }
}

Test(fetch_page, every_cut_of_a_body_is_noticed)
{
    const char *whole = "[" EVENT("2", "2026-01-01T00:00:02Z") "," EVENT(
        "1", "2026-01-01T00:00:01Z") "]";
    for (size_t bytes = 0; bytes < strlen(whole); bytes++) {
        buffer_t body = {0};
        buffer_add(&body, whole, bytes);
        cr_assert_eq(
            fetch_page_open(&s_page, &body, s_parser, s_known, &s_reason),
            -EBADMSG, "%zu", bytes);
    }
}

Test(fetch_page, a_page_of_thousands_is_not_githubs)
{
    buffer_t body = {0};
    buffer_add_text(&body, "[{}");
    for (int i = 0; i < FETCH_PAGE_EVENTS_MAX; i++)
        buffer_add_text(&body, ",{}");
    buffer_add_text(&body, "]");
    cr_assert_eq(fetch_page_open(&s_page, &body, s_parser, s_known, &s_reason),
                 -EBADMSG);
}

Test(fetch_page, githubs_refusals_are_told_apart)
{
    cr_assert_eq(fetch_page_refusal(slice_of(
                     "{\"message\":\"API rate limit exceeded for 1.2.3.4.\"}")),
                 FETCH_REFUSAL_PRIMARY);
    cr_assert_eq(
        fetch_page_refusal(slice_of(
            "{\"message\":\"You have exceeded a secondary rate limit.\"}")),
        FETCH_REFUSAL_SECONDARY);
    cr_assert_eq(fetch_page_refusal(slice_of(
                     "{\"message\":\"Sorry. Your account was suspended.\"}")),
                 FETCH_REFUSAL_SUSPENDED);
    cr_assert_eq(fetch_page_refusal(slice_of("{\"message\":\"Forbidden\"}")),
                 FETCH_REFUSAL_NONE);
    cr_assert_eq(fetch_page_refusal(slice_of("")), FETCH_REFUSAL_NONE);
}
