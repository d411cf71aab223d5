// Intervals of pull requests as JSON.
#include "actors/views/pr_interval/messages.h"
#include "tests/actors/views/view_json.h"

#include <errno.h>

static void s_setup(void)
{
    const view_pr_answer_t known = {1, slice_of("Octo/Cat"), 1451611800000000};
    record_add(&s_body, view_pr_answer_fields, &known);
}

TestSuite(view_pr_json, .init = s_setup, .fini = s_teardown);

static void s_add_interval(const char *action, uint64_t count, uint32_t first,
                           uint32_t last, double seconds)
{
    const view_pr_interval_t interval = {
        slice_of(action), count,       first,      last,
        seconds,          seconds / 2, seconds * 2};
    record_add(&s_body, view_pr_interval_fields, &interval);
}

static int s_render(bool nameless)
{
    const view_pr_asked_t asked = {.nameless = nameless};
    const message_view_answer_t answer = s_answer();
    buffer_reset(&s_out);
    return view_pr_render(&asked, &answer, &s_out);
}

static const cJSON *s_intervals(void)
{
    cr_assert_eq(s_render(false), 0);
    return s_parse();
}

Test(view_pr_json, intervals_have_the_top_level_and_each_action)
{
    s_add_interval("", 3, 100, 300, 100);
    s_add_interval("labeled", 2, 100, 300, 200.5);
    s_add_interval("opened", 1, 200, 200, 0);
    const cJSON *json = s_intervals();
    cr_expect_str_eq(s_at(json, "repo_name")->valuestring, "Octo/Cat");
    cr_expect_eq(s_at(json, "pr_count")->valueint, 3);
    cr_expect_eq(s_at(json, "avg_interval_seconds")->valuedouble, 100);
    cr_expect_str_eq(s_at(json, "first_pull_request_ts")->valuestring,
                     "1970-01-01T00:01:40Z");
    cr_expect_str_eq(s_at(json, "last_pull_request_ts")->valuestring,
                     "1970-01-01T00:05:00Z");
    cr_expect_str_eq(s_at(json, "updated_at")->valuestring,
                     "2016-01-01T01:30:00.000000Z");
    const cJSON *labeled = s_at(s_at(json, "by_action"), "labeled");
    cr_expect_eq(s_at(labeled, "pr_count")->valueint, 2);
    cr_expect_eq(s_at(labeled, "avg_interval_seconds")->valuedouble, 200.5);
    cr_expect_eq(s_at(labeled, "p90_interval_seconds")->valuedouble, 401);
}

Test(view_pr_json, opened_closed_and_merged_are_always_there_in_this_order)
{
    s_add_interval("", 1, 100, 100, 0);
    s_add_interval("assigned", 1, 100, 100, 0);
    s_add_interval("merged", 1, 100, 100, 0);
    const cJSON *by_action = s_at(s_intervals(), "by_action");
    static const char *const wanted[] = {"opened", "closed", "merged",
                                         "assigned"};
    cr_assert_eq(cJSON_GetArraySize(by_action), 4);
    for (int i = 0; i < 4; i++)
        cr_expect_str_eq(cJSON_GetArrayItem(by_action, i)->string, wanted[i]);
    const cJSON *opened = s_at(by_action, "opened");
    cr_expect_eq(s_at(opened, "pr_count")->valueint, 0);
    cr_expect(cJSON_IsNull(s_at(opened, "first_ts")));
    cr_expect(cJSON_IsNull(s_at(opened, "median_interval_seconds")));
}

Test(view_pr_json, fewer_than_two_have_no_interval)
{
    s_add_interval("", 1, 100, 100, 0);
    const cJSON *json = s_intervals();
    cr_expect(cJSON_IsNull(s_at(json, "avg_interval_seconds")));
    cr_expect_eq(s_at(json, "pr_count")->valueint, 1);
}

Test(view_pr_json, a_damaged_answer_is_an_error)
{
    cr_expect_eq(s_render(false), -EBADMSG, "without a top level");
    s_add_interval("", 1, 100, 100, 0);
    s_add_interval("opened", 1, 100, 100, 0);
    s_body.bytes--;
    cr_expect_eq(s_render(false), -EBADMSG);
}

Test(view_pr_json, an_unknown_repository_has_zeros_or_nothing)
{
    buffer_reset(&s_body);
    record_add(&s_body, view_pr_answer_fields, &(view_pr_answer_t){0});
    cr_expect_eq(s_render(false), -ENOENT);
    cr_assert_eq(s_render(true), 0);
    const cJSON *json = s_parse();
    cr_expect_eq(s_at(json, "pr_count")->valueint, 0);
    cr_expect(cJSON_IsNull(s_at(json, "updated_at")));
    cr_expect_null(cJSON_GetObjectItem(json, "repo_name"));
    cr_expect_eq(cJSON_GetArraySize(s_at(json, "by_action")), 3);
}
