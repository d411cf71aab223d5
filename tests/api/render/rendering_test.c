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

Test(rendering, a_damaged_list_is_an_error)
{
    message_list_add(&s_list,
                     &(message_t){MESSAGE_REJECT, .reject = {.number = 1}});
    const message_rejects_t rejects = {1, 1,
                                       slice(s_list.data, s_list.bytes - 1)};
    cr_expect_eq(rendering_rejects(&s_out, &rejects), -EBADMSG);
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
