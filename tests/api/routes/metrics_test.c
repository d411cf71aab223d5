// GET /metrics of a service of which parts are there and parts are not.

#include "tests/api/service.h"

static service_t s_service;

static void s_setup(void)
{
    service_open(&s_service);
    service_set_deadline(&s_service, 2000); // nobody supervises here
}

static void s_teardown(void)
{
    service_close(&s_service);
}

TestSuite(metrics, .init = s_setup, .fini = s_teardown, .timeout = 110);

static void s_get(http_reply_t *reply)
{
    http_get(s_service.port, "/metrics", reply);
    cr_assert_eq(reply->status, 200, "%s", reply->body);
    cr_expect(http_has(reply, "Content-Type",
                       "text/plain; version=0.0.4; charset=utf-8"));
}

static bool s_has(const http_reply_t *reply, const char *line)
{
    return strstr(reply->body, line);
}

Test(metrics, parts_that_are_there_tell_and_others_are_named)
{
    http_reply_t reply;
    service_add(&s_service, "PushEvent", "", "a/b", 1, 1000);
    service_send(&s_service, (slice_t){"", 0});
    service_settle(&s_service);
    s_get(&reply);
    cr_expect(s_has(&reply, "\noctolog_part_up{part=\"journal\"} 1\n"));
    cr_expect(s_has(&reply, "\noctolog_part_up{part=\"event_counts\"} 1\n"));
    cr_expect(s_has(&reply, "\noctolog_part_up{part=\"supervisor\"} 0\n"));
    cr_expect(s_has(&reply, "\noctolog_log_end_offset 1\n"));
    cr_expect(s_has(&reply, "\noctolog_view_offset{view=\"pr_interval\"} 1\n"));
    cr_expect_not(s_has(&reply, "\noctolog_actor_up"));
    http_reply_free(&reply);
}

Test(metrics, it_answers_without_any_other_part)
{
    http_reply_t reply;
    zactor_destroy(&s_service.journal);
    for (size_t i = 0; i < CONFIG_VIEWS_MAX; i++)
        zactor_destroy(&s_service.views[i]);
    s_get(&reply);
    cr_expect(s_has(&reply, "\noctolog_part_up{part=\"journal\"} 0\n"));
    cr_expect_not(s_has(&reply, "\noctolog_log_end_offset"));
    http_reply_free(&reply);
    service_start_journal(&s_service); // for the teardown
}

Test(metrics, requests_are_counted_by_route_and_status)
{
    static const char *const lines[] = {
        "{route=\"/livez\",status=\"200\"} 2\n",
        "{route=\"/v1/events\",status=\"422\"} 1\n",
        "{route=\"none\",status=\"404\"} 1\n",
        "{route=\"/openapi.json\",status=\"304\"} 1\n",
    };
    http_reply_t reply;
    static const char *const targets[] = {"/livez", "/livez", "/nope",
                                          "/v1/events?limit=x"};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        http_get(s_service.port, targets[i], &reply);
        http_reply_free(&reply);
    }
    http_ask(s_service.port, "GET", "/openapi.json", "If-None-Match: *\r\n",
             &reply);
    http_reply_free(&reply);
    // A request is counted once it is answered, which the client may see
    // before: so the counts are awaited.
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        bool there = false;
        while (!there) {
            s_get(&reply);
            there = s_has(&reply, lines[i]);
            http_reply_free(&reply);
        }
    }
}
