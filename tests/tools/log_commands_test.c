// octolog import, tail and verify, as programs.
#include "actors/actor.h"
#include "log/event_log.h"
#include "tools/data_dir.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 60000
#define OUTPUT_MAX  65536

extern char **environ;

static char s_folder[64];
static char s_out[OUTPUT_MAX], s_err[OUTPUT_MAX];

static void s_setup(void)
{
    if (!getenv("OCTOLOG_BIN"))
        cr_skip_test("OCTOLOG_BIN names no octolog");
    snprintf(s_folder, sizeof s_folder, "/tmp/octolog-tools-XXXXXX");
    cr_assert(mkdtemp(s_folder) != NULL);
}

static void s_teardown(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", s_folder);
    cr_assert(eq(int, system(command), 0));
}

TestSuite(log_commands, .init = s_setup, .fini = s_teardown);

static void s_slurp(FILE *file, char text[OUTPUT_MAX])
{
    size_t got = fread(text, 1, OUTPUT_MAX - 1, file);
    text[got] = '\0';
}

// Runs "octolog ARGUMENTS" in the test's folder by the shell; returns its exit
// status, and what it wrote in s_out and s_err.
__attribute__((format(printf, 1, 2))) static int s_octolog(const char *format,
                                                           ...)
{
    char arguments[2048], command[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(arguments, sizeof arguments, format, args);
    va_end(args);
    snprintf(command, sizeof command, "cd '%s' && '%s' %s 2>err", s_folder,
             getenv("OCTOLOG_BIN"), arguments);
    FILE *pipe = popen(command, "r");
    cr_assert(pipe != NULL);
    s_slurp(pipe, s_out);
    int status = pclose(pipe);
    snprintf(command, sizeof command, "%s/err", s_folder);
    FILE *file = fopen(command, "r");
    cr_assert(file != NULL);
    s_slurp(file, s_err);
    fclose(file);
    const bool exited = WIFEXITED(status);
    cr_assert(exited, "%s: %s", arguments, s_err);
    return WEXITSTATUS(status);
}

static bool s_has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static void s_shell(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
static void s_shell(const char *format, ...)
{
    char command[4096];
    int used = snprintf(command, sizeof command, "cd '%s' && ", s_folder);
    va_list args;
    va_start(args, format);
    vsnprintf(command + used, sizeof command - (size_t)used, format, args);
    va_end(args);
    cr_assert(system(command) == 0, "%s", command);
}

// Events [from, until), one an hour's second, of a few types.
static void s_write_events(const char *name, int from, int until)
{
    static const char *const types[] = {"PushEvent", "WatchEvent", "NewEvent"};
    char path[128];
    snprintf(path, sizeof path, "%s/%s", s_folder, name);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL);
    for (int i = from; i < until; i++)
        fprintf(file,
                "{\"id\":\"%d\",\"type\":\"%s\",\"actor\":{\"id\":1,\"login\":"
                "\"octo\"},\"repo\":{\"id\":%d,\"name\":\"o/r%d\"},"
                "\"payload\":{},\"created_at\":\"2016-01-01T00:%02d:%02dZ\"}\n",
                1000 + i, types[i % 3], i % 2, i % 2, i / 60 % 60, i % 60);
    cr_assert(eq(int, fclose(file), 0));
}

static event_log_stats_t s_stats(void)
{
    char path[128], reason[EVENT_LOG_REASON_MAX] = "";
    event_log_t *log = NULL;
    event_log_stats_t stats;
    snprintf(path, sizeof path, "%s/d/log", s_folder);
    cr_assert(event_log_open(&log, path, EVENT_LOG_READ, NULL, reason) == 0,
              "%s", reason);
    cr_assert(eq(int, event_log_stats(log, &stats), 0));
    event_log_close(&log);
    return stats;
}

// Import.

Test(log_commands, importing_twice_changes_the_duplicates_alone)
{
    s_write_events("a.json", 0, 100);
    cr_assert(eq(int, s_octolog("import --data d --json a.json"), 0), "%s",
              s_err);
    cr_assert(s_has(s_out, "\"events\":100,\"new\":100,\"duplicates\":0,"
                           "\"rejected\":0"),
              "%s", s_out);
    event_log_stats_t before = s_stats();
    cr_assert(eq(int, s_octolog("import --data d a.json"), 0), "%s", s_err);
    cr_assert(s_has(s_out, "100 events, 0 new, 100 duplicates, 0 rejected"),
              "%s", s_out);
    event_log_stats_t after = s_stats();
    cr_assert(eq(u64, after.end, before.end));
    cr_assert(eq(u64, after.duplicates, before.duplicates + 100));
    cr_assert(eq(i64, after.last_journaled_at_us, before.last_journaled_at_us));
    cr_assert(eq(int, s_octolog("verify --data d"), 0), "%s", s_out);
}

Test(log_commands, a_damaged_archive_leaves_the_log_as_it_was)
{
    s_write_events("a.json", 0, 100);
    s_write_events("b.json", 100, 3000);
    s_shell("gzip -k b.json && head -c 2000 b.json.gz >torn.json.gz && "
            "printf 'no gzip' >no.json.gz");
    cr_assert(eq(int, s_octolog("import --data d a.json"), 0), "%s", s_err);
    event_log_stats_t before = s_stats();
    static const char *const bad[] = {"torn.json.gz", "no.json.gz", ".",
                                      "missing.json.gz"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        // A good one before it and one after it are held back, too.
        cr_assert(eq(
            int, s_octolog("import --data d b.json.gz %s b.json", bad[i]), 1));
        cr_assert(s_has(s_err, bad[i]), "%s", s_err);
        cr_assert(s_has(s_err, "nothing was imported"), "%s", s_err);
        cr_assert(strchr(s_err, '\n') == strrchr(s_err, '\n'), "one line: %s",
                  s_err);
        event_log_stats_t after = s_stats();
        cr_assert(eq(u64, after.end, before.end));
        cr_assert(eq(u64, after.duplicates, before.duplicates));
        cr_assert(eq(u64, after.rejects, before.rejects));
    }
    cr_assert(eq(int, s_octolog("import --data other no.json.gz"), 1));
    s_shell("test ! -e other");
}

Test(log_commands, what_is_no_event_becomes_a_dead_letter)
{
    s_write_events("a.json", 0, 3);
    s_shell("{ cat a.json; echo 'this is no JSON'; echo '{\"id\":\"9\"}'; "
            "printf '{\"id\":\"10\",\"type\":\"Push'; } >b.json");
    cr_assert(eq(int, s_octolog("import --data d b.json"), 0), "%s", s_err);
    cr_assert(s_has(s_out, "3 events, 3 new, 0 duplicates, 3 rejected"), "%s",
              s_out);
    cr_assert(eq(u64, s_stats().rejects, 3));
    cr_assert(eq(int, s_octolog("import --data d b.json"), 0), "%s", s_err);
    cr_assert(eq(u64, s_stats().rejects, 3));
    cr_assert(eq(int, s_octolog("verify --data d"), 0), "%s", s_out);
}

Test(log_commands, standard_input_is_imported_plain_and_gzipped)
{
    s_write_events("a.json", 0, 50);
    cr_assert(eq(int, s_octolog("import --data d - <a.json"), 0), "%s", s_err);
    cr_assert(s_has(s_out, "50 new"), "%s", s_out);
    s_write_events("a.json", 0, 60);
    s_shell("gzip a.json");
    cr_assert(eq(int, s_octolog("import --data d - <a.json.gz"), 0), "%s",
              s_err);
    cr_assert(s_has(s_out, "10 new, 50 duplicates"), "%s", s_out);
}

Test(log_commands, wrong_usage_is_told_from_failure)
{
    cr_assert(eq(int, s_octolog("import"), 2));
    cr_assert(eq(int, s_octolog("import --bogus x"), 2));
    cr_assert(eq(int, s_octolog("tail --limit many"), 2));
    cr_assert(eq(int, s_octolog("tail surplus"), 2));
    cr_assert(eq(int, s_octolog("verify surplus"), 2));
    cr_assert(eq(int, s_octolog("tail --data none"), 1));
    cr_assert(eq(int, s_octolog("verify --data none"), 1));
    cr_assert(eq(int, s_octolog("tail --data none --follow"), 1));
    cr_assert(s_has(s_err, "no octolog runs"), "%s", s_err);
    static const char *const names[] = {"import", "tail", "verify"};
    for (size_t i = 0; i < 3; i++) {
        cr_assert(eq(int, s_octolog("%s --help", names[i]), 0));
        cr_assert(s_has(s_out, "exit status"), "%s", s_out);
    }
}

// Tail.

static int s_lines(void)
{
    int lines = 0;
    for (const char *at = s_out; (at = strchr(at, '\n')); at++)
        lines++;
    return lines;
}

Test(log_commands, tail_begins_where_it_is_told_and_filters)
{
    s_write_events("a.json", 0, 120);
    cr_assert(eq(int, s_octolog("import --data d a.json"), 0), "%s", s_err);
    cr_assert(eq(int, s_octolog("tail --data d"), 0), "%s", s_err);
    cr_assert(eq(int, s_lines(), 120));
    cr_assert(eq(int, s_octolog("tail --data d --from 110"), 0));
    cr_assert(eq(int, s_lines(), 10));
    cr_assert(s_has(s_out, "110  2016-01-01T00:01:50Z  "), "%s", s_out);
    cr_assert(
        eq(int, s_octolog("tail --data d --from 2016-01-01T00:01:40Z"), 0));
    cr_assert(eq(int, s_lines(), 20));
    cr_assert(eq(int, s_octolog("tail --data d --from latest"), 0));
    cr_assert(eq(int, s_lines(), 0));
    cr_assert(eq(int, s_octolog("tail --data d --type NewEvent"), 0));
    cr_assert(eq(int, s_lines(), 40));
    cr_assert(eq(int,
                 s_octolog("tail --data d --repo O/R1 --type NewEvent "
                           "--type PushEvent --limit 7"),
                 0));
    cr_assert(eq(int, s_lines(), 7));
    cr_assert(not(s_has(s_out, "WatchEvent")), "%s", s_out);
    cr_assert(not(s_has(s_out, "o/r0")), "%s", s_out);
    cr_assert(eq(int, s_octolog("tail --data d --json --from 5 --limit 1"), 0));
    cr_assert(s_has(s_out, "{\"offset\":5,\"id\":\"1005\",\"type\":"), "%s",
              s_out);
    cr_assert(eq(int, s_octolog("tail --data d --from yesterday"), 2));
    cr_assert(eq(int, s_octolog("tail --data d | head -n 1"), 0));
}

// Verify.

Test(log_commands, verify_finds_a_flipped_byte_and_names_the_place)
{
    s_write_events("a.json", 0, 2000);
    cr_assert(eq(int, s_octolog("import --data d a.json"), 0), "%s", s_err);
    cr_assert(eq(int, s_octolog("verify --data d"), 0), "%s", s_out);
    cr_assert(s_has(s_out, "ok: 2000 events, "), "%s", s_out);
    // The middle of the largest file of the log.
    s_shell("f=$(ls -S $(find d/log -type f -size +1k) | head -n 1) && "
            "n=$(($(stat -c %%s $f) / 2)) && "
            "b=$(dd if=$f bs=1 skip=$n count=1 2>/dev/null | od -An -tu1) && "
            "printf \"\\\\$(printf %%o $((b ^ 255)))\" | "
            "dd of=$f bs=1 seek=$n conv=notrunc 2>/dev/null");
    cr_assert(eq(int, s_octolog("verify --data d"), 1), "%s", s_out);
    cr_assert(s_has(s_out, "log"), "%s", s_out);
    cr_assert(eq(int, s_octolog("verify --data d --json"), 1));
    cr_assert(s_has(s_out, "{\"ok\":false,"), "%s", s_out);
}

// Beside a running octolog.

static pid_t s_up(void)
{
    char data[128];
    snprintf(data, sizeof data, "%s/d", s_folder);
    char *argv[] = {(char[]){"octolog"},
                    (char[]){"up"},
                    (char[]){"--no-fetch"},
                    (char[]){"--listen"},
                    (char[]){"127.0.0.1:0"},
                    (char[]){"--data"},
                    data,
                    NULL};
    pid_t pid;
    cr_assert(
        eq(int,
           posix_spawn(&pid, getenv("OCTOLOG_BIN"), NULL, NULL, argv, environ),
           0));
    const int64_t end_ms = actor_tick_ms() + PATIENCE_MS;
    while (!data_dir_running(data)) {
        cr_assert(actor_tick_ms() < end_ms, "octolog up did not start");
        poll(NULL, 0, 10);
    }
    return pid;
}

static void s_down(pid_t pid)
{
    int status;
    kill(pid, SIGTERM);
    cr_assert(waitpid(pid, &status, 0) == pid);
    cr_assert(eq(int, status, 0));
}

Test(log_commands, all_works_beside_a_running_octolog)
{
    pid_t pid = s_up();
    s_write_events("a.json", 0, 3000);
    cr_assert(eq(int, s_octolog("import --data d a.json"), 0), "%s", s_err);
    cr_assert(s_has(s_out, "3000 events, 3000 new, 0 duplicates"), "%s", s_out);
    cr_assert(eq(int, s_octolog("import --data d a.json"), 0), "%s", s_err);
    cr_assert(s_has(s_out, "0 new, 3000 duplicates"), "%s", s_out);
    cr_assert(eq(int, s_octolog("verify --data d"), 0), "%s", s_out);
    cr_assert(s_has(s_out, "ok: 3000 events"), "%s", s_out);
    cr_assert(eq(int, s_octolog("tail --data d --from 2990"), 0), "%s", s_err);
    cr_assert(eq(int, s_lines(), 10));
    s_write_events("b.json", 3000, 3010);
    // Follows what comes in while it waits: begun before, ended by its limit.
    const char *octolog = getenv("OCTOLOG_BIN");
    s_shell("{ timeout 60 '%s' tail --data d --follow --from 3000 --limit 10 "
            ">followed & } && '%s' import --data d b.json >out && wait $! && "
            "test $(wc -l <followed) = 10",
            octolog, octolog);
    s_down(pid);
    cr_assert(eq(int, s_octolog("verify --data d"), 0), "%s", s_out);
}

// The real recordings, where they are.

static const char *s_recordings(void)
{
    const char *folder = getenv("OCTOLOG_SHARED_DATA");
    static char path[1024];
    if (!folder) {
        // From the place of this file: tests/tools/ in the checkout.
        snprintf(path, sizeof path, "%s", __FILE__);
        for (int i = 0; i < 3; i++)
            *strrchr(path, '/') = '\0';
        strncat(path, "/../shared/data", sizeof path - strlen(path) - 1);
        folder = path;
    }
    if (access(folder, R_OK) != 0)
        cr_skip_test("no recordings at %s", folder);
    return folder;
}

Test(log_commands, recordings_are_imported_whole)
{
    static const struct {
        const char *name;
        int events;
    } files[] = {
        {"hours/2011-02-15-0.json.gz", 1639},
        {"hours/2012-04-11-15.json.gz", 5712},
        {"hours/2012-06-14-15.json.gz", 5313},
        {"hours/2015-01-01-0.json.gz", 7702},
        {"hours/2015-01-01-15.json.gz", 11351},
        {"hours/2016-01-01-1.json.gz", 12698},
        {"2021-07-21-few-hours.ndjson.gz", 800},
        {"post-oct-2025.ndjson.gz", 1228},
    };
    const char *folder = s_recordings();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char expected[64];
        cr_assert(eq(int,
                     s_octolog("import --data d --json '%s/%s'", folder,
                               files[i].name),
                     0),
                  "%s", s_err);
        snprintf(expected, sizeof expected, "\"events\":%d,\"new\":%d,",
                 files[i].events, files[i].events);
        cr_assert(s_has(s_out, expected), "%s: %s", files[i].name, s_out);
    }
    cr_assert(eq(int, s_octolog("verify --data d"), 0), "%s", s_out);
    cr_assert(eq(int, s_octolog("import --data d '%s'/broken/*", folder), 1));
    cr_assert(s_has(s_err, "not a gzip file"), "%s", s_err);
}
