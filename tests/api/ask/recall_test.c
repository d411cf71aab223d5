// Questions asked again: what a view said holds while the log stands still, and
// no longer.

#include "actors/runtime/clock.h"
#include "tests/api/service.h"

#define QUESTION "/v1/agg_event_counts?start=2016-01-01&end=2016-01-02"

// 2016-01-01T01:30:00Z
#define T0 1451611800u

static service_t s_service;

static void s_add_one(void)
{
    service_add(&s_service, "PushEvent", "", "octo/cat", 1, T0);
    service_send(&s_service, slice_of(""));
    service_settle_views(&s_service);
}

static void s_open(int deadline_ms)
{
    service_configure(&s_service);
    // However this machine stalls, the journal does not pass for silent.
    s_service.config->heartbeat_ms = 5000;
    s_service.config->http_deadline_ms = deadline_ms;
    service_start(&s_service);
    s_add_one();
}

static void s_teardown(void)
{
    service_close(&s_service);
}

TestSuite(recall, .fini = s_teardown, .timeout = 110);

static int s_get_pushes(void)
{
    cJSON *json = http_json(s_service.port, QUESTION);
    const cJSON *counts = cJSON_GetObjectItem(json, "counts");
    const int pushes = cJSON_GetObjectItem(counts, "PushEvent")->valueint;
    cJSON_Delete(json);
    return pushes;
}

// Asks until the answer is a 200.
static void s_get_patiently(const char *target, http_reply_t *reply)
{
    const int64_t end_ms = clock_tick_ms() + SERVICE_PATIENCE_MS;
    http_get(s_service.port, target, reply);
    while (reply->status != 200) {
        cr_assert_lt(clock_tick_ms(), end_ms, "%s", reply->body);
        http_reply_free(reply);
        http_get(s_service.port, target, reply);
    }
}

Test(recall, a_question_asked_again_does_not_need_its_view)
{
    http_reply_t before, after;
    s_open(1500);
    s_get_patiently(QUESTION, &before);
    zactor_destroy(&s_service.views[0]);
    // As soon as the api has heard the journal, too.
    s_get_patiently(QUESTION, &after);
    cr_expect_str_eq(before.body, after.body);
    http_reply_free(&after);
    http_get(s_service.port, QUESTION "T01:00:00Z", &after);
    cr_expect_eq(after.status, 503, "nobody was asked that");
    http_reply_free(&after);
    http_reply_free(&before);
}

Test(recall, what_is_new_shows_and_stays)
{
    s_open(SERVICE_PATIENCE_MS);
    const int64_t end_ms = clock_tick_ms() + SERVICE_PATIENCE_MS;
    for (int pushes = 2; pushes <= 6; pushes++) {
        cr_assert_eq(s_get_pushes(), pushes - 1);
        s_add_one();
        while (s_get_pushes() < pushes)
            cr_assert_lt(clock_tick_ms(), end_ms, "it never shows");
        for (int i = 0; i < 5; i++)
            cr_assert_eq(s_get_pushes(), pushes);
    }
}

// Another view may have seen more of the log than the api had heard of.
Test(recall, what_one_answer_shows_the_next_one_does_not_take_back)
{
    char target[80];
    s_open(SERVICE_PATIENCE_MS);
    for (uint64_t sent = 2; sent <= 6; sent++) {
        s_get_pushes();
        s_add_one();
        // Never asked before, so the view itself answers.
        snprintf(target, sizeof target,
                 "/v1/agg_event_counts?repo=octo/cat&start=2015-01-%02d",
                 (int)sent);
        cJSON_Delete(http_json(s_service.port, target));
        cr_expect_eq(s_get_pushes(), (int)sent);
    }
}
