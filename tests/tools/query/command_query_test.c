// octolog query, as a program: whoever answers, the answer is the same.

#include "tests/tools/program.h"
#include "tests/tools/replay/replay_fixture.h"

#include <cjson/cJSON.h>

#define EVENTS 600
#define PART   377 // of them; within a batch

#define WINDOW "--start 2016-01-01 --end 2016-02-01 "

// Every document there is.
static const char *const s_questions[] = {
    "counts " WINDOW,
    "counts " WINDOW "--types PushEvent,WatchEvent --types ForkEvent",
    "top " WINDOW "--limit 1000",
    "top " WINDOW "--by pull_requests",
};
#define QUESTIONS (sizeof s_questions / sizeof *s_questions)

static void s_setup(void)
{
    program_setup();
    if (!getenv("OCTOLOG_SIM"))
        cr_skip_test("OCTOLOG_SIM names no octolog-sim");
    program_shell("'%s' --generate %d --seed 7 --shape 2016 >all.json && "
                  "head -n %d all.json >part.json && mkdir tmp",
                  getenv("OCTOLOG_SIM"), EVENTS, PART);
    setenv("TMPDIR", "tmp", 1);
}

// Whatever was folded is gone.
static void s_teardown(void)
{
    program_shell("test -z \"$(ls tmp)\"");
    program_teardown();
}

TestSuite(command_query, .init = s_setup, .fini = s_teardown);

// The answer without its as_of, in *text (owned by the caller), and the lag.
static double s_ask(const char *question, const char *flags, char **text)
{
    cr_assert(eq(int, program_run("query %s --json %s", question, flags), 0),
              "%s %s: %s", question, flags, program_err);
    cJSON *document = cJSON_Parse(program_out);
    cJSON *as_of = cJSON_DetachItemFromObject(document, "as_of");
    cr_assert(as_of != NULL, "%s", program_out);
    const double lag = cJSON_GetNumberValue(cJSON_GetObjectItem(as_of, "lag"));
    // Two logs of the same events were written at two times; and the pull
    // requests of a repository have an as_of of their own.
    cJSON *pulls = cJSON_GetObjectItem(document, "pull_requests");
    cJSON_DeleteItemFromObject(pulls, "as_of");
    cJSON_DeleteItemFromObject(pulls ? pulls : document, "updated_at");
    *text = cJSON_PrintUnformatted(document);
    cJSON_Delete(as_of);
    cJSON_Delete(document);
    return lag;
}

static void s_expect_equal(const char *question, const char *one,
                           const char *two, double lag)
{
    char *expected, *got;
    cr_expect(eq(dbl, s_ask(question, one, &expected), 0));
    cr_expect(eq(dbl, s_ask(question, two, &got), lag), "%s %s", question, two);
    cr_expect(eq(str, got, expected), "%s: %s, %s", question, one, two);
    free(expected);
    free(got);
}

// The repository with most pull requests, in *name.
static void s_find_busy(char name[256])
{
    cr_assert(eq(int,
                 program_run("query top --by pull_requests --limit 1 --json "
                             "--data d"),
                 0));
    cJSON *document = cJSON_Parse(program_out);
    const cJSON *repo =
        cJSON_GetArrayItem(cJSON_GetObjectItem(document, "repos"), 0);
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItem(repo, "repo_name"));
    cr_assert(text != NULL, "%s", program_out);
    snprintf(name, 256, "%s", text);
    cJSON_Delete(document);
}

static void s_import(const char *file, const char *folder)
{
    cr_assert(eq(int, program_run("import --data %s %s", folder, file), 0),
              "%s", program_err);
}

Test(command_query, an_earlier_moment_is_what_the_log_was_then)
{
    char name[256], question[300], flags[64];
    s_import("all.json", "d");
    s_import("part.json", "part");
    s_find_busy(name);
    snprintf(flags, sizeof flags, "--data d --as-of %d", PART);
    for (size_t i = 0; i < QUESTIONS; i++)
        s_expect_equal(s_questions[i], "--data part", flags, EVENTS - PART);
    snprintf(question, sizeof question, "pr %s", name);
    s_expect_equal(question, "--data part", flags, EVENTS - PART);
    snprintf(question, sizeof question, "repo %s", name);
    s_expect_equal(question, "--data part", flags, EVENTS - PART);
}

Test(command_query, folded_kept_and_served_views_answer_alike)
{
    char *folded[QUESTIONS], *answer;
    s_import("all.json", "d");
    for (size_t i = 0; i < QUESTIONS; i++)
        s_ask(s_questions[i], "--data d", &folded[i]);
    cr_assert(eq(int, program_run("replay --data d"), 0), "%s", program_err);
    for (size_t i = 0; i < QUESTIONS; i++) {
        cr_expect(eq(dbl, s_ask(s_questions[i], "--data d", &answer), 0));
        cr_expect(eq(str, answer, folded[i]));
        free(answer);
    }
    pid_t pid = program_up();
    for (size_t i = 0; i < QUESTIONS; i++) {
        cr_expect(eq(dbl, s_ask(s_questions[i], "--data d", &answer), 0));
        cr_expect(eq(str, answer, folded[i]));
        free(answer);
        free(folded[i]);
    }
    s_expect_equal(s_questions[0], "--data d --as-of 600", "--data d", 0);
    program_down(pid);
}

Test(command_query, views_that_are_behind_say_so)
{
    s_import("part.json", "d");
    cr_assert(eq(int, program_run("replay --data d"), 0), "%s", program_err);
    s_import("all.json", "d");
    cr_assert(eq(int, program_run("query counts --data d"), 0), "%s",
              program_err);
    cr_expect(
        program_has(program_out, "as of offset 377, 223 events behind the log"),
        "%s", program_out);
}

Test(command_query, tables_are_for_people)
{
    char name[256];
    s_import("all.json", "d");
    s_find_busy(name);
    cr_assert(eq(int, program_run("query counts --data d"), 0));
    cr_expect(program_has(program_out, "all events, up to "));
    cr_expect(program_has(program_out, "PushEvent"));
    cr_expect(program_has(program_out, "as of offset 600\n"), "%s",
              program_out);
    cr_assert(eq(int, program_run("query top --data d --limit 3"), 0));
    cr_expect(program_has(program_out, "\n   3. "), "%s", program_out);
    cr_assert(eq(int, program_run("query pr --data d %s", name), 0));
    cr_expect(program_has(program_out, "  opened "), "%s", program_out);
    cr_assert(eq(int, program_run("query repo --data d %s", name), 0));
    cr_expect(program_has(program_out, "  PullRequestEvent "), "%s",
              program_out);
}

static void s_expect_mistake(int status, const char *arguments,
                             const char *words)
{
    cr_expect(eq(int, program_run("query %s", arguments), status), "%s",
              arguments);
    cr_expect(program_has(program_err, words), "%s: %s", arguments,
              program_err);
    cr_expect(eq(str, program_out, (char *)""), "%s", arguments);
}

Test(command_query, each_mistake_is_said_by_its_flag)
{
    s_import("part.json", "d");
    s_expect_mistake(2, "counts --data d --start soon", "--start \"soon\": ");
    s_expect_mistake(2, "counts --data d --last 1y", "--last \"1y\": ");
    s_expect_mistake(2, "counts --data d --last 1h --end 2016-01-01",
                     "--last cannot be combined");
    s_expect_mistake(2, "counts --data d --repo x", "--repo");
    s_expect_mistake(2, "top --data d --limit 0", "--limit");
    s_expect_mistake(2, "top --data d --by Pushes", "--by");
    s_expect_mistake(2, "pr --data d libzmq", "OWNER/NAME");
    s_expect_mistake(2, "pr --data d", "OWNER/NAME");
    s_expect_mistake(2, "counts --as-of soon", "--as-of \"soon\": ");
    s_expect_mistake(1, "counts --data d --as-of 378", "ends at offset 377");
    s_expect_mistake(1, "pr --data d no/body", "not found");
    s_expect_mistake(1, "counts --data nowhere",
                     "nowhere has no log yet; octolog up or octolog import");
    program_shell("test ! -e nowhere");
}

// The fixture was journaled within the second that begins at 22:13:20.
Test(command_query, a_time_is_that_of_journaling)
{
    static replay_fixture_t fixture;
    replay_fixture_open(&fixture, 3);
    cr_assert(eq(int,
                 program_run("query counts --data %s --as-of "
                             "2023-11-14T22:13:20Z",
                             fixture.dir),
                 0),
              "%s", program_err);
    cr_expect(program_has(program_out, "as of offset 0, 2,000 events behind"),
              "%s", program_out);
    cr_assert(eq(int,
                 program_run("query counts --data %s --as-of "
                             "2023-11-14T22:13:21Z",
                             fixture.dir),
                 0));
    cr_expect(program_has(program_out, "up to 2023-11-14T22:13:21Z\n"), "%s",
              program_out);
    cr_expect(program_has(program_out, "as of offset 2,000\n"), "%s",
              program_out);
    replay_fixture_close(&fixture);
}
