// Metrics of real processes, and everything that is shipped to look at them.

#include "tests/e2e/harness.h"
#include "tests/e2e/simulator.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(metrics, .timeout = 300);

// The file's text, to be freed.
static char *s_read(const char *path)
{
    char *name = e2e_path(OCTOLOG_TREE, path), *text = NULL;
    cr_assert_eq(E2E_RUN(&text, "cat", name), 0, "%s", name);
    free(name);
    return text;
}

// Whether there is a metric of this name, or a series of a histogram.
static bool s_is_metric(const char *metrics, const char *name)
{
    static const char *const series[] = {"_bucket", "_sum", "_count"};
    char base[128], line[160];
    snprintf(base, sizeof base, "%s", name);
    for (size_t i = 0; i < sizeof series / sizeof series[0]; i++) {
        const size_t bytes = strlen(base), end = strlen(series[i]);
        if (bytes > end && strcmp(base + bytes - end, series[i]) == 0)
            base[bytes - end] = '\0';
    }
    snprintf(line, sizeof line, "# TYPE %s ", base);
    return strstr(metrics, line);
}

static void s_expect_known(const char *metrics, const char *path)
{
    char *text = s_read(path);
    int names = 0;
    for (char *at = text; (at = strstr(at, "octolog_")); names++) {
        char name[128];
        size_t bytes = 0;
        while (isalnum((unsigned char)at[bytes]) || at[bytes] == '_')
            bytes++;
        snprintf(name, sizeof name, "%.*s", (int)bytes, at);
        cr_expect(s_is_metric(metrics, name), "%s names %s", path, name);
        at += bytes;
    }
    cr_expect_gt(names, 10, "%s", path);
    free(text);
}

Test(metrics, every_alert_has_a_case_that_raises_it)
{
    static const char head[] = "- alert: ";
    char *rules = s_read("tools/prometheus/alerts.yml");
    char *cases = s_read("tests/e2e/alerts_test.yml");
    int alerts = 0;
    for (char *at = rules; (at = strstr(at, head)); alerts++) {
        char wanted[128];
        at += strlen(head);
        // What works is tested on one line each, what is wrong on several.
        snprintf(wanted, sizeof wanted, "alertname: %.*s\n",
                 (int)strcspn(at, "\n"), at);
        cr_expect_not_null(strstr(cases, wanted), "no %s", wanted);
    }
    cr_expect_gt(alerts, 10);
    free(cases);
    free(rules);
}

static bool s_has_promtool(void)
{
    return E2E_RUN(NULL, "sh", "-c", "command -v promtool") == 0;
}

// Hands a file of this source to `promtool check rules` or `test rules`.
static void s_expect_rules(const char *verb, const char *path)
{
    char *said = NULL;
    char *file = e2e_path(OCTOLOG_TREE, path);
    cr_expect_eq(E2E_RUN(&said, "promtool", verb, "rules", file), 0, "%s",
                 said);
    free(said);
    free(file);
}

static void s_expect_promtool_agrees(const char *url)
{
    char command[512], *said = NULL;
    if (!s_has_promtool()) {
        // A warning of Criterion's would be a failure.
        fprintf(stderr, "skipped: no promtool (package prometheus) here\n");
        return;
    }
    snprintf(command, sizeof command, "curl -sf '%s' | promtool check metrics",
             url);
    cr_expect_eq(E2E_RUN(&said, "sh", "-c", command), 0, "%s", said);
    cr_expect_str_eq(said, "");
    free(said);
    s_expect_rules("check", "tools/prometheus/alerts.yml");
    s_expect_rules("test", "tests/e2e/alerts_test.yml");
}

// Scrapes until the sample shows; the text is to be freed.
static char *s_scrape_until(const char *url, const char *sample)
{
    const long long end_ms = e2e_tick_ms() + E2E_PATIENCE_MS;
    char *text = NULL;
    while (!text || !strstr(text, sample)) {
        cr_assert_lt(e2e_tick_ms(), end_ms, "no %s in %s", sample, text);
        free(text);
        e2e_nap();
        cr_assert_eq(E2E_RUN(&text, "curl", "-sf", url), 0);
    }
    return text;
}

Test(metrics, everything_shipped_names_what_is_there)
{
    simulator_t sim;
    e2e_service_t service;
    char source[128], url[128];
    char *data = e2e_folder();
    SIMULATOR(&sim, "--rate", "50");
    snprintf(source, sizeof source, "%s/events", sim.url);
    E2E_UP(&service, data, "--source", source);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/metrics", service.port);
    char *text = s_scrape_until(url, "\noctolog_source_quota_remaining");
    s_expect_known(text, "tools/grafana/octolog.json");
    s_expect_known(text, "tools/prometheus/alerts.yml");
    cr_expect_not_null(strstr(text, "\noctolog_actor_up{actor=\"journal\"} 1"));
    cr_expect_null(strstr(text, "\noctolog_part_up{part=\"fetcher\"} 0"));
    s_expect_promtool_agrees(url);
    free(text);
    // The scrapes before have been counted themselves.
    free(s_scrape_until(url, "route=\"/metrics\",status=\"200\"}"));
    e2e_down(&service);
    simulator_end(&sim);
    e2e_remove(data);
    free(data);
}
