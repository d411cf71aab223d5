// Retention in a running service: the log stays small, and what is told of all
// history stays exact, provable, and repairable.

#include "tests/e2e/load.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    e2e_service_t service;
    load_t load;
    char *data;
    double first; // wanted of the log, at least
} kept_t;

static double s_log_number(const e2e_service_t *service, const char *name)
{
    cJSON *body = NULL;
    double value = -1;
    if (e2e_get(service->port, "/v1/log", &body) == 200)
        value = e2e_number(body, name);
    cJSON_Delete(body);
    return value;
}

static bool s_has_dropped(void *context)
{
    const kept_t *kept = context;
    return s_log_number(&kept->service, "first_offset") >= kept->first;
}

static void s_begin(kept_t *kept)
{
    kept->data = e2e_folder();
    setenv("OCTOLOG_VIEW_FLUSH_MS", "50", 1);
    E2E_UP(&kept->service, kept->data, "--no-fetch");
    load_open(&kept->load, kept->data);
}

// Under load, until the log begins later than now by some events.
static void s_drop_under_load(kept_t *kept)
{
    kept->first = s_log_number(&kept->service, "first_offset") + 1000;
    load_produce_until(&kept->load, s_has_dropped, kept);
    load_drain(&kept->load);
    e2e_await_offset(&kept->service, (double)kept->load.sent);
}

// The same by age, after some load.
static void s_let_drop(kept_t *kept)
{
    load_produce_for(&kept->load, 100);
    load_drain(&kept->load);
    e2e_await_offset(&kept->service, (double)kept->load.sent);
    kept->first = (double)kept->load.sent - 100; // but the newest batch
    for (long long until = e2e_tick_ms() + E2E_PATIENCE_MS;
         !s_has_dropped(kept); e2e_nap())
        cr_assert_lt(e2e_tick_ms(), until, "nothing is dropped");
}

// A service that keeps a second, and has dropped what is older.
static void s_begin_dropped(kept_t *kept)
{
    setenv("OCTOLOG_LOG_RETENTION_AGE", "1 s", 1);
    s_begin(kept);
    s_let_drop(kept);
}

static void s_check(kept_t *kept)
{
    load_check_counts(&kept->service, kept->load.sent);
    load_check_log(kept->data, kept->load.sent, kept->load.acknowledged);
    load_check_views(kept->data);
}

static void s_end(kept_t *kept)
{
    e2e_down(&kept->service);
    load_check_views(kept->data);
    load_close(&kept->load);
    e2e_remove(kept->data);
    free(kept->data);
}

__attribute__((format(printf, 1, 2))) static void s_shell(const char *format,
                                                          ...)
{
    char command[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    cr_assert_eq(E2E_RUN(NULL, "sh", "-c", command), 0, "%s", command);
}

// The first events once more, from a file: the log has dropped them.
static void s_send_dropped_again(kept_t *kept)
{
    char *file = e2e_path(kept->data, "again.json"), *out = NULL;
    double before = s_log_number(&kept->service, "duplicates");
    load_write_file(file, 1, 101);
    cr_assert_eq(E2E_RUN(&out, "octolog", "import", "--data", kept->data, file),
                 0, "%s", out);
    cr_assert_eq(s_log_number(&kept->service, "duplicates"), before + 100);
    cr_assert_eq(s_log_number(&kept->service, "end_offset"),
                 (double)kept->load.sent);
    free(out);
    free(file);
}

Test(retention, by_age_keeps_every_count_and_every_proof)
{
    kept_t kept;
    setenv("OCTOLOG_LOG_RETENTION_AGE", "1 s", 1);
    s_begin(&kept);
    s_drop_under_load(&kept);
    s_check(&kept);
    s_send_dropped_again(&kept);
    E2E_CRASH(&kept.service, "--no-fetch");
    s_let_drop(&kept);
    s_check(&kept);
    s_end(&kept);
}

Test(retention, by_size_keeps_the_log_small)
{
    kept_t kept;
    setenv("OCTOLOG_LOG_RETENTION_BYTES", "96 KiB", 1);
    setenv("OCTOLOG_JOURNAL_LOG_WRITE_BUFFER_BYTES", "1 MiB", 1);
    s_begin(&kept);
    s_drop_under_load(&kept);
    s_drop_under_load(&kept);
    s_check(&kept);
    s_end(&kept);
}

// What is kept, and what is sealed of the rest, is told of a stopped one, too.
static void s_check_status_of_stopped(const kept_t *kept)
{
    char *out = NULL;
    cr_assert_eq(
        E2E_RUN(&out, "octolog", "status", "--json", "--data", kept->data), 3,
        "%s", out);
    cJSON *said = cJSON_Parse(out);
    cr_assert_not_null(said, "%s", out);
    const double first = e2e_number(said, "log.first_offset");
    cr_expect_geq(first, kept->first);
    cr_expect_eq(e2e_number(said, "log.retention.age_seconds"), 1);
    cr_expect_geq(e2e_number(said, "log.retention.sealed.event_counts"), first);
    cr_expect_geq(e2e_number(said, "log.retention.sealed.pr_interval"), first);
    cr_expect_geq(e2e_number(said, "log.retention.sealed.repo_activity"),
                  first);
    cJSON_Delete(said);
    free(out);
}

Test(retention, a_damaged_view_is_rebuilt_from_its_seal)
{
    kept_t kept;
    s_begin_dropped(&kept);
    e2e_down(&kept.service);
    s_check_status_of_stopped(&kept);
    s_shell("echo nonsense >%s/views/event_counts/CURRENT", kept.data);
    s_shell("for f in %s/views/pr_interval/gen-*/MANIFEST*; do "
            "echo damaged >$f; done",
            kept.data);
    s_shell("rm -r %s/views/repo_activity/gen-*", kept.data);
    E2E_UP(&kept.service, kept.data, "--no-fetch");
    e2e_await_offset(&kept.service, (double)kept.load.sent);
    cr_assert(e2e_has_said(&kept.service.process, "rebuilding"));
    cr_assert_not(e2e_has_said(&kept.service.process, "it counts from offset"));
    s_check(&kept);
    s_end(&kept);
}

static bool s_is_sealed(void *context)
{
    const kept_t *kept = context;
    return e2e_has_said((e2e_process_t *)&kept->service.process,
                        "replacing it with the whole view");
}

Test(retention, a_lost_seal_is_made_of_the_view)
{
    kept_t kept;
    char *out = NULL;
    s_begin_dropped(&kept);
    e2e_down(&kept.service);
    s_shell("rm -r %s/views/event_counts/seal", kept.data);
    s_shell("for f in %s/views/pr_interval/seal/gen-*/MANIFEST*; do "
            "echo damaged >$f; done",
            kept.data);
    cr_assert_eq(E2E_RUN(&out, "octolog", "verify", "--data", kept.data), 1);
    cr_assert_not_null(strstr(out, "view event_counts: the log begins"), "%s",
                       out);
    cr_assert_not_null(strstr(out, "view pr_interval: its snapshot"), "%s",
                       out);
    free(out);
    E2E_UP(&kept.service, kept.data, "--no-fetch");
    load_produce_until(&kept.load, s_is_sealed, &kept);
    s_let_drop(&kept);
    s_check(&kept);
    s_end(&kept);
}

// A view that begins when the front of the log is gone says where.
Test(retention, a_view_added_later_says_where_it_begins)
{
    kept_t kept;
    cJSON *body = NULL;
    setenv("OCTOLOG_VIEW_NAME", "event_counts pr_interval", 1);
    s_begin_dropped(&kept);
    e2e_down(&kept.service);
    setenv("OCTOLOG_VIEW_NAME", "event_counts pr_interval repo_activity", 1);
    E2E_UP(&kept.service, kept.data, "--no-fetch");
    e2e_await_offset(&kept.service, (double)kept.load.sent);
    cr_assert_eq(e2e_get(kept.service.port, "/v1/repos/top", &body), 200);
    cr_assert_gt(e2e_number(body, "as_of.since"), 0);
    cJSON_Delete(body);
    load_check_views(kept.data);
    s_let_drop(&kept);
    s_end(&kept);
}

Test(retention, a_range_that_was_dropped_is_refused)
{
    kept_t kept;
    char *out = NULL;
    s_begin_dropped(&kept);
    char *folder = e2e_path(kept.data, "out"), from[32];
    cr_assert_eq(E2E_RUN(&out, "octolog", "replay", "--data", kept.data,
                         "--from", "5", "--out", folder),
                 1);
    cr_assert_not_null(strstr(out, "the log now begins at offset"), "%s", out);
    free(out);
    cr_assert_eq(E2E_RUN(&out, "octolog", "replay", "--data", kept.data,
                         "--until", "5", "--out", folder),
                 1);
    cr_assert_not_null(strstr(out, "snapshot of dropped events ends"), "%s",
                       out);
    free(out);
    // The newest batch is always kept.
    snprintf(from, sizeof from, "%llu", (unsigned long long)kept.load.sent - 1);
    cr_assert_eq(E2E_RUN(&out, "octolog", "replay", "--data", kept.data,
                         "--from", from, "--out", folder),
                 0, "%s", out);
    free(out);
    free(folder);
    s_check(&kept);
    s_end(&kept);
}

// Views of an earlier moment are folded from their seals on.
Test(retention, an_earlier_moment_is_asked_from_the_seal_on)
{
    kept_t kept;
    char *served = NULL, *folded = NULL, end[32];
    s_begin_dropped(&kept);
    snprintf(end, sizeof end, "%llu", (unsigned long long)kept.load.sent);
    const char *const question[] = {
        "octolog",    "query", "counts",     "--data", kept.data, "--start",
        "2000-01-01", "--end", "2100-01-01", "--json", NULL};
    const char *const again[] = {
        "octolog", "query",      "counts", "--data",     kept.data,
        "--start", "2000-01-01", "--end",  "2100-01-01", "--json",
        "--as-of", end,          NULL};
    cr_assert_eq(e2e_run(&served, question), 0, "%s", served);
    cr_assert_eq(e2e_run(&folded, again), 0, "%s", folded);
    cr_assert_str_eq(served, folded);
    free(folded);
    cr_assert_eq(E2E_RUN(&folded, "octolog", "query", "counts", "--data",
                         kept.data, "--as-of", "5"),
                 1);
    cr_assert_not_null(strstr(folded, "the log now begins at offset"), "%s",
                       folded);
    free(folded);
    free(served);
    s_end(&kept);
}
