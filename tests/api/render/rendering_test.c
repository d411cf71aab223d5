// The actors' answers as JSON.

#include "api/render/rendering.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <errno.h>

static buffer_t s_out, s_list;
static cJSON *s_json;

static void s_teardown(void)
{
    cJSON_Delete(s_json);
    buffer_free(&s_out);
    buffer_free(&s_list);
}

TestSuite(rendering, .fini = s_teardown);

static void s_expect(const char *wanted)
{
    cr_expect(slice_equal(buffer_slice(&s_out), slice_of(wanted)), "%.*s",
              (int)s_out.bytes, s_out.data);
}

static cJSON *s_parse(void)
{
    cJSON_Delete(s_json);
    s_json = cJSON_ParseWithLength(s_out.data, s_out.bytes);
    cr_assert_not_null(s_json, "%.*s", (int)s_out.bytes, s_out.data);
    return s_json;
}

static const cJSON *s_at(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    cr_assert_not_null(item, "%s", key);
    return item;
}

static void s_add_count(const char *type, uint64_t count)
{
    message_t item = {.kind = MESSAGE_COUNT, .count = {slice_of(type), count}};
    message_list_add(&s_list, &item);
}

static message_counts_answer_t s_counts(void)
{
    return (message_counts_answer_t){.as_of = {90, 100, 1, 0},
                                     .counts = buffer_slice(&s_list)};
}

Test(rendering, counts_of_chosen_types_are_exactly_those)
{
    const slice_t types[] = {slice_of("WatchEvent"), slice_of("NoSuchEvent"),
                             slice_of("WatchEvent")};
    s_add_count("PushEvent", 5);
    s_add_count("WatchEvent", 3);
    message_counts_answer_t answer = s_counts();
    rendering_window_t window = {0, 1451611800};
    cr_assert_eq(rendering_counts(&s_out, &answer, window, types, 3), 0);
    s_expect("{\"counts\":{\"WatchEvent\":3,\"NoSuchEvent\":0},"
             "\"start_time\":\"1970-01-01T00:00:00Z\","
             "\"end_time\":\"2016-01-01T01:30:00Z\","
             "\"as_of\":{\"offset\":90,\"log_end\":100,\"lag\":10}}");
}

Test(rendering, all_counts_have_every_current_type_and_what_else_occurred)
{
    s_add_count("TeleportEvent", 2);
    s_add_count("PushEvent", 5);
    s_add_count("FollowEvent", 1);
    message_counts_answer_t answer = s_counts();
    rendering_window_t window = {0, 1};
    cr_assert_eq(rendering_counts(&s_out, &answer, window, NULL, 0), 0);
    const cJSON *counts = s_at(s_parse(), "counts");
    cr_expect_eq(cJSON_GetArraySize(counts), 18 + 2);
    cr_expect_eq(s_at(counts, "PushEvent")->valueint, 5);
    cr_expect_eq(s_at(counts, "IssuesEvent")->valueint, 0);
    cr_expect_eq(s_at(counts, "SponsorshipEvent")->valueint, 0);
    cr_expect_eq(s_at(counts, "PullRequestReviewThreadEvent")->valueint, 0);
    cr_expect_eq(s_at(counts, "TeleportEvent")->valueint, 2);
    cr_expect_eq(s_at(counts, "FollowEvent")->valueint, 1);
}

Test(rendering, a_view_that_hears_nothing_says_that_it_may_be_stale)
{
    message_counts_answer_t answer = {.as_of = {100, 90, 0, 0}};
    rendering_window_t window = {0, 1};
    cr_assert_eq(rendering_counts(&s_out, &answer, window, NULL, 0), 0);
    const cJSON *as_of = s_at(s_parse(), "as_of");
    cr_expect_eq(s_at(as_of, "lag")->valueint, 0);
    cr_expect(cJSON_IsTrue(s_at(as_of, "stale")));
}

Test(rendering, a_damaged_list_is_an_error)
{
    s_add_count("PushEvent", 5);
    message_counts_answer_t answer = s_counts();
    const slice_t type = slice_of("PushEvent");
    rendering_window_t window = {0, 1};
    answer.counts.bytes--;
    cr_expect_eq(rendering_counts(&s_out, &answer, window, NULL, 0), -EBADMSG);
    cr_expect_eq(rendering_counts(&s_out, &answer, window, &type, 1), -EBADMSG);
    message_rejects_t rejects = {.rejects = answer.counts};
    cr_expect_eq(rendering_rejects(&s_out, &rejects), -EBADMSG);
    message_intervals_answer_t intervals = {.found = 1,
                                            .actions = answer.counts};
    cr_expect_eq(rendering_intervals(&s_out, &intervals), -EBADMSG);
}

static void s_add_interval(const char *action, uint64_t count, uint32_t first,
                           uint32_t last, double seconds)
{
    message_t item = {.kind = MESSAGE_INTERVAL,
                      .interval = {slice_of(action), count, first, last,
                                   seconds, seconds / 2, seconds * 2}};
    message_list_add(&s_list, &item);
}

static const cJSON *s_intervals(void)
{
    message_intervals_answer_t answer = {.as_of = {1, 1, 1, 0},
                                         .found = 1,
                                         .repo = slice_of("Octo/Cat"),
                                         .updated_at_us = 1451611800000000,
                                         .actions = buffer_slice(&s_list)};
    cr_assert_eq(rendering_intervals(&s_out, &answer), 0);
    return s_parse();
}

Test(rendering, intervals_have_the_top_level_and_each_action)
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

Test(rendering, opened_closed_and_merged_are_always_there_in_this_order)
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

Test(rendering, fewer_than_two_have_no_interval)
{
    s_add_interval("", 1, 100, 100, 0);
    const cJSON *json = s_intervals();
    cr_expect(cJSON_IsNull(s_at(json, "avg_interval_seconds")));
    cr_expect_eq(s_at(json, "pr_count")->valueint, 1);
}

Test(rendering, rejects_are_valid_json_whatever_they_hold)
{
    static char raw[RENDERING_RAW_MAX + 100];
    memset(raw, 0xff, sizeof raw);
    message_t item = {.kind = MESSAGE_REJECT,
                      .reject = {.number = 3,
                                 .received_at_us = 1,
                                 .source = slice_of("import:\"x\""),
                                 .reason = slice_of("created_at is missing"),
                                 .raw = slice(raw, sizeof raw)}};
    message_list_add(&s_list, &item);
    message_rejects_t rejects = {9, 4, buffer_slice(&s_list)};
    cr_assert_eq(rendering_rejects(&s_out, &rejects), 0);
    const cJSON *json = s_parse();
    cr_expect_eq(s_at(json, "total")->valueint, 9);
    cr_expect_eq(s_at(json, "first")->valueint, 4);
    const cJSON *reject = cJSON_GetArrayItem(s_at(json, "rejects"), 0);
    cr_expect_eq(s_at(reject, "number")->valueint, 3);
    cr_expect_eq(s_at(reject, "raw_bytes")->valueint, sizeof raw);
    cr_expect_eq(strlen(s_at(reject, "raw")->valuestring),
                 3 * RENDERING_RAW_MAX);
}

Test(rendering, a_source_tells_what_is_known_and_null_for_the_rest)
{
    message_t item = {.kind = MESSAGE_SOURCE,
                      .source = {.name = slice_of("https://x/events"),
                                 .state = slice_of("polling"),
                                 .quota_limit = -1,
                                 .coverage = -1}};
    message_list_add(&s_list, &item);
    item.source.quota_limit = 60;
    item.source.quota_remaining = 59;
    item.source.gaps = 1;
    item.source.last_gap_from_us = 1451611800000000;
    item.source.last_gap_until_us = 1451611801000000;
    item.source.coverage = 0.5;
    item.source.last_status = 304;
    item.source.error = slice_of("late");
    message_list_add(&s_list, &item);
    message_sources_t sources = {buffer_slice(&s_list)};
    cr_assert_eq(rendering_sources(&s_out, &sources), 0);
    const cJSON *json = s_parse();
    cr_expect(cJSON_IsTrue(s_at(json, "fetching")));
    const cJSON *one = cJSON_GetArrayItem(s_at(json, "sources"), 0);
    static const char *const nulls[] = {"error", "last_status", "last_poll_at",
                                        "quota", "coverage",    "last_gap"};
    for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++)
        cr_expect(cJSON_IsNull(s_at(one, nulls[i])), "%s", nulls[i]);
    const cJSON *two = cJSON_GetArrayItem(s_at(json, "sources"), 1);
    cr_expect_eq(s_at(s_at(two, "quota"), "remaining")->valueint, 59);
    cr_expect_eq(s_at(two, "coverage")->valuedouble, 0.5);
    cr_expect_str_eq(s_at(s_at(two, "last_gap"), "from")->valuestring,
                     "2016-01-01T01:30:00.000000Z");
}

Test(rendering, remembered_sources_are_named_without_their_prefix)
{
    const slice_t prefix = slice_of("source:");
    message_t item = {
        .kind = MESSAGE_LOG_CURSOR,
        .log_cursor = {slice_of("source:import:a.json"), slice_of("opaque")}};
    message_list_add(&s_list, &item);
    message_log_cursor_list_t list = {buffer_slice(&s_list)};
    cr_assert_eq(rendering_known_sources(&s_out, &list, prefix), 0);
    s_expect("{\"fetching\":false,\"sources\":[{\"name\":\"import:a.json\","
             "\"state\":\"not fetched\"}]}");
}

Test(rendering, an_actor_that_does_not_run_has_no_pid)
{
    message_t item = {.kind = MESSAGE_ACTOR,
                      .actor = {.name = slice_of("journal"),
                                .state = slice_of("restarting"),
                                .restarts = 2,
                                .offset = 5,
                                .end = 9,
                                .last_exit = slice_of("signal 9")}};
    message_list_add(&s_list, &item);
    message_actors_t actors = {buffer_slice(&s_list)};
    cr_assert_eq(rendering_actors(&s_out, &actors), 0);
    s_expect("{\"actors\":[{\"name\":\"journal\",\"pid\":null,\"state\":"
             "\"restarting\",\"restarts\":2,\"started_at\":null,"
             "\"last_heartbeat\":null,\"offset\":5,\"lag\":4,\"last_exit\":"
             "\"signal 9\"}]}");
}

Test(rendering, an_empty_log_has_no_times)
{
    const message_t sealed = {.kind = MESSAGE_SEALED,
                              .sealed = {slice_of("event_counts"), 4}};
    message_list_add(&s_list, &sealed);
    message_log_stats_t stats = {.bytes = 10,
                                 .duplicates = 2,
                                 .rejects = 1,
                                 .rejected = 3,
                                 .retention_age_s = 60,
                                 .retention_bytes = 7,
                                 .reject_bytes = 5,
                                 .dedupe_margin_s = 8,
                                 .keep = 9,
                                 .sealed = buffer_slice(&s_list)};
    cr_assert_eq(rendering_log(&s_out, &stats), 0);
    s_expect("{\"first_offset\":0,\"end_offset\":0,\"events\":0,\"bytes\":10,"
             "\"oldest_event_at\":null,\"newest_event_at\":null,"
             "\"first_journaled_at\":null,\"last_journaled_at\":null,"
             "\"duplicates\":2,\"rejects\":1,\"rejected\":3,"
             "\"retention\":{\"age_seconds\":60,\"bytes\":7,\"reject_bytes\":5,"
             "\"dedupe_margin_seconds\":8,\"keep_offset\":9,"
             "\"sealed\":{\"event_counts\":4}}}");
}
