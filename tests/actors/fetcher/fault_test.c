// Whatever GitHub does: the next request is the one its rules ask for, timed on
// the simulator's clock, and nothing is lost.
#include "actors/runtime/clock.h"
#include "tests/actors/fetcher/fetcher_fixture.h"

// Index of the first request that failed so; -1: none did.
static int s_find(const cJSON *requests, const char *fault)
{
    int i = 0;
    const cJSON *request;
    cJSON_ArrayForEach(request, requests)
    {
        const char *name = sim_text(request, "fault");
        if (name && strcmp(name, fault) == 0)
            return i;
        i++;
    }
    return -1;
}

// A slow feed with one page, polled three times, then a fault, then polls until
// three went well after it. Returns the log of requests.
static cJSON *s_run(fetching_t *self, const char *fault, const char *token)
{
    FETCHING_OPEN(self, "1000", "--rate", "0.02", "--history", "60",
                  "--poll-interval", "30", "--fault-wait", "240", "--slow-ms",
                  "500", "--rate-limit", "5000");
    fetching_add(self, "/events");
    // But for the slow answer, a busy machine must not run into it.
    fetching_set(self, "github.timeout-ms",
                 strcmp(fault, "slow") == 0 ? "200" : "5000");
    if (token) {
        self->spine.config->tokens[0] = strdup(token);
        self->spine.config->token_count = 1;
    }
    fetching_start(self);
    fetching_await_polls(self, 3);
    sim_arm(&self->sim, fault, 1);
    while (sim_number(&self->sim, "faults_pending") > 0)
        zclock_sleep(LOOK_MS);
    uint64_t polls = fetching_source(self, 0).polls;
    fetching_await_polls(self, polls + 3);
    fetching_drain(self);
    fetching_expect_all_served(self);
    return sim_requests(&self->sim);
}

// The request that came after another. The log has them as their answers
// ended, and a slow one ends late.
static const cJSON *s_next(const cJSON *requests, const cJSON *before)
{
    const cJSON *request, *next = NULL;
    cJSON_ArrayForEach(request, requests)
    {
        if (sim_time_s(request) > sim_time_s(before) &&
            (!next || sim_time_s(request) < sim_time_s(next)))
            next = request;
    }
    cr_assert_not_null(next);
    return next;
}

// The request for the first page of the poll that a page belongs to, and that
// of the poll after it.
static const cJSON *s_poll(const cJSON *requests, const cJSON *page)
{
    const cJSON *request, *first = NULL;
    cJSON_ArrayForEach(request, requests)
    {
        if (sim_is_first(request) && sim_time_s(request) <= sim_time_s(page) &&
            (!first || sim_time_s(request) > sim_time_s(first)))
            first = request;
    }
    cr_assert_not_null(first);
    return first;
}

static const cJSON *s_next_poll(const cJSON *requests, const cJSON *poll)
{
    const cJSON *next = s_next(requests, poll);
    while (!sim_is_first(next))
        next = s_next(requests, next);
    return next;
}

// The log of requests, once it holds the one that met the fault.
static cJSON *s_await_fault(fetching_t *self, cJSON *requests,
                            const char *fault)
{
    int64_t end_ms = clock_tick_ms() + PATIENCE_MS;
    while (s_find(requests, fault) < 0) {
        cr_assert_lt(clock_tick_ms(), end_ms, "%s did not happen", fault);
        zclock_sleep(LOOK_MS);
        cJSON_Delete(requests);
        requests = sim_requests(&self->sim);
    }
    return requests;
}

// After the fault nothing is asked for least_s, and then page 1 conditionally.
// is_taken: its answer is taken for good, so that what the feed has grown by
// may be asked for at once, as further pages.
static void s_check(const char *fault, double least_s, bool is_taken)
{
    fetching_t self;
    cJSON *requests = s_run(&self, fault, NULL);
    requests = s_await_fault(&self, requests, fault);
    const cJSON *failed = cJSON_GetArrayItem(requests, s_find(requests, fault));
    if (is_taken)
        failed = s_poll(requests, failed);
    const cJSON *next =
        is_taken ? s_next_poll(requests, failed) : s_next(requests, failed);
    double wait_s = sim_time_s(next) - sim_time_s(failed);
    cr_assert_geq(wait_s, least_s, "%s: asked again after %.1f s", fault,
                  wait_s);
    cr_assert(sim_is_first(next));
    cr_assert_not_null(sim_text(next, "if_none_match"));
    cJSON_Delete(requests);
    fetching_close(&self);
}

// One test each, so that they are named and run side by side.
#define FAULT_TEST(name, fault, least_s)                                       \
    Test(fetcher_fault, name)                                                  \
    {                                                                          \
        s_check(fault, least_s, false);                                        \
    }
#define TAKEN_TEST(name, fault, least_s)                                       \
    Test(fetcher_fault, name)                                                  \
    {                                                                          \
        s_check(fault, least_s, true);                                         \
    }

FAULT_TEST(a_wrong_not_modified_loses_nothing, "not-modified", 30)
FAULT_TEST(an_exhausted_budget_waits_for_its_reset, "forbidden", 240)
FAULT_TEST(retry_after_of_a_403_is_obeyed, "secondary", 240)
FAULT_TEST(a_403_with_a_message_alone_waits_a_minute, "secondary-silent", 60)
FAULT_TEST(retry_after_of_a_429_is_obeyed, "too-many", 240)
FAULT_TEST(a_429_with_a_message_alone_waits_a_minute, "too-many-silent", 60)
FAULT_TEST(a_server_error_is_asked_again, "server-error", 30)
FAULT_TEST(an_answer_that_takes_too_long_is_asked_again, "slow", 30)
FAULT_TEST(a_truncated_body_is_asked_again, "truncated", 30)
FAULT_TEST(a_reset_connection_is_asked_again, "reset", 30)
FAULT_TEST(malformed_json_is_asked_again, "malformed", 30)
FAULT_TEST(an_object_for_an_array_is_asked_again, "object", 30)
TAKEN_TEST(order_does_not_matter, "reordered", 30)
TAKEN_TEST(a_repeated_event_is_logged_once, "duplicated", 30)
TAKEN_TEST(a_late_event_is_logged, "late", 30)
TAKEN_TEST(a_changed_body_is_the_same_event, "changed", 30)
FAULT_TEST(unauthorized_is_asked_again_rarely, "unauthorized", 300)
FAULT_TEST(gone_is_asked_again_rarely, "gone", 300)
TAKEN_TEST(deprecated_is_no_failure, "deprecated", 30)

Test(fetcher_fault, a_refused_token_is_left_at_home)
{
    fetching_t self;
    cJSON *requests = s_run(&self, "unauthorized", "a-token");
    int at = s_find(requests, "unauthorized");
    const cJSON *next = cJSON_GetArrayItem(requests, at + 1);
    cr_assert_not_null(sim_text(cJSON_GetArrayItem(requests, at), "token"));
    cr_assert_null(sim_text(next, "token"));
    cJSON_Delete(requests);
    fetching_close(&self);
}

// The log of requests, once it holds more than `seen`.
static cJSON *s_await_request(fetching_t *self, int seen)
{
    int64_t end_ms = clock_tick_ms() + PATIENCE_MS;
    for (;;) {
        cJSON *requests = sim_requests(&self->sim);
        if (cJSON_GetArraySize(requests) > seen)
            return requests;
        cJSON_Delete(requests);
        cr_assert_lt(clock_tick_ms(), end_ms);
        zclock_sleep(LOOK_MS);
    }
}

Test(fetcher_fault, a_permanent_redirect_is_remembered_over_a_restart)
{
    fetching_t self;
    cJSON *requests = s_run(&self, "redirect", NULL);
    int at = s_find(requests, "redirect");
    const cJSON *next = cJSON_GetArrayItem(requests, at + 1);
    cr_assert_str_eq(sim_text(next, "path"), "/moved/events");
    int seen = cJSON_GetArraySize(requests);
    cJSON_Delete(requests);

    fetching_start(&self);
    requests = s_await_request(&self, seen);
    fetching_drain(&self);
    cr_assert_str_eq(sim_text(cJSON_GetArrayItem(requests, seen), "path"),
                     "/moved/events");
    cJSON_Delete(requests);
    fetching_close(&self);
}

Test(fetcher_fault, with_every_fault_at_once_nothing_is_lost)
{
    fetching_t self;
    FETCHING_OPEN(&self, "4000", "--rate", "0.02", "--history", "150",
                  "--rate-limit", "5000", "--slow-ms", "100", "--fault",
                  "server-error=0.1", "--fault", "truncated=0.1", "--fault",
                  "reset=0.1", "--fault", "malformed=0.1", "--fault",
                  "duplicated=0.1", "--fault", "reordered=0.1", "--fault",
                  "late=0.1", "--fault", "too-many=0.05");
    fetching_add(&self, "/events");
    fetching_start(&self);
    fetching_await_polls(&self, 15);
    fetching_drain(&self);
    fetching_expect_all_served(&self);
    fetching_close(&self);
}
