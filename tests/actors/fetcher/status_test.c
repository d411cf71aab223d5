// What the fetcher says of its sources.

#include "actors/fetcher/status.h"
#include "proto/message.h"

#include <criterion/criterion.h>

// Of a machine that runs for a quarter of an hour.
#define NOW_MS INT64_C(900000)
#define NOW_US INT64_C(1767225600000000)

static fetch_plan_t *s_plan;
static buffer_t s_message;

static void s_begin(void)
{
    const fetch_policy_t policy = {.pages = 3, .random = 1};
    s_plan = fetch_plan_new(&policy, 1, 0);
    cr_assert_eq(fetch_plan_add(s_plan, "https://api.github.com/events"), 0);
}

static void s_end(void)
{
    fetch_plan_destroy(&s_plan);
    buffer_free(&s_message);
}

TestSuite(fetcher_status, .init = s_begin, .fini = s_end);

// The one source, as of NOW.
static message_source_t s_source(void)
{
    const fetcher_status_clock_t clock = {NOW_MS, NOW_US, 1};
    message_t sources, item;
    buffer_reset(&s_message);
    fetcher_status_write(s_plan, &clock, &s_message);
    cr_assert_eq(message_decode(&sources, buffer_slice(&s_message)), 0);
    cr_assert_eq(sources.kind, MESSAGE_SOURCES);
    slice_t rest = sources.sources.sources;
    cr_assert_eq(message_list_next(&rest, MESSAGE_SOURCE, &item), 1);
    return item.source;
}

Test(fetcher_status, the_next_poll_is_never_in_the_past)
{
    fetch_request_t request;
    cr_expect_eq(s_source().next_poll_at_us, NOW_US, "due, and not begun");
    cr_assert(fetch_plan_next(s_plan, NOW_MS, true, &request));
    cr_expect(slice_equal(s_source().state, slice_of("polling")));
    cr_expect_eq(s_source().next_poll_at_us, NOW_US);
}
