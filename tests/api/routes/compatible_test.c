// A client of the FastAPI service that this one replaces: both of its
// endpoints, and their errors in the shapes of pydantic v2, member by member.

#include "tests/api/service.h"

static service_t s_service;

static void s_setup(void)
{
    service_open(&s_service);
    for (uint32_t i = 0; i < 3; i++)
        service_add(&s_service, "PullRequestEvent", "opened", "Octo/Cat", 1,
                    1451606400u + 60 * i);
    service_send(&s_service, slice_of(""));
    service_settle(&s_service);
}

static void s_teardown(void)
{
    service_close(&s_service);
}

TestSuite(compatible, .init = s_setup, .fini = s_teardown, .timeout = 110);

static const cJSON *s_member(const cJSON *json, const char *name)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);
    cr_assert_not_null(member, "%s", name);
    return member;
}

Test(compatible, intervals_have_the_fields_and_types_of_the_model)
{
    cJSON *json = http_json(s_service.port, "/v1/avg_pr_interval/Octo/Cat");
    cr_expect_str_eq(s_member(json, "repo_name")->valuestring, "Octo/Cat");
    cr_expect_eq(s_member(json, "avg_interval_seconds")->valuedouble, 60);
    cr_expect_eq(s_member(json, "pr_count")->valuedouble, 3);
    cr_expect_str_eq(s_member(json, "last_pull_request_ts")->valuestring,
                     "2016-01-01T00:02:00Z");
    cr_expect(cJSON_IsString(s_member(json, "updated_at")));
    cJSON_Delete(json);
    http_expect(s_service.port, "/v1/avg_pr_interval/no/body", 404,
                "{\"detail\":\"Repository with name 'no/body' not found.\"}");
}

Test(compatible, counts_have_the_fields_and_types_of_the_model)
{
    cJSON *json =
        http_json(s_service.port, "/v1/agg_event_counts?offset_minutes=10");
    const cJSON *count;
    cJSON_ArrayForEach(count, s_member(json, "counts"))
    {
        cr_expect(cJSON_IsNumber(count), "%s", count->string);
    }
    cr_expect(cJSON_IsString(s_member(json, "start_time")));
    cr_expect(cJSON_IsString(s_member(json, "end_time")));
    cJSON_Delete(json);
}

#define DETAIL(type, message, rest)                                            \
    "{\"detail\":[{\"type\":\"" type "\",\"loc\":[\"query\","                  \
    "\"offset_minutes\"],\"msg\":\"" message "\",\"input\":" rest "}]}"
#define NOT_INTEGER                                                            \
    "Input should be a valid integer, unable to parse string as an integer"

Test(compatible, bad_parameters_are_told_as_pydantic_tells_them)
{
    static const struct {
        const char *query, *detail;
    } s_cases[] = {
        {"", DETAIL("missing", "Field required", "null")},
        {"?offset_minutes=abc", DETAIL("int_parsing", NOT_INTEGER, "\"abc\"")},
        {"?offset_minutes=", DETAIL("int_parsing", NOT_INTEGER, "\"\"")},
        {"?offset_minutes=1.5", DETAIL("int_parsing", NOT_INTEGER, "\"1.5\"")},
        {"?offset_minutes=-1",
         DETAIL("greater_than_equal",
                "Input should be greater than or equal to 0",
                "\"-1\",\"ctx\":{\"ge\":0}")},
    };
    char target[128];
    for (size_t i = 0; i < sizeof s_cases / sizeof *s_cases; i++) {
        snprintf(target, sizeof target, "/v1/agg_event_counts%s",
                 s_cases[i].query);
        http_expect(s_service.port, target, 422, s_cases[i].detail);
    }
}

Test(compatible, integers_are_read_as_pydantic_reads_them)
{
    static const char *const s_good[] = {"5.0",  "5.00", "1_0",   "%2B5",
                                         "0005", "-0",   "1_0.0", "%205+"};
    static const char *const s_bad[] = {"5.",   "1.5", "1__0", "_1",  "1_",
                                        "1_.0", "1e3", "0x10", "--5", ".0",
                                        "-",    "+-5", "1_-0", "0.",  "5.0.0"};
    char target[128];
    http_reply_t reply;
    for (size_t i = 0; i < sizeof s_good / sizeof *s_good; i++) {
        snprintf(target, sizeof target,
                 "/v1/agg_event_counts?offset_minutes=%s", s_good[i]);
        http_get(s_service.port, target, &reply);
        cr_expect_eq(reply.status, 200, "%s: %d", s_good[i], reply.status);
        http_reply_free(&reply);
    }
    for (size_t i = 0; i < sizeof s_bad / sizeof *s_bad; i++) {
        snprintf(target, sizeof target,
                 "/v1/agg_event_counts?offset_minutes=%s", s_bad[i]);
        http_get(s_service.port, target, &reply);
        cr_expect_eq(reply.status, 422, "%s: %d", s_bad[i], reply.status);
        http_reply_free(&reply);
    }
}

static void s_expect_moved(const char *target, const char *location)
{
    http_reply_t reply;
    http_ask(s_service.port, "GET", target, "", &reply);
    cr_expect_eq(reply.status, 307, "%s: %d", target, reply.status);
    cr_expect(http_has(&reply, "Location", location), "%s: %s", target,
              reply.head);
    http_reply_free(&reply);
}

Test(compatible, a_slash_at_the_end_is_sent_on_as_fastapi_does_it)
{
    s_expect_moved("/v1/agg_event_counts/?offset_minutes=10",
                   "/v1/agg_event_counts?offset_minutes=10");
    s_expect_moved("/v1/avg_pr_interval/Octo/Cat//",
                   "/v1/avg_pr_interval/Octo/Cat");
    s_expect_moved("/v1/avg_pr_interval/Octo%2F/Cat/?",
                   "/v1/avg_pr_interval/Octo%2F/Cat");
    http_expect(s_service.port, "/nope/", 404, "{\"detail\":\"Not Found\"}");
    http_expect(s_service.port, "/v1/", 404, "{\"detail\":\"Not Found\"}");
    http_expect(s_service.port, "//v1/log/", 404, "{\"detail\":\"Not Found\"}");
}

Test(compatible, what_does_not_exist_is_told_as_fastapi_tells_it)
{
    http_reply_t reply;
    http_expect(s_service.port, "/nope", 404, "{\"detail\":\"Not Found\"}");
    http_ask(s_service.port, "POST", "/v1/agg_event_counts", "", &reply);
    cr_expect_eq(reply.status, 405);
    cr_expect_str_eq(reply.body, "{\"detail\":\"Method Not Allowed\"}");
    http_reply_free(&reply);
}
