// Real archives through the real pipeline, against the oracle that reads the
// raw files with code of its own.

#include "tests/e2e/harness.h"
#include "tests/recordings.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 40

typedef struct {
    const char *paths[FILES_MAX + 1]; // NULL-terminated
    size_t count;
    glob_t found;
    char *kept; // where the oracle keeps what it read of them; NULL: nowhere
} files_t;

// Every recording there is; skips the test where there are none.
static void s_recordings(files_t *files)
{
    static const char *const patterns[] = {"hours/*.json.gz", "*.ndjson.gz",
                                           "polls/*.ndjson.gz"};
    char *root = recordings_path("hours");
    memset(files, 0, sizeof *files);
    root[strlen(root) - strlen("hours")] = '\0';
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        char *pattern = e2e_path(root, patterns[i]);
        glob(pattern, i ? GLOB_APPEND : 0, NULL, &files->found);
        free(pattern);
    }
    free(root);
    cr_assert_leq(files->found.gl_pathc, FILES_MAX);
    for (; files->count < files->found.gl_pathc; files->count++)
        files->paths[files->count] = files->found.gl_pathv[files->count];
}

// Runs `octolog import --json` on the files; its summary (owned).
static cJSON *s_import(const char *data, const files_t *files)
{
    const char *argv[FILES_MAX + 8] = {"octolog", "import", "--json", "--data",
                                       data};
    char *out = NULL;
    memcpy(argv + 5, files->paths, sizeof files->paths);
    cr_assert_eq(e2e_run(&out, argv), 0, "import failed: %s", out);
    cJSON *summary = cJSON_Parse(out);
    cr_assert_not_null(summary, "import --json said: %s", out);
    free(out);
    return summary;
}

// What the oracle says of the files, of all times or of a window.
static cJSON *s_oracle(const char *command, const files_t *files,
                       const char *start, const char *end)
{
    const char *argv[FILES_MAX + 8] = {command, "--keep", files->kept};
    size_t count = 3;
    if (start) {
        memcpy(argv + count, (const char *[]){"--start", start, "--end", end},
               4 * sizeof *argv);
        count += 4;
    }
    memcpy(argv + count, files->paths, sizeof files->paths);
    return e2e_oracle(argv);
}

static void s_same_number(const cJSON *ours, const cJSON *theirs,
                          const char *field, const char *where)
{
    const cJSON *a = cJSON_GetObjectItemCaseSensitive(ours, field);
    const cJSON *b = cJSON_GetObjectItemCaseSensitive(theirs, field);
    if (cJSON_IsNumber(b)) {
        cr_expect(cJSON_IsNumber(a) && fabs(a->valuedouble - b->valuedouble) <=
                                           1e-9 * fabs(b->valuedouble) + 1e-9,
                  "%s: %s is %g, but the oracle says %g", where, field,
                  a ? a->valuedouble : NAN, b->valuedouble);
    } else if (cJSON_IsString(b)) {
        cr_expect(
            cJSON_IsString(a) && strcmp(a->valuestring, b->valuestring) == 0,
            "%s: %s is %s, but the oracle says %s", where, field,
            cJSON_IsString(a) ? a->valuestring : "absent", b->valuestring);
    } else {
        cr_expect(cJSON_IsNull(a), "%s: %s should be null", where, field);
    }
}

// Each type the oracle counted has that count, and no type it did not count.
static void s_same_counts(const cJSON *ours, const cJSON *theirs,
                          const char *window)
{
    const cJSON *type;
    cJSON_ArrayForEach(type, theirs)
    {
        s_same_number(ours, theirs, type->string, window);
    }
    cJSON_ArrayForEach(type, ours)
    {
        cr_expect(type->valuedouble == 0 ||
                      cJSON_GetObjectItemCaseSensitive(theirs, type->string),
                  "%s: %s counted, but the oracle knows none", window,
                  type->string);
    }
}

static void s_check_window(int port, const files_t *files, const char *start,
                           const char *end)
{
    char path[256];
    cJSON *ours = NULL;
    cJSON *theirs = s_oracle("counts", files, start, end);
    snprintf(path, sizeof path, "/v1/agg_event_counts?start=%s&end=%s", start,
             end);
    cr_assert_eq(e2e_get(port, path, &ours), 200);
    s_same_counts(cJSON_GetObjectItem(ours, "counts"),
                  cJSON_GetObjectItem(theirs, "types"), path);
    cJSON_Delete(ours);
    cJSON_Delete(theirs);
}

static void s_check_repository(int port, const cJSON *theirs)
{
    static const char *const top[] = {"pr_count", "avg_interval_seconds",
                                      "first_pull_request_ts",
                                      "last_pull_request_ts"};
    static const char *const each[] = {
        "pr_count", "avg_interval_seconds",    "first_ts",
        "last_ts",  "median_interval_seconds", "p90_interval_seconds"};
    char path[512];
    cJSON *ours = NULL;
    const cJSON *action;
    snprintf(path, sizeof path, "/v1/avg_pr_interval/%s", theirs->string);
    cr_assert_eq(e2e_get(port, path, &ours), 200, "%s", path);
    for (size_t i = 0; i < sizeof top / sizeof *top; i++)
        s_same_number(ours, theirs, top[i], path);
    cJSON_ArrayForEach(action, cJSON_GetObjectItem(theirs, "by_action"))
    {
        const cJSON *mine = cJSON_GetObjectItemCaseSensitive(
            cJSON_GetObjectItem(ours, "by_action"), action->string);
        cr_expect_not_null(mine, "%s: action %s", path, action->string);
        for (size_t i = 0; mine && i < sizeof each / sizeof *each; i++)
            s_same_number(mine, action, each[i], path);
    }
    cJSON_Delete(ours);
}

static void s_check_all_repositories(int port, const files_t *files)
{
    cJSON *oracle = s_oracle("pr", files, NULL, NULL);
    const cJSON *repository;
    int checked = 0;
    cJSON_ArrayForEach(repository, oracle)
    {
        s_check_repository(port, repository);
        checked++;
    }
    cr_assert_gt(checked, 100);
    cr_log_info("%d repositories compared", checked);
    cJSON_Delete(oracle);
}

// One repository's page, and the counts of the same window.
static void s_check_activity(int port, const cJSON *theirs, const char *window)
{
    static const char *const top[] = {"events", "first_event_ts",
                                      "last_event_ts"};
    char path[512];
    cJSON *ours = NULL;
    snprintf(path, sizeof path, "/v1/repos/%s?%s", theirs->string, window);
    cr_assert_eq(e2e_get(port, path, &ours), 200, "%s", path);
    for (size_t i = 0; i < sizeof top / sizeof *top; i++)
        s_same_number(ours, theirs, top[i], path);
    s_same_counts(cJSON_GetObjectItem(ours, "counts"),
                  cJSON_GetObjectItem(theirs, "types"), path);
    cJSON_Delete(ours);
}

static void s_check_filter(int port, const char *filter, const cJSON *theirs,
                           const char *window)
{
    char path[512];
    cJSON *ours = NULL;
    snprintf(path, sizeof path, "/v1/agg_event_counts?%s=%s&%s", filter,
             theirs->string, window);
    cr_assert_eq(e2e_get(port, path, &ours), 200, "%s", path);
    s_same_counts(cJSON_GetObjectItem(ours, "counts"),
                  cJSON_GetObjectItem(theirs, "types"), path);
    cJSON_Delete(ours);
}

#define TOP "300"

// The counts of the top are the highest there are.
static void s_check_top(int port, const cJSON *theirs, const char *window)
{
    char path[512];
    cJSON *ours = NULL;
    snprintf(path, sizeof path, "/v1/repos/top?limit=" TOP "&%s", window);
    cr_assert_eq(e2e_get(port, path, &ours), 200, "%s", path);
    const cJSON *repos = cJSON_GetObjectItem(ours, "repos");
    const cJSON *count = theirs->child, *repo;
    cJSON_ArrayForEach(repo, repos)
    {
        cr_assert_not_null(count);
        cr_expect_eq(e2e_number(repo, "count"), count->valuedouble);
        count = count->next;
    }
    cr_expect(!count || cJSON_GetArraySize(repos) == atoi(TOP));
    cJSON_Delete(ours);
}

// One in `every` repositories and organisations, and the top.
static void s_check_repos(int port, const files_t *files, const char *start,
                          const char *end, int every)
{
    char window[128];
    const cJSON *item;
    int seen = 0;
    cJSON *oracle = s_oracle("repos", files, start, end);
    snprintf(window, sizeof window, "start=%s&end=%s", start, end);
    s_check_top(port, cJSON_GetObjectItem(oracle, "top"), window);
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(oracle, "orgs"))
    {
        if (seen++ % every == 0)
            s_check_filter(port, "org", item, window);
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(oracle, "repos"))
    {
        if (seen++ % every)
            continue;
        s_check_activity(port, item, window);
        s_check_filter(port, "repo", item, window);
    }
    cr_assert_gt(seen, 1000);
    cr_log_info("%d repositories and organisations compared", seen / every);
    cJSON_Delete(oracle);
}

Test(archive, answers_equal_those_of_an_independent_oracle, .timeout = 300)
{
    files_t files;
    e2e_service_t service;
    s_recordings(&files);
    char *data = e2e_folder(), *scratch = e2e_folder();
    files.kept = e2e_path(scratch, "oracle.pickle");
    cJSON *oracle = s_oracle("counts", &files, NULL, NULL);
    E2E_UP(&service, data, "--no-fetch");
    cJSON *summary = s_import(data, &files);
    double events = e2e_number(oracle, "events");
    cr_expect_eq(e2e_number(summary, "new"), events);
    cr_expect_eq(e2e_number(summary, "duplicates"),
                 e2e_number(oracle, "duplicates"));
    cr_expect_eq(e2e_number(summary, "rejected"),
                 e2e_number(oracle, "rejects"));
    e2e_await_offset(&service, events);

    s_check_window(service.port, &files, "2010-01-01T00:00:00Z",
                   "2030-01-01T00:00:00Z");
    s_check_window(service.port, &files, "2016-01-01T01:30:00Z",
                   "2016-01-01T03:10:07Z");
    s_check_window(service.port, &files, "2012-04-11T22:01:33Z",
                   "2012-06-14T22:59:59Z");
    s_check_window(service.port, &files, "2014-12-31T23:59:59Z",
                   "2015-01-01T00:00:01Z");
    s_check_all_repositories(service.port, &files);
    s_check_repos(service.port, &files, "2010-01-01T00:00:00Z",
                  "2030-01-01T00:00:00Z", 100);
    s_check_repos(service.port, &files, "2015-01-01T00:10:07Z",
                  "2016-01-01T02:59:31Z", 100);

    cJSON_Delete(summary);
    cJSON_Delete(oracle);
    e2e_down(&service);
    globfree(&files.found);
    e2e_remove(scratch);
    e2e_remove(data);
    free(files.kept);
    free(scratch);
    free(data);
}

Test(archive, importing_again_grows_only_the_duplicate_counter, .timeout = 300)
{
    files_t files;
    e2e_service_t service;
    cJSON *before = NULL, *after = NULL;
    s_recordings(&files);
    char *data = e2e_folder();
    cJSON *first = s_import(data, &files); // straight into the log
    double events = e2e_number(first, "new");
    E2E_UP(&service, data, "--no-fetch");
    e2e_await_offset(&service, events);
    cr_assert_eq(e2e_get(service.port, "/v1/log", &before), 200);
    cJSON *second = s_import(data, &files); // through the journal
    cr_assert_eq(e2e_get(service.port, "/v1/log", &after), 200);
    cr_expect_eq(e2e_number(second, "new"), 0);
    cr_expect_eq(e2e_number(second, "events"), e2e_number(first, "events"));

    const cJSON *item;
    cJSON_ArrayForEach(item, before)
    {
        if (strcmp(item->string, "duplicates") != 0 &&
            strcmp(item->string, "bytes") != 0)
            cr_expect(cJSON_Compare(
                          item, cJSON_GetObjectItem(after, item->string), true),
                      "/v1/log: %s changed", item->string);
    }
    cr_expect_gt(e2e_number(after, "duplicates"),
                 e2e_number(before, "duplicates"));
    cr_expect_eq(E2E_RUN(NULL, "octolog", "replay", "--data", data, "--verify"),
                 0);
    e2e_down(&service);
    cr_expect_eq(E2E_RUN(NULL, "octolog", "replay", "--data", data, "--verify"),
                 0, "and without a supervisor");
    cr_expect_eq(E2E_RUN(NULL, "octolog", "verify", "--data", data), 0);
    cJSON_Delete(before);
    cJSON_Delete(after);
    cJSON_Delete(first);
    cJSON_Delete(second);
    globfree(&files.found);
    e2e_remove(data);
    free(data);
}

Test(archive, a_damaged_one_is_one_clear_error_and_changes_nothing)
{
    char *broken = recordings_path("broken/2015-01-01-11-not-gzip.json.gz");
    char *good = recordings_path("post-oct-2025.ndjson.gz");
    char *out = NULL;
    cJSON *before = NULL, *after = NULL;
    e2e_service_t service;
    char *data = e2e_folder();
    E2E_UP(&service, data, "--no-fetch");
    cr_assert_eq(E2E_RUN(NULL, "octolog", "import", "--data", data, good), 0);
    cr_assert_eq(e2e_get(service.port, "/v1/log", &before), 200);
    cr_expect_eq(E2E_RUN(&out, "octolog", "import", "--data", data, broken), 1);
    cr_expect(strstr(out, "not-gzip.json.gz") && strstr(out, "gzip"), "%s",
              out);
    char *newline = strchr(out, '\n');
    cr_expect(newline && newline[1] == '\0', "one line, not: %s", out);
    cr_assert_eq(e2e_get(service.port, "/v1/log", &after), 200);
    cr_expect(cJSON_Compare(before, after, true));
    e2e_down(&service);
    cJSON_Delete(before);
    cJSON_Delete(after);
    free(out);
    free(broken);
    free(good);
    e2e_remove(data);
    free(data);
}
