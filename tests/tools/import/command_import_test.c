// octolog import, as a program: what is in the log afterwards, come what may.
#include "actors/runtime/clock.h"
#include "log/event_log.h"
#include "tests/tools/program.h"

TestSuite(command_import, .init = program_setup, .fini = program_teardown);

static event_log_stats_t s_stats(void)
{
    char path[128];
    failure_t failure = {0};
    event_log_t *log = NULL;
    event_log_stats_t stats;
    snprintf(path, sizeof path, "%s/d/log", program_folder);
    cr_assert(event_log_open(&log, path, EVENT_LOG_READ, NULL, &failure) == 0,
              "%s", failure.reason);
    cr_assert(eq(int, event_log_stats(log, &stats), 0));
    event_log_close(&log);
    return stats;
}

Test(command_import, importing_twice_changes_the_duplicates_alone)
{
    program_events("a.json", 0, 100);
    cr_assert(eq(int, program_run("import --data d --json a.json"), 0), "%s",
              program_err);
    cr_assert(program_has(program_out,
                          "\"events\":100,\"new\":100,\"duplicates\":0,"
                          "\"rejected\":0"),
              "%s", program_out);
    event_log_stats_t before = s_stats();
    cr_assert(eq(int, program_run("import --data d a.json"), 0), "%s",
              program_err);
    cr_assert(program_has(program_out,
                          "100 events, 0 new, 100 duplicates, 0 rejected"),
              "%s", program_out);
    event_log_stats_t after = s_stats();
    cr_assert(eq(u64, after.end, before.end));
    cr_assert(eq(u64, after.duplicates, before.duplicates + 100));
    cr_assert(eq(i64, after.last_journaled_at_us, before.last_journaled_at_us));
    cr_assert(eq(int, program_run("verify --data d"), 0), "%s", program_out);
}

static void s_expect_same(const event_log_stats_t *before)
{
    event_log_stats_t after = s_stats();
    cr_assert(eq(u64, after.end, before->end));
    cr_assert(eq(u64, after.duplicates, before->duplicates));
    cr_assert(eq(u64, after.rejects, before->rejects));
}

static void s_expect_one_line(const char *name, const char *part)
{
    cr_assert(program_has(program_err, name), "%s", program_err);
    cr_assert(program_has(program_err, part), "%s", program_err);
    cr_assert(strchr(program_err, '\n') == strrchr(program_err, '\n'),
              "one line: %s", program_err);
}

// b.json.gz has 2900 events, torn.json.gz some of them, a dead letter and no
// end, no.json.gz is none.
static void s_make_archives(void)
{
    program_events("b.json", 100, 3000);
    program_shell("gzip -k b.json && { echo nonsense; cat b.json; } | gzip | "
                  "head -c 9000 >torn.json.gz && printf 'no gzip' >no.json.gz");
}

Test(command_import, what_is_no_archive_is_told_before_the_first_is_imported)
{
    program_events("a.json", 0, 100);
    s_make_archives();
    cr_assert(eq(int, program_run("import --data d a.json"), 0), "%s",
              program_err);
    event_log_stats_t before = s_stats();
    static const char *const bad[] = {"no.json.gz", ".", "missing.json.gz"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        // A good one before it and one after it are held back, too.
        cr_assert(eq(int,
                     program_run("import --data d b.json.gz %s b.json", bad[i]),
                     1));
        s_expect_one_line(bad[i], "nothing was imported");
        s_expect_same(&before);
        cr_assert(eq(int, program_run("import --data other %s", bad[i]), 1));
    }
    program_shell("test ! -e other");
}

Test(command_import, a_damaged_archive_leaves_no_trace)
{
    program_events("a.json", 0, 100);
    s_make_archives();
    cr_assert(eq(int, program_run("import --data d torn.json.gz a.json"), 1));
    s_expect_one_line("torn.json.gz: damaged gzip", "nothing was imported");
    program_shell("test ! -e d");
    cr_assert(eq(int, program_run("import --data d a.json"), 0), "%s",
              program_err);
    event_log_stats_t before = s_stats();
    cr_assert(eq(int, program_run("import --data d torn.json.gz b.json"), 1));
    s_expect_one_line("torn.json.gz", "nothing was imported");
    s_expect_same(&before);
}

// What came before it stays, in order, and is on disk when that is said.
static void s_expect_what_came_before(void)
{
    cr_assert(eq(int,
                 program_run("import --data d a.json b.json.gz "
                             "torn.json.gz c.json"),
                 1));
    s_expect_one_line("torn.json.gz: damaged gzip",
                      "nothing from it or after it was imported; 3000 "
                      "events are in the log");
    const event_log_stats_t stats = s_stats();
    cr_assert(eq(u64, stats.end, 3000));
    cr_assert(eq(u64, stats.duplicates, 0));
    cr_assert(eq(u64, stats.rejects, 0));
    cr_assert(
        eq(int, program_run("tail --data d --json --from 99 --limit 2"), 0));
    const char *last = strstr(program_out, "\"id\":\"1099\"");
    cr_assert(last && strstr(last, "\"id\":\"1100\""), "%s", program_out);
}

Test(command_import, what_came_before_a_damaged_archive_is_imported)
{
    program_events("a.json", 0, 100);
    program_events("c.json", 3000, 3010);
    s_make_archives();
    s_expect_what_came_before();
    cr_assert(eq(int, program_run("verify --data d"), 0), "%s", program_out);
}

Test(command_import, and_so_it_is_beside_a_running_octolog)
{
    program_events("a.json", 0, 100);
    program_events("c.json", 3000, 3010);
    s_make_archives();
    pid_t pid = program_up();
    s_expect_what_came_before();
    program_down(pid);
}

// 45 MB in batches of 1 MB: a few are packed, and what is held is too much,
// long before the end can be unpacked ahead. Returns its name.
static const char *s_make_large(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/large.json", program_folder);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL);
    for (int i = 0; i < 22000; i++)
        fprintf(file,
                "{\"id\":\"%d\",\"type\":\"PushEvent\",\"repo\":{\"id\":1,"
                "\"name\":\"o/r\"},\"payload\":{\"text\":\"%02000d\"},"
                "\"created_at\":\"2016-01-01T00:00:00Z\"}\n",
                1 + i, i);
    cr_assert(eq(int, fclose(file), 0));
    program_shell("gzip -1 large.json");
    return "large.json.gz";
}

// Without a folder for a copy of the stream, proving it fails; so it was tried.
Test(command_import, no_more_is_held_back_than_may_be)
{
    const char *name = s_make_large();
    setenv("OCTOLOG_SPINE_WINDOW_BYTES", "1 MiB", 1);
    setenv("TMPDIR", "/nowhere", 1);
    cr_assert(eq(int, program_run("import --data d - <%s", name), 1));
    s_expect_one_line("-: No such file", "nothing was imported");
    program_shell("test ! -e d");
    unsetenv("TMPDIR");
    cr_assert(eq(int, program_run("import --data d - <%s", name), 0), "%s",
              program_err);
    cr_assert(program_has(program_out, "22000 new"), "%s", program_out);
    program_shell("truncate -s -9 %s", name);
    cr_assert(eq(int, program_run("import --data e %s", name), 1));
    s_expect_one_line("unexpected end", "nothing was imported");
    program_shell("test ! -e e");
    cr_assert(eq(int, program_run("verify --data d"), 0), "%s", program_out);
}

// An import of what comes through *input, up to a log that has something.
static pid_t s_begin_import(FILE **input)
{
    int ends[2];
    char data[128];
    snprintf(data, sizeof data, "%s/d", program_folder);
    cr_assert(eq(int, pipe(ends), 0));
    pid_t pid = fork();
    cr_assert(pid >= 0);
    if (pid == 0) {
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(getenv("OCTOLOG_BIN"), "octolog", "import", "--data", data, "-",
              NULL);
        _exit(127);
    }
    close(ends[0]);
    *input = fdopen(ends[1], "w");
    const bool opened = *input != NULL;
    cr_assert(opened);
    return pid;
}

Test(command_import, an_interrupted_import_is_simply_run_again)
{
    program_events("a.json", 0, 3000);
    FILE *input = NULL;
    pid_t pid = s_begin_import(&input);
    char line[512], path[128];
    snprintf(path, sizeof path, "%s/a.json", program_folder);
    FILE *events = fopen(path, "r");
    cr_assert(events != NULL);
    for (int i = 0; i < 2000 && fgets(line, sizeof line, events); i++)
        fputs(line, input);
    cr_assert(eq(int, fflush(input), 0));
    const int64_t end_ms = clock_tick_ms() + PROGRAM_PATIENCE_MS;
    while (program_run("tail --data d --limit 1") != 0 ||
           program_out[0] == '\0') {
        cr_assert(clock_tick_ms() < end_ms, "nothing comes: %s", program_err);
        poll(NULL, 0, 10);
    }
    int status;
    cr_assert(eq(int, kill(pid, SIGINT), 0));
    cr_assert(waitpid(pid, &status, 0) == pid);
    const bool interrupted = WIFSIGNALED(status) && WTERMSIG(status) == SIGINT;
    cr_assert(interrupted, "status %d", status);
    fclose(input);
    fclose(events);
    cr_assert(eq(int, program_run("verify --data d"), 0), "%s", program_out);
    const uint64_t had = s_stats().end;
    cr_assert(had > 0 && had <= 2000);
    cr_assert(eq(int, program_run("import --data d a.json"), 0), "%s",
              program_err);
    cr_assert(eq(u64, s_stats().end, 3000));
    cr_assert(eq(u64, s_stats().duplicates, had));
}

Test(command_import, what_is_no_event_becomes_a_dead_letter)
{
    program_events("a.json", 0, 3);
    program_shell(
        "{ cat a.json; echo 'this is no JSON'; echo '{\"id\":\"9\"}'; "
        "printf '{\"id\":\"10\",\"type\":\"Push'; } >b.json");
    cr_assert(eq(int, program_run("import --data d b.json"), 0), "%s",
              program_err);
    cr_assert(
        program_has(program_out, "3 events, 3 new, 0 duplicates, 3 rejected"),
        "%s", program_out);
    cr_assert(eq(u64, s_stats().rejects, 3));
    cr_assert(eq(int, program_run("import --data d b.json"), 0), "%s",
              program_err);
    cr_assert(eq(u64, s_stats().rejects, 3));
    cr_assert(eq(int, program_run("verify --data d"), 0), "%s", program_out);
}

Test(command_import, standard_input_is_imported_plain_and_gzipped)
{
    program_events("a.json", 0, 50);
    cr_assert(eq(int, program_run("import --data d - <a.json"), 0), "%s",
              program_err);
    cr_assert(program_has(program_out, "50 new"), "%s", program_out);
    program_events("a.json", 0, 60);
    program_shell("gzip a.json");
    cr_assert(eq(int, program_run("import --data d - <a.json.gz"), 0), "%s",
              program_err);
    cr_assert(program_has(program_out, "10 new, 50 duplicates"), "%s",
              program_out);
}

Test(command_import, root_leaves_nothing_in_the_folder_of_another)
{
    if (geteuid() != 0)
        cr_skip_test("only root could");
    program_events("a.json", 0, 10);
    program_shell("mkdir d && chown 65534 d");
    cr_assert(eq(int, program_run("import --data d a.json"), 1));
    cr_assert(program_has(program_err, "sudo -u 'nobody' octolog import"), "%s",
              program_err);
    cr_assert(eq(int, program_run("up --data d --no-fetch"), 1));
    program_shell("test -z \"$(ls d)\"");
}

// Of more types than octolog keeps names of: log, dead letters and views have
// all of them between them.
Test(command_import, one_type_too_many_becomes_a_dead_letter)
{
    program_shell("seq 1 1200 | sed 's/.*/{\"id\":\"&\",\"type\":\"T&\","
                  "\"created_at\":\"2026-01-01T00:00:00Z\"}/' >a.json");
    cr_assert(eq(int, program_run("import --data d a.json"), 0), "%s",
              program_err);
    cr_assert(program_has(program_out,
                          "1200 events, 1000 new, 0 duplicates, 200 rejected"),
              "%s", program_out);
    cr_assert(eq(u64, s_stats().end, 1000));
    cr_assert(eq(u64, s_stats().rejects, 200));
    cr_assert(eq(int, program_run("import --data d a.json"), 0), "%s",
              program_err);
    cr_assert(program_has(program_out, "0 new, 1000 duplicates, 200 rejected"),
              "%s", program_out);
    cr_assert(eq(u64, s_stats().rejects, 200));
    cr_assert(eq(int, program_run("replay --data d"), 0), "%s", program_err);
    cr_assert(eq(int, program_run("replay --data d --verify"), 0), "%s",
              program_err);
    cr_assert(eq(int, program_run("verify --data d"), 0), "%s", program_out);
    cr_assert(eq(int,
                 program_run("query counts --data d --json --start "
                             "2026-01-01T00:00:00Z --end "
                             "2026-01-02T00:00:00Z"),
                 0),
              "%s", program_err);
    cr_assert(program_has(program_out, "\"T1000\""), "%s", program_out);
    cr_assert(not(program_has(program_out, "\"T1001\"")), "%s", program_out);
}
