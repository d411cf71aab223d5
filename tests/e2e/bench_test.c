// octolog bench: measures on the real program, and says so in JSON.

#include "tests/e2e/harness.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

// What was said, up from the first brace: the messages of actors go before.
static cJSON *s_document(const char *out)
{
    const char *begin = strstr(out, "{\"events\":");
    cr_assert_not_null(begin, "no JSON in: %s", out);
    cJSON *json = cJSON_Parse(begin);
    cr_assert_not_null(json);
    return json;
}

static const cJSON *s_row(const cJSON *json, const char *name)
{
    const cJSON *row = cJSON_GetObjectItem(json, "measures")->child;
    while (row &&
           strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(row, "measure")),
                  name) != 0)
        row = row->next;
    cr_assert_not_null(row, "no row \"%s\"", name);
    return row;
}

static void s_expect_figures(const cJSON *json, const char *name, int rounds)
{
    const cJSON *row = s_row(json, name);
    cr_expect_eq(e2e_number(row, "rounds"), rounds, "%s", name);
    cr_expect_gt(e2e_number(row, "least"), 0, "%s", name);
    cr_expect_leq(e2e_number(row, "least"), e2e_number(row, "median"));
    cr_expect_leq(e2e_number(row, "median"), e2e_number(row, "most"));
    const double stolen = e2e_number(row, "stolen");
    cr_expect(stolen >= 0 && stolen <= 1, "%s: %g stolen", name, stolen);
}

Test(bench, the_log_is_measured_a_round_at_a_time, .timeout = 120)
{
    char *out;
    const int status =
        E2E_RUN(&out, "octolog", "bench", "--json", "--rounds", "2", "--events",
                "2000", "--long-events", "20000", "--only", "import", "--only",
                "spine", "--only", "replay", "--only", "replay-all");
    cr_assert_eq(status, 0, "%s", out);
    cJSON *json = s_document(out);
    s_expect_figures(json, "import .json.gz", 2);
    s_expect_figures(json, "append through journal", 2);
    s_expect_figures(json, "replay, per core", 2);
    s_expect_figures(json, "replay all views, per core", 2);
    s_expect_figures(json, "disk, log / gzip", 2);
    cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(json, "measures")), 7);
    cJSON_Delete(json);
    free(out);
}

// The bench is silent until it is done, so that a slow machine needs the time
// of two runs.
static cJSON *s_measure_service(char **out, const char *one, const char *other)
{
    const int status =
        E2E_RUN(out, "octolog", "bench", "--json", "--rounds", "1", "--events",
                "2000", "--only", one, "--only", other);
    cr_assert_eq(status, 0, "%s", *out);
    return s_document(*out);
}

Test(bench, answers_and_the_start_are_measured, .timeout = 240)
{
    char *out;
    cJSON *json = s_measure_service(&out, "rest", "start");
    s_expect_figures(json, "GET event counts", 1);
    s_expect_figures(json, "GET counts, new windows", 1);
    s_expect_figures(json, "GET pr interval, p99", 1);
    s_expect_figures(json, "start until ready", 1);
    cJSON_Delete(json);
    free(out);
}

Test(bench, freshness_and_recovery_are_measured, .timeout = 240)
{
    char *out;
    cJSON *json = s_measure_service(&out, "freshness", "recovery");
    s_expect_figures(json, "freshness, p50", 1);
    s_expect_figures(json, "recovery of the journal", 1);
    cJSON_Delete(json);
    free(out);
}

static void s_refused(const char *flag, const char *value, const char *words)
{
    char *out;
    cr_expect_eq(E2E_RUN(&out, "octolog", "bench", flag, value), 2);
    cr_expect_not_null(strstr(out, words), "no '%s' in: %s", words, out);
    free(out);
}

Test(bench, what_cannot_be_measured_is_refused)
{
    s_refused("--only", "rset", "did you mean \"rest\"?");
    s_refused("--rounds", "0", "\"0\": not a number in range");
    s_refused("--rounds", "101", "\"101\": not a number in range");
    s_refused("--events", "-1", "\"-1\": not a number in range");
    s_refused("--events", "many", "\"many\": not a number in range");
}
