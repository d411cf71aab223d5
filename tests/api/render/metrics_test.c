// The metrics of given facts, to the byte where it matters.

#include "api/render/metrics.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static buffer_t s_text, s_actors, s_sources;
static traffic_t s_traffic;
static rendering_metrics_t s_from;

static const char *const s_routes[] = {"/livez", "none"};

static void s_setup(void)
{
    s_from = (rendering_metrics_t){
        .traffic = &s_traffic, .routes = s_routes, .route_count = 2};
}

static void s_teardown(void)
{
    buffer_free(&s_text);
    buffer_free(&s_actors);
    buffer_free(&s_sources);
}

TestSuite(rendering_metrics, .init = s_setup, .fini = s_teardown);

static void s_render(void)
{
    cr_assert_eq(rendering_metrics(&s_text, &s_from), 0);
    buffer_add(&s_text, "", 1); // its terminator
    cr_assert_not(buffer_failed(&s_text));
}

// A line of exactly this is there.
static bool s_has(const char *line)
{
    char text[512];
    snprintf(text, sizeof text, "\n%s\n", line);
    return strstr(s_text.data, text);
}

static bool s_ends_in(const char *text, size_t bytes, const char *end)
{
    return bytes >= strlen(end) &&
           strncmp(text + bytes - strlen(end), end, strlen(end)) == 0;
}

Test(rendering_metrics, each_has_a_help_a_type_and_a_name_by_the_conventions)
{
    int metrics = 0;
    s_render();
    for (char *line = s_text.data; (line = strstr(line, "# HELP ")); line++) {
        const char *name = line + strlen("# HELP ");
        const size_t bytes = strcspn(name, " ");
        char type[128];
        snprintf(type, sizeof type, "\n# TYPE %.*s ", (int)bytes, name);
        const char *found = strstr(line, type);
        cr_assert_not_null(found, "%s", type);
        cr_expect_eq(found, strchr(line, '\n'));
        cr_expect_eq(strncmp(name, "octolog_", 8), 0);
        const bool counts = strncmp(found + strlen(type), "counter\n", 8) == 0;
        cr_expect_eq(s_ends_in(name, bytes, "_total"), counts, "%s", type);
        metrics++;
    }
    cr_expect_gt(metrics, 30);
}

Test(rendering_metrics, what_nobody_told_has_no_sample)
{
    s_render();
    cr_expect_null(strstr(s_text.data, "\noctolog_log_"));
    cr_expect_null(strstr(s_text.data, "\noctolog_source_"));
    cr_expect_null(strstr(s_text.data, "\noctolog_http_requests"));
    cr_expect(s_has("octolog_build_info{version=\"" OCTOLOG_VERSION "\"} 1"));
    cr_expect(s_has("octolog_http_streams 0"));
    cr_expect_null(strstr(s_text.data, "\noctolog_http_certificate"));
}

Test(rendering_metrics, a_certificate_tells_when_it_expires)
{
    s_from.certificate_expiry_s = 1451611800;
    s_render();
    cr_expect(
        s_has("octolog_http_certificate_expiry_timestamp_seconds 1451611800"));
}

Test(rendering_metrics, the_log_is_told_in_base_units)
{
    const message_log_stats_t log = {.first = 5,
                                     .end = UINT64_MAX,
                                     .bytes = 1024,
                                     .newest_created_at = 1451611800,
                                     .last_journaled_at_us = 1451611800000042};
    s_from.log = &log;
    s_render();
    cr_expect(s_has("octolog_log_first_offset 5"));
    cr_expect(s_has("octolog_log_end_offset 18446744073709551615"));
    cr_expect(s_has("octolog_log_size_bytes 1024"));
    cr_expect(s_has("octolog_log_newest_event_timestamp_seconds 1451611800"));
    cr_expect(s_has("octolog_log_last_journaled_timestamp_seconds "
                    "1451611800.000042"));
    cr_expect_null(strstr(s_text.data, "\noctolog_log_oldest"));
}

Test(rendering_metrics, parts_and_views_are_told_one_by_one)
{
    const rendering_part_t parts[] = {{slice_of("journal"), 1},
                                      {slice_of("fetcher"), 0}};
    const rendering_view_t views[] = {
        {slice_of("event_counts"), 7, 2, 1, 3, 6}};
    s_from.parts = parts;
    s_from.part_count = 2;
    s_from.views = views;
    s_from.view_count = 1;
    s_render();
    cr_expect(s_has("octolog_part_up{part=\"journal\"} 1"));
    cr_expect(s_has("octolog_part_up{part=\"fetcher\"} 0"));
    cr_expect(s_has("octolog_view_offset{view=\"event_counts\"} 7"));
    cr_expect(s_has("octolog_view_lag_events{view=\"event_counts\"} 2"));
    cr_expect(s_has("octolog_view_since_offset{view=\"event_counts\"} 3"));
    cr_expect(s_has("octolog_view_sealed_offset{view=\"event_counts\"} 6"));
}

Test(rendering_metrics, actors_and_sources_come_from_their_lists)
{
    message_t item = {.kind = MESSAGE_ACTOR,
                      .actor = {.name = slice_of("api"),
                                .pid = 4711,
                                .restarts = 3,
                                .last_beat_at_us = 2500000}};
    message_list_add(&s_actors, &item);
    item = (message_t){.kind = MESSAGE_SOURCE,
                       .source = {.name = slice_of("http://x/\"\\\n"),
                                  .polls = 9,
                                  .quota_limit = 60,
                                  .quota_remaining = 0,
                                  .coverage = 0.875}};
    message_list_add(&s_sources, &item);
    item.source = (message_source_t){.name = slice_of("new"),
                                     .quota_limit = -1,
                                     .quota_remaining = -1,
                                     .coverage = -1};
    message_list_add(&s_sources, &item);
    s_from.actors = buffer_slice(&s_actors);
    s_from.sources = buffer_slice(&s_sources);
    s_render();
    cr_expect(s_has("octolog_actor_up{actor=\"api\"} 1"));
    cr_expect(s_has("octolog_actor_restarts_total{actor=\"api\"} 3"));
    cr_expect(s_has("octolog_actor_last_heartbeat_timestamp_seconds{"
                    "actor=\"api\"} 2.500000"));
    cr_expect(s_has("octolog_source_polls_total{source=\"http://x/\\\"\\\\\\n"
                    "\"} 9"));
    cr_expect(s_has("octolog_source_quota_remaining_requests{source="
                    "\"http://x/\\\"\\\\\\n\"} 0"));
    cr_expect(s_has("octolog_source_coverage_ratio{source=\"http://x/\\\"\\\\"
                    "\\n\"} 0.875"));
    cr_expect_null(strstr(s_text.data, "quota_limit_requests{source=\"new\""));
    cr_expect_null(strstr(s_text.data, "coverage_ratio{source=\"new\""));
}

Test(rendering_metrics, a_histogram_adds_up)
{
    traffic_count(&s_traffic, 0, 200);
    traffic_time(&s_traffic, 0, 100);
    traffic_count(&s_traffic, 0, 200);
    traffic_time(&s_traffic, 0, 101);
    traffic_count(&s_traffic, 1, 418);
    traffic_time(&s_traffic, 1, 99000000);
    s_render();
    cr_expect(s_has("octolog_http_requests_total{route=\"/livez\",status="
                    "\"200\"} 2"));
    cr_expect(s_has("octolog_http_requests_total{route=\"none\",status="
                    "\"other\"} 1"));
#define S_DURATION "octolog_http_request_duration_seconds"
    cr_expect(s_has(S_DURATION "_bucket{route=\"/livez\",le=\"0.0001\"} 1"));
    cr_expect(s_has(S_DURATION "_bucket{route=\"/livez\",le=\"0.00025\"} 2"));
    cr_expect(s_has(S_DURATION "_bucket{route=\"/livez\",le=\"2.5\"} 2"));
    cr_expect(s_has(S_DURATION "_bucket{route=\"/livez\",le=\"+Inf\"} 2"));
    cr_expect(s_has(S_DURATION "_sum{route=\"/livez\"} 0.000201"));
    cr_expect(s_has(S_DURATION "_count{route=\"/livez\"} 2"));
    cr_expect(s_has(S_DURATION "_bucket{route=\"none\",le=\"2.5\"} 0"));
    cr_expect(s_has(S_DURATION "_bucket{route=\"none\",le=\"+Inf\"} 1"));
}

Test(rendering_metrics, a_damaged_list_is_refused)
{
    s_from.actors = slice("\x05\x00\x00\x00zzz", 7);
    cr_expect_lt(rendering_metrics(&s_text, &s_from), 0);
}
