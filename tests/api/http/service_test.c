// Questions to a running octolog: real journal, real views, real HTTP.

#include "actors/runtime/clock.h"
#include "proto/base/time_text.h"
#include "tests/api/service.h"

// 2016-01-01T01:30:00Z
#define T0 1451611800u

static service_t s_service;

static const slice_t s_none = {"", 0};

// Twelve events over an hour: three types, two repositories, one of them with
// pull requests.
static void s_setup(void)
{
    service_t *service = &s_service;
    service_open(service);
    for (uint32_t i = 0; i < 6; i++)
        service_add(service, "PushEvent", "", "octo/cat", 1, T0 + i * 600);
    service_add(service, "WatchEvent", "started", "octo/cat", 1, T0 + 5);
    service_add(service, "TeleportEvent", "", "octo/dog", 2, T0 + 6);
    service_send(service, s_none);
    service_add(service, "PullRequestEvent", "opened", "Octo/Dog.js", 3, T0);
    service_add(service, "PullRequestEvent", "opened", "Octo/Dog.js", 3,
                T0 + 100);
    service_add(service, "PullRequestEvent", "opened", "Octo/Dog.js", 3,
                T0 + 400);
    service_add(service, "PullRequestEvent", "merged", "Octo/Dog.js", 3,
                T0 + 500);
    service_send(service, s_none);
    service_settle(service);
}

static void s_teardown(void)
{
    service_close(&s_service);
}

TestSuite(service, .init = s_setup, .fini = s_teardown, .timeout = 110);

static const cJSON *s_at(const cJSON *json, const char *path)
{
    char copy[128], *rest = copy, *step;
    snprintf(copy, sizeof copy, "%s", path);
    while (json && (step = strsep(&rest, "/")))
        json = cJSON_IsArray(json)
                   ? cJSON_GetArrayItem(json, atoi(step))
                   : cJSON_GetObjectItemCaseSensitive(json, step);
    cr_assert_not_null(json, "%s", path);
    return json;
}

static double s_number(const cJSON *json, const char *path)
{
    const cJSON *item = s_at(json, path);
    cr_assert(cJSON_IsNumber(item), "%s", path);
    return item->valuedouble;
}

static cJSON *s_get(const char *target)
{
    return http_json(s_service.port, target);
}

Test(service, a_window_is_exact_to_the_second)
{
    cJSON *json = s_get("/v1/agg_event_counts?start=2016-01-01T01:30:00Z&"
                        "end=2016-01-01T02:20:00Z");
    cr_expect_eq(s_number(json, "counts/PushEvent"), 5);
    cr_expect_eq(s_number(json, "counts/PullRequestEvent"), 4);
    cr_expect_eq(s_number(json, "counts/TeleportEvent"), 1);
    cr_expect_eq(s_number(json, "counts/IssuesEvent"), 0);
    cr_expect_eq(s_number(json, "as_of/offset"), 12);
    cr_expect_eq(s_number(json, "as_of/lag"), 0);
    cr_expect_str_eq(s_at(json, "start_time")->valuestring,
                     "2016-01-01T01:30:00Z");
    cJSON_Delete(json);
    // One second later at both ends.
    json = s_get("/v1/agg_event_counts?start=2016-01-01T02:30:01%2B01:00&"
                 "end=2016-01-01T02:20:01Z");
    cr_expect_eq(s_number(json, "counts/PushEvent"), 5);
    cr_expect_eq(s_number(json, "counts/PullRequestEvent"), 3);
    cJSON_Delete(json);
}

Test(service, chosen_types_are_exactly_those)
{
    cJSON *json = s_get("/v1/agg_event_counts?start=2016-01-01&types="
                        "WatchEvent,NoSuchEvent&types=TeleportEvent");
    cr_expect_eq(cJSON_GetArraySize(s_at(json, "counts")), 3);
    cr_expect_eq(s_number(json, "counts/WatchEvent"), 1);
    cr_expect_eq(s_number(json, "counts/NoSuchEvent"), 0);
    cr_expect_eq(s_number(json, "counts/TeleportEvent"), 1);
    cJSON_Delete(json);
}

Test(service, a_series_has_a_point_a_step)
{
    cJSON *json = s_get("/v1/event_counts/series?start=2016-01-01T01:30:00Z&"
                        "end=2016-01-01T02:15:00Z&step=1200");
    cr_expect_eq(s_number(json, "step"), 1200);
    cr_expect_eq(cJSON_GetArraySize(s_at(json, "series")), 4);
    cr_expect_str_eq(s_at(json, "series/2/type")->valuestring, "WatchEvent");
    cr_expect_eq(cJSON_GetArraySize(s_at(json, "series/2/points")), 3);
    cr_expect_eq(s_number(json, "series/2/points/0/1"), 1);
    cr_expect_eq(s_number(json, "series/2/points/1/1"), 0);
    cr_expect_str_eq(s_at(json, "series/2/points/1/0")->valuestring,
                     "2016-01-01T01:50:00Z");
    cr_expect_eq(s_number(json, "as_of/offset"), 12);
    cJSON_Delete(json);

    json = s_get("/v1/event_counts/series?start=2016-01-01T01:30:00Z&"
                 "end=2016-01-01T02:15:00Z&step=1200&"
                 "types=PushEvent,NoSuchEvent,PushEvent");
    cr_expect_eq(cJSON_GetArraySize(s_at(json, "series")), 2);
    cr_expect_eq(s_number(json, "series/0/points/2/1"), 1, "cut short");
    cr_expect_eq(s_number(json, "series/1/points/2/1"), 0);
    cJSON_Delete(json);
}

Test(service, a_series_of_too_many_points_is_refused)
{
    http_expect(s_service.port,
                "/v1/event_counts/series?start=2016-01-01&end=2016-01-03&"
                "step=60",
                422,
                "{\"detail\":[{\"type\":\"value_error\",\"loc\":[\"query\","
                "\"step\"],\"msg\":\"Value error, more than 1500 points: take "
                "a longer step or a shorter window\",\"input\":\"60\",\"ctx\":"
                "{}}]}");
    cJSON *json = s_get("/v1/event_counts/series?end=2016-01-01T12:00:30Z");
    cr_expect_str_eq(s_at(json, "start_time")->valuestring,
                     "2015-12-31T12:00:00Z");
    cr_expect_eq(cJSON_GetArraySize(s_at(json, "series/0/points")), 1441);
    cJSON_Delete(json);
}

Test(service, the_last_minutes_end_this_second)
{
    int64_t before = clock_now_us() / 1000000;
    cJSON *json = s_get("/v1/agg_event_counts?offset_minutes=10");
    int64_t after = clock_now_us() / 1000000;
    uint32_t start = 0, end = 0;
    time_text_parse(slice_of(s_at(json, "start_time")->valuestring), &start);
    time_text_parse(slice_of(s_at(json, "end_time")->valuestring), &end);
    cr_expect_eq(end - start, 600);
    cr_expect(before <= end && end <= after);
    cr_expect_eq(s_number(json, "counts/PushEvent"), 0);
    cJSON_Delete(json);
    // More minutes than there ever were: from the beginning.
    json = s_get("/v1/agg_event_counts?offset_minutes=99999999999999999999");
    cr_expect_eq(s_number(json, "counts/PushEvent"), 6);
    cJSON_Delete(json);
}

Test(service, windows_that_make_no_sense_are_refused)
{
    const int port = s_service.port;
    http_expect(port, "/v1/agg_event_counts", 422,
                "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"query\","
                "\"offset_minutes\"],\"msg\":\"Field required\",\"input\":null"
                "}]}");
    http_expect(port, "/v1/agg_event_counts?start=2016-01-02&end=2016-01-01",
                422,
                "{\"detail\":[{\"type\":\"value_error\",\"loc\":[\"query\","
                "\"end\"],\"msg\":\"Value error, end is before start\","
                "\"input\":\"2016-01-01\",\"ctx\":{}}]}");
    http_expect(port, "/v1/agg_event_counts?offset_minutes=1&end=2016-01-01",
                422,
                "{\"detail\":[{\"type\":\"value_error\",\"loc\":[\"query\","
                "\"offset_minutes\"],\"msg\":\"Value error, offset_minutes "
                "excludes start and end\",\"input\":\"1\",\"ctx\":{}}]}");
}

Test(service, counts_can_be_those_of_one_repository_or_organisation)
{
    cJSON *json = s_get("/v1/agg_event_counts?start=2016-01-01T01:30:00Z&"
                        "end=2016-01-01T01:50:00Z&repo=OCTO/cat");
    cr_expect_eq(s_number(json, "counts/PushEvent"), 2);
    cr_expect_eq(s_number(json, "counts/WatchEvent"), 1);
    cr_expect_eq(s_number(json, "counts/PullRequestEvent"), 0);
    cr_expect_eq(s_number(json, "as_of/offset"), 12);
    cJSON_Delete(json);
    json = s_get("/v1/agg_event_counts?end=2017-01-01&org=octo&types="
                 "PushEvent,PullRequestEvent,TeleportEvent");
    cr_expect_eq(s_number(json, "counts/PushEvent"), 6);
    cr_expect_eq(s_number(json, "counts/PullRequestEvent"), 4);
    cr_expect_eq(s_number(json, "counts/TeleportEvent"), 1);
    cJSON_Delete(json);
    json = s_get("/v1/agg_event_counts?end=2017-01-01&repo=no/body");
    cr_expect_eq(s_number(json, "counts/PushEvent"), 0);
    cJSON_Delete(json);
}

Test(service, a_filter_of_the_wrong_form_is_refused)
{
    const int port = s_service.port;
    http_expect(port, "/v1/agg_event_counts?end=2017-01-01&repo=octo", 422,
                "{\"detail\":[{\"type\":\"value_error\",\"loc\":[\"query\","
                "\"repo\"],\"msg\":\"Value error, a repository is "
                "owner/name\",\"input\":\"octo\",\"ctx\":{}}]}");
    http_expect(port, "/v1/agg_event_counts?end=2017-01-01&org=a/b", 422,
                "{\"detail\":[{\"type\":\"value_error\",\"loc\":[\"query\","
                "\"org\"],\"msg\":\"Value error, an organisation is a login, "
                "without a slash\",\"input\":\"a/b\",\"ctx\":{}}]}");
    http_expect(port, "/v1/agg_event_counts?end=2017-01-01&org=a&repo=a/b", 422,
                "{\"detail\":[{\"type\":\"value_error\",\"loc\":[\"query\","
                "\"org\"],\"msg\":\"Value error, org excludes repo\","
                "\"input\":\"a\",\"ctx\":{}}]}");
    http_expect(port, "/v1/repos/top?by=stars", 422,
                "{\"detail\":[{\"type\":\"value_error\",\"loc\":[\"query\","
                "\"by\"],\"msg\":\"Value error, by is events, pull_requests or "
                "a type of events\",\"input\":\"stars\",\"ctx\":{}}]}");
}

Test(service, the_top_repositories_of_a_window_come_in_order)
{
    cJSON *json = s_get("/v1/repos/top");
    cr_expect_str_eq(s_at(json, "by")->valuestring, "events");
    cr_expect_eq(cJSON_GetArraySize(s_at(json, "repos")), 3);
    cr_expect_str_eq(s_at(json, "repos/0/repo_name")->valuestring, "octo/cat");
    cr_expect_eq(s_number(json, "repos/0/repo_id"), 1);
    cr_expect_eq(s_number(json, "repos/0/count"), 7);
    cr_expect_str_eq(s_at(json, "repos/2/repo_name")->valuestring, "octo/dog");
    cr_expect_eq(s_number(json, "as_of/offset"), 12);
    cJSON_Delete(json);

    json = s_get("/v1/repos/top?by=pull_requests&limit=1&start="
                 "2016-01-01T01:30:01Z&end=2016-01-01T01:38:20Z");
    cr_expect_eq(cJSON_GetArraySize(s_at(json, "repos")), 1);
    cr_expect_str_eq(s_at(json, "repos/0/repo_name")->valuestring,
                     "Octo/Dog.js");
    cr_expect_eq(s_number(json, "repos/0/count"), 2);
    cJSON_Delete(json);

    json = s_get("/v1/repos/top?by=TeleportEvent");
    cr_expect_eq(s_number(json, "repos/0/repo_id"), 2);
    cr_expect_eq(cJSON_GetArraySize(s_at(json, "repos")), 1);
    cJSON_Delete(json);
}

Test(service, everything_known_of_a_repository_is_on_one_page)
{
    cJSON *json = s_get("/v1/repos/octo/dog.JS");
    cr_expect_str_eq(s_at(json, "repo_name")->valuestring, "Octo/Dog.js");
    cr_expect_eq(s_number(json, "repo_id"), 3);
    cr_expect_eq(s_number(json, "events"), 4);
    cr_expect_eq(s_number(json, "counts/PullRequestEvent"), 4);
    cr_expect_str_eq(s_at(json, "first_event_ts")->valuestring,
                     "2016-01-01T01:30:00Z");
    cr_expect_str_eq(s_at(json, "last_event_ts")->valuestring,
                     "2016-01-01T01:38:20Z");
    cr_expect_eq(s_number(json, "pull_requests/by_action/opened/pr_count"), 3);
    cr_expect_eq(s_number(json, "pull_requests/as_of/offset"), 12);
    cJSON_Delete(json);

    json = s_get("/v1/repos/octo/cat?end=2016-01-01T01:30:01Z");
    cr_expect_eq(s_number(json, "events"), 1);
    cr_expect_eq(s_number(json, "pull_requests/pr_count"), 0);
    cr_expect(cJSON_IsNull(s_at(json, "pull_requests/updated_at")));
    cJSON_Delete(json);
    http_expect(s_service.port, "/v1/repos/octo/cow", 404,
                "{\"detail\":\"Repository with name 'octo/cow' not found.\"}");
}

Test(service, intervals_of_a_repository_are_right)
{
    cJSON *json = s_get("/v1/avg_pr_interval/Octo/Dog.js");
    cr_expect_str_eq(s_at(json, "repo_name")->valuestring, "Octo/Dog.js");
    cr_expect_eq(s_number(json, "pr_count"), 4);
    cr_expect_float_eq(s_number(json, "avg_interval_seconds"), 500.0 / 3, 1e-9);
    cr_expect_str_eq(s_at(json, "last_pull_request_ts")->valuestring,
                     "2016-01-01T01:38:20Z");
    cr_expect_eq(s_number(json, "by_action/opened/pr_count"), 3);
    cr_expect_eq(s_number(json, "by_action/opened/avg_interval_seconds"), 200);
    cr_expect_eq(s_number(json, "by_action/merged/pr_count"), 1);
    cr_expect(
        cJSON_IsNull(s_at(json, "by_action/merged/p90_interval_seconds")));
    cr_expect_eq(s_number(json, "by_action/closed/pr_count"), 0);
    cr_expect_eq(s_number(json, "as_of/offset"), 12);
    cJSON_Delete(json);
}

Test(service, an_action_moves_its_figures_to_the_top)
{
    cJSON *json = s_get("/v1/avg_pr_interval/octo/DOG%2Ejs?action=opened&"
                        "end=2016-01-01T01:31:41Z");
    cr_expect_str_eq(s_at(json, "repo_name")->valuestring, "Octo/Dog.js");
    cr_expect_eq(s_number(json, "pr_count"), 2);
    cr_expect_eq(s_number(json, "avg_interval_seconds"), 100);
    cJSON_Delete(json);
    json = s_get("/v1/avg_pr_interval/octo/dog.js?action=reopened");
    cr_expect_eq(s_number(json, "pr_count"), 0);
    cr_expect(cJSON_IsNull(s_at(json, "avg_interval_seconds")));
    cr_expect(cJSON_IsNull(s_at(json, "last_pull_request_ts")));
    cJSON_Delete(json);
}

Test(service, an_unknown_repository_is_not_found)
{
    const int port = s_service.port;
    http_expect(port, "/v1/avg_pr_interval/octo/cat", 404,
                "{\"detail\":\"Repository with name 'octo/cat' not found.\"}");
    http_expect(port, "/v1/avg_pr_interval/%2e%2e/%2E%2e", 404,
                "{\"detail\":\"Repository with name '../..' not found.\"}");
    http_expect(port, "/v1/avg_pr_interval/a%2fb/c", 404,
                "{\"detail\":\"Not Found\"}");
    http_expect(port, "/v1/avg_pr_interval/a/%00", 404,
                "{\"detail\":\"Not Found\"}");
}

Test(service, a_page_holds_events_as_they_came)
{
    http_expect(s_service.port, "/v1/events?from=6&limit=1", 200,
                "{\"events\":[{\"offset\":6,\"id\":\"7\",\"type\":"
                "\"WatchEvent\",\"repo\":{\"name\":\"octo/cat\"},\"payload\":"
                "{\"action\":\"started\"},\"created_at\":\"1451611805\"}],"
                "\"next\":7}");
}

Test(service, pages_follow_each_other_to_the_end)
{
    uint64_t next = 0, seen = 0;
    while (seen < 12) {
        char target[64];
        snprintf(target, sizeof target, "/v1/events?from=%d&limit=5",
                 (int)next);
        cJSON *page = s_get(target);
        const cJSON *event;
        cJSON_ArrayForEach(event, s_at(page, "events"))
            cr_expect_eq(s_number(event, "offset"), (double)seen++);
        next = (uint64_t)s_number(page, "next");
        cr_assert_eq(next, seen);
        cJSON_Delete(page);
    }
    http_expect(s_service.port, "/v1/events?from=12", 200,
                "{\"events\":[],\"next\":12}");
    http_expect(s_service.port, "/v1/events?from=99", 200,
                "{\"events\":[],\"next\":99}");
}

static void s_expect_offsets(const char *target, const char *wanted)
{
    char offsets[256] = "";
    cJSON *page = s_get(target);
    const cJSON *event;
    cJSON_ArrayForEach(event, s_at(page, "events"))
    {
        size_t used = strlen(offsets);
        snprintf(offsets + used, sizeof offsets - used, "%.0f ",
                 s_number(event, "offset"));
    }
    size_t used = strlen(offsets);
    snprintf(offsets + used, sizeof offsets - used, "-> %.0f",
             s_number(page, "next"));
    cr_expect_str_eq(offsets, wanted, "%s: %s", target, offsets);
    cJSON_Delete(page);
}

Test(service, filters_of_a_page_work_together)
{
    s_expect_offsets("/v1/events?type=WatchEvent", "6 -> 12");
    s_expect_offsets("/v1/events?type=WatchEvent,TeleportEvent&from=7",
                     "7 -> 12");
    s_expect_offsets("/v1/events?repo=OCTO/dog.JS&limit=3", "8 9 10 -> 11");
    s_expect_offsets("/v1/events?repo=octo/cat&type=PushEvent&limit=2&from=1",
                     "1 2 -> 3");
    s_expect_offsets("/v1/events?since=2016-01-01T02:10:00Z", "4 5 -> 12");
    s_expect_offsets("/v1/events?since=2016-01-01T01:38:20Z", "1 2 3 4 5 11 "
                                                              "-> 12");
    s_expect_offsets("/v1/events?since=2026-01-01", "-> 12");
    s_expect_offsets("/v1/events?repo=no/such", "-> 12");
}

Test(service, an_event_is_found_by_its_id)
{
    const int port = s_service.port;
    cJSON *event = s_get("/v1/events/8");
    cr_expect_eq(s_number(event, "offset"), 7);
    cr_expect_str_eq(s_at(event, "type")->valuestring, "TeleportEvent");
    cJSON_Delete(event);
    http_expect(port, "/v1/events/4711", 404,
                "{\"detail\":\"Event with id '4711' not found.\"}");
    http_expect(port, "/v1/events/abc", 422,
                "{\"detail\":[{\"type\":\"int_parsing\",\"loc\":[\"path\","
                "\"id\"],\"msg\":\"Input should be a valid integer, unable to "
                "parse string as an integer\",\"input\":\"abc\"}]}");
}

Test(service, of_two_events_with_one_id_the_newer_is_given)
{
    service_t *service = &s_service;
    service->sent = 2; // ids 3 and 4 again, at other times
    service_add(service, "PushEvent", "", "octo/cat", 1, T0 + 90000);
    service_add(service, "PushEvent", "", "octo/cat", 1, T0 - 90000);
    service_send(service, s_none);
    cJSON *event = s_get("/v1/events/3");
    cr_expect_eq(s_number(event, "offset"), 12);
    cJSON_Delete(event);
    event = s_get("/v1/events/4");
    cr_expect_eq(s_number(event, "offset"), 3);
    cJSON_Delete(event);
}

Test(service, a_full_page_of_the_past_is_cached_and_an_open_one_asked_for)
{
    const int port = s_service.port;
    http_reply_t reply;
    char header[128];
    http_get(port, "/v1/events?from=0&limit=5", &reply);
    cr_expect(
        http_has(&reply, "Cache-Control", "private, max-age=86400, immutable"));
    http_reply_free(&reply);
    http_get(port, "/v1/events?from=8", &reply);
    cr_expect(http_has(&reply, "Cache-Control", "no-cache"));
    const char *tag = http_header(&reply, "ETag");
    cr_assert_not_null(tag);
    snprintf(header, sizeof header, "If-None-Match: %.20s\r\n", tag);
    http_reply_free(&reply);
    http_ask(port, "GET", "/v1/events?from=8", header, &reply);
    cr_expect_eq(reply.status, 304);
    cr_expect_eq(reply.body_bytes, 0);
    http_reply_free(&reply);
    // With more events it is another page.
    service_add(&s_service, "PushEvent", "", "octo/cat", 1, T0);
    service_send(&s_service, s_none);
    http_ask(port, "GET", "/v1/events?from=8", header, &reply);
    cr_expect_eq(reply.status, 200);
    http_reply_free(&reply);
}

// The status of the same question asked again by who has the answer's tag,
// after `more` events.
static int s_again(const char *target, int more)
{
    http_reply_t reply;
    char header[128];
    http_get(s_service.port, target, &reply);
    cr_assert_eq(reply.status, 200);
    snprintf(header, sizeof header, "If-None-Match: %.20s\r\n",
             http_header(&reply, "ETag"));
    http_reply_free(&reply);
    for (int i = 0; i < more; i++)
        service_add(&s_service, "ForkEvent", "", "octo/cat", 1, T0 + 7);
    if (more > 0) {
        service_send(&s_service, s_none);
        service_settle(&s_service);
    }
    http_ask(s_service.port, "GET", target, header, &reply);
    http_reply_free(&reply);
    return reply.status;
}

Test(service, what_a_page_asks_again_is_sent_when_it_changed)
{
    static const char *const targets[] = {
        "/v1/event_counts/series?start=2016-01-01&end=2016-01-02&step=3600",
        "/v1/repos/top?start=2016-01-01&end=2016-01-02"};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        cr_expect_eq(s_again(targets[i], 0), 304);
        cr_expect_eq(s_again(targets[i], 1), 200);
    }
}

Test(service, the_log_tells_what_it_holds)
{
    cJSON *json = s_get("/v1/log");
    cr_expect_eq(s_number(json, "first_offset"), 0);
    cr_expect_eq(s_number(json, "end_offset"), 12);
    cr_expect_eq(s_number(json, "events"), 12);
    cr_expect_eq(s_number(json, "rejects"), 0);
    cr_expect_str_eq(s_at(json, "oldest_event_at")->valuestring,
                     "2016-01-01T01:30:00Z");
    cr_expect_str_eq(s_at(json, "newest_event_at")->valuestring,
                     "2016-01-01T02:20:00Z");
    cJSON_Delete(json);
}

Test(service, dead_letters_are_listed_newest_first)
{
    buffer_t list = {0};
    for (int i = 1; i <= 3; i++) {
        char raw[] = "{\"x\":\"\xff\"} 0";
        raw[sizeof raw - 2] = (char)('0' + i);
        message_t item = {.kind = MESSAGE_REJECT,
                          .reject = {.received_at_us = 1451611800000000,
                                     .source = slice_of("import:test"),
                                     .reason = slice_of("no type"),
                                     .raw = slice_of(raw)}};
        message_list_add(&list, &item);
    }
    service_send(&s_service, buffer_slice(&list));
    buffer_free(&list);
    http_expect(s_service.port, "/v1/rejects?limit=1", 200,
                "{\"rejects\":[{\"number\":3,\"reason\":\"no type\","
                "\"source\":\"import:test\",\"time\":"
                "\"2016-01-01T01:30:00.000000Z\",\"raw\":"
                "\"{\\\"x\\\":\\\"\xef\xbf\xbd\\\"} 3\",\"raw_bytes\":11}],"
                "\"total\":3,\"first\":1}");
    cJSON *json = s_get("/v1/rejects?before=3");
    cr_expect_eq(cJSON_GetArraySize(s_at(json, "rejects")), 2);
    cr_expect_eq(s_number(json, "rejects/0/number"), 2);
    cJSON_Delete(json);
}

Test(service, sources_are_remembered_where_nothing_fetches)
{
    http_expect(s_service.port, "/v1/sources", 200,
                "{\"fetching\":false,\"sources\":[{\"name\":\"import:test\","
                "\"state\":\"not fetched\"}]}");
}

Test(service, it_is_healthy_and_ready_with_all_parts_there)
{
    http_expect(s_service.port, "/healthcheck", 200,
                "{\"status\":\"healthy\"}");
    http_expect(s_service.port, "/health?verbose=1", 200,
                "{\"status\":\"healthy\"}");
    http_expect(s_service.port, "/readyz", 200, "{\"status\":\"ready\"}");
}

Test(service, without_a_part_it_says_which)
{
    service_set_deadline(&s_service, 1500);
    zactor_destroy(&s_service.views[1]);
    http_expect(s_service.port, "/healthcheck", 503,
                "{\"detail\":\"pr_interval: view-pr_interval does not answer\"}"
                "");
    http_reply_t reply;
    http_get(s_service.port, "/v1/avg_pr_interval/octo/dog.js", &reply);
    cr_expect_eq(reply.status, 503);
    cr_expect(http_has(&reply, "Retry-After", "1"));
    http_reply_free(&reply);
    // The others go on.
    cJSON_Delete(s_get("/v1/agg_event_counts?offset_minutes=1"));
    // And when it comes back, so do its answers.
    service_start_view(&s_service, 1);
    do {
        http_get(s_service.port, "/v1/avg_pr_interval/octo/dog.js", &reply);
        http_reply_free(&reply);
    } while (reply.status == 503);
    cr_expect_eq(reply.status, 200);
}

Test(service, a_view_without_its_journal_says_that_it_may_be_stale)
{
    zactor_destroy(&s_service.journal);
    const int64_t end_ms = clock_tick_ms() + SERVICE_PATIENCE_MS;
    bool stale = false;
    while (!stale && clock_tick_ms() < end_ms) {
        cJSON *json = s_get("/v1/agg_event_counts?offset_minutes=1");
        stale = cJSON_GetObjectItem(s_at(json, "as_of"), "stale");
        cJSON_Delete(json);
    }
    cr_expect(stale);
    service_start_journal(&s_service); // for the teardown
}
