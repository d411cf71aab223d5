// Counts by type as JSON.
#include "actors/views/event_counts/messages.h"
#include "tests/actors/views/view_json.h"

#include <errno.h>

TestSuite(view_counts_json, .fini = s_teardown);

static int s_render(const view_counts_asked_t *asked)
{
    const message_view_answer_t answer = s_answer();
    return view_counts_render(asked, &answer, &s_out);
}

Test(view_counts_json, counts_of_chosen_types_are_exactly_those)
{
    const slice_t types[] = {slice_of("WatchEvent"), slice_of("NoSuchEvent"),
                             slice_of("WatchEvent")};
    s_add_count("PushEvent", 5);
    s_add_count("WatchEvent", 3);
    cr_assert_eq(s_render(&(view_counts_asked_t){.end = 1451611800,
                                                 .types = {types, 3}}),
                 0);
    s_expect("{\"counts\":{\"WatchEvent\":3,\"NoSuchEvent\":0},"
             "\"start_time\":\"1970-01-01T00:00:00Z\","
             "\"end_time\":\"2016-01-01T01:30:00Z\","
             "\"as_of\":{\"offset\":90,\"log_end\":100,\"lag\":10}}");
}

Test(view_counts_json, all_have_every_current_type_and_what_else_occurred)
{
    s_add_count("TeleportEvent", 2);
    s_add_count("PushEvent", 5);
    s_add_count("FollowEvent", 1);
    cr_assert_eq(s_render(&(view_counts_asked_t){.end = 1}), 0);
    const cJSON *counts = s_at(s_parse(), "counts");
    cr_expect_eq(cJSON_GetArraySize(counts), 18 + 2);
    cr_expect_eq(s_at(counts, "PushEvent")->valueint, 5);
    cr_expect_eq(s_at(counts, "IssuesEvent")->valueint, 0);
    cr_expect_eq(s_at(counts, "SponsorshipEvent")->valueint, 0);
    cr_expect_eq(s_at(counts, "PullRequestReviewThreadEvent")->valueint, 0);
    cr_expect_eq(s_at(counts, "TeleportEvent")->valueint, 2);
    cr_expect_eq(s_at(counts, "FollowEvent")->valueint, 1);
}

Test(view_counts_json, a_view_that_hears_nothing_says_that_it_may_be_stale)
{
    const message_view_answer_t answer = {{100, 90, 0, 0}, {NULL, 0}};
    const view_counts_asked_t asked = {.end = 1};
    cr_assert_eq(view_counts_render(&asked, &answer, &s_out), 0);
    const cJSON *as_of = s_at(s_parse(), "as_of");
    cr_expect_eq(s_at(as_of, "lag")->valueint, 0);
    cr_expect(cJSON_IsTrue(s_at(as_of, "stale")));
}

Test(view_counts_json, a_damaged_list_is_an_error)
{
    const slice_t type = slice_of("PushEvent");
    s_add_count("PushEvent", 5);
    s_body.bytes--;
    cr_expect_eq(s_render(&(view_counts_asked_t){.end = 1}), -EBADMSG);
    cr_expect_eq(
        s_render(&(view_counts_asked_t){.end = 1, .types = {&type, 1}}),
        -EBADMSG);
}

Test(view_counts_json, a_line_of_a_series_has_all_its_steps_or_is_damaged)
{
    const uint64_t counts[] = {7, 8};
    const view_series_asked_t asked = {.end = 20, .step_s = 10};
    for (size_t steps = 1; steps <= 2; steps++) {
        const view_series_line_t line = {slice_of("PushEvent"),
                                         slice(counts, steps * sizeof *counts)};
        buffer_reset(&s_body);
        buffer_reset(&s_out);
        record_add(&s_body, view_series_line_fields, &line);
        const message_view_answer_t answer = s_answer();
        cr_expect_eq(view_series_render(&asked, &answer, &s_out),
                     steps == 2 ? 0 : -EBADMSG);
    }
    s_expect("{\"step\":10,\"series\":[{\"type\":\"PushEvent\",\"points\":"
             "[[\"1970-01-01T00:00:00Z\",7],[\"1970-01-01T00:00:10Z\",8]]}],"
             "\"start_time\":\"1970-01-01T00:00:00Z\","
             "\"end_time\":\"1970-01-01T00:00:20Z\","
             "\"as_of\":{\"offset\":90,\"log_end\":100,\"lag\":10}}");
}
