// octolog tail and verify, as programs, and import beside a running octolog.
#include "tests/recordings.h"
#include "tests/tools/program.h"

TestSuite(log_commands, .init = program_setup, .fini = program_teardown);

Test(log_commands, wrong_usage_is_told_from_failure)
{
    cr_assert(eq(int, program_run("import"), 2));
    cr_assert(eq(int, program_run("import --bogus x"), 2));
    cr_assert(eq(int, program_run("tail --limit many"), 2));
    cr_assert(eq(int, program_run("tail surplus"), 2));
    cr_assert(eq(int, program_run("verify surplus"), 2));
    cr_assert(eq(int, program_run("tail --data none"), 1));
    cr_assert(eq(int, program_run("verify --data none"), 1));
    cr_assert(eq(int, program_run("tail --data none --follow"), 1));
    cr_assert(program_has(program_err, "octolog is not running"), "%s",
              program_err);
    static const char *const names[] = {"import", "tail", "verify"};
    for (size_t i = 0; i < 3; i++) {
        cr_assert(eq(int, program_run("%s --help", names[i]), 0));
        cr_assert(program_has(program_out, "exit status"), "%s", program_out);
    }
}

// Tail.

static int s_lines(void)
{
    int lines = 0;
    for (const char *at = program_out; (at = strchr(at, '\n')); at++)
        lines++;
    return lines;
}

Test(log_commands, tail_begins_where_it_is_told_and_filters)
{
    program_events("a.json", 0, 120);
    cr_assert(eq(int, program_run("import --data d a.json"), 0), "%s",
              program_err);
    cr_assert(eq(int, program_run("tail --data d"), 0), "%s", program_err);
    cr_assert(eq(int, s_lines(), 120));
    cr_assert(eq(int, program_run("tail --data d --from 110"), 0));
    cr_assert(eq(int, s_lines(), 10));
    cr_assert(program_has(program_out, "110  2016-01-01T00:01:50Z  "), "%s",
              program_out);
    cr_assert(
        eq(int, program_run("tail --data d --from 2016-01-01T00:01:40Z"), 0));
    cr_assert(eq(int, s_lines(), 20));
    cr_assert(eq(int, program_run("tail --data d --from latest"), 0));
    cr_assert(eq(int, s_lines(), 0));
    cr_assert(eq(int, program_run("tail --data d --type NewEvent"), 0));
    cr_assert(eq(int, s_lines(), 40));
    cr_assert(eq(int,
                 program_run("tail --data d --repo O/R1 --type NewEvent "
                             "--type PushEvent --limit 7"),
                 0));
    cr_assert(eq(int, s_lines(), 7));
    cr_assert(not(program_has(program_out, "  Watch ")), "%s", program_out);
    cr_assert(not(program_has(program_out, "o/r0")), "%s", program_out);
    cr_assert(
        eq(int, program_run("tail --data d --json --from 5 --limit 1"), 0));
    cr_assert(
        program_has(program_out, "{\"offset\":5,\"id\":\"1005\",\"type\":"),
        "%s", program_out);
    cr_assert(eq(int, program_run("tail --data d --from yesterday"), 2));
    cr_assert(eq(int, program_run("tail --data d | head -n 1"), 0));
}

// Verify.

Test(log_commands, verify_finds_a_flipped_byte_and_names_the_place)
{
    program_events("a.json", 0, 2000);
    cr_assert(eq(int, program_run("import --data d a.json"), 0), "%s",
              program_err);
    cr_assert(eq(int, program_run("verify --data d"), 0), "%s", program_out);
    cr_assert(program_has(program_out, "ok: 2000 events, "), "%s", program_out);
    // The middle of the largest file of the log.
    program_shell(
        "f=$(ls -S $(find d/log -type f -size +1k) | head -n 1) && "
        "n=$(($(stat -c %%s $f) / 2)) && "
        "b=$(dd if=$f bs=1 skip=$n count=1 2>/dev/null | od -An -tu1) && "
        "printf \"\\\\$(printf %%o $((b ^ 255)))\" | "
        "dd of=$f bs=1 seek=$n conv=notrunc 2>/dev/null");
    cr_assert(eq(int, program_run("verify --data d"), 1), "%s", program_out);
    cr_assert(program_has(program_out, "log"), "%s", program_out);
    cr_assert(eq(int, program_run("verify --data d --json"), 1));
    cr_assert(program_has(program_out, "{\"ok\":false,"), "%s", program_out);
}

// Beside a running octolog.

Test(log_commands, all_works_beside_a_running_octolog)
{
    pid_t pid = program_up();
    program_events("a.json", 0, 3000);
    cr_assert(eq(int, program_run("import --data d a.json"), 0), "%s",
              program_err);
    cr_assert(program_has(program_out, "3000 events, 3000 new, 0 duplicates"),
              "%s", program_out);
    cr_assert(eq(int, program_run("import --data d a.json"), 0), "%s",
              program_err);
    cr_assert(program_has(program_out, "0 new, 3000 duplicates"), "%s",
              program_out);
    cr_assert(eq(int, program_run("verify --data d"), 0), "%s", program_out);
    cr_assert(program_has(program_out, "ok: 3000 events"), "%s", program_out);
    cr_assert(eq(int, program_run("tail --data d --from 2990"), 0), "%s",
              program_err);
    cr_assert(eq(int, s_lines(), 10));
    program_events("b.json", 3000, 3010);
    // Follows what comes in while it waits: begun before, ended by its limit.
    const char *octolog = getenv("OCTOLOG_BIN");
    program_shell(
        "{ timeout 60 '%s' tail --data d --follow --from 3000 --limit 10 "
        ">followed & } && '%s' import --data d b.json >out && wait $! && "
        "test $(wc -l <followed) = 10",
        octolog, octolog);
    program_down(pid);
    cr_assert(eq(int, program_run("verify --data d"), 0), "%s", program_out);
}

// The real recordings, where they are.

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
    char *folder = recordings_path("");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char expected[64];
        cr_assert(eq(int,
                     program_run("import --data d --json '%s/%s'", folder,
                                 files[i].name),
                     0),
                  "%s", program_err);
        snprintf(expected, sizeof expected, "\"events\":%d,\"new\":%d,",
                 files[i].events, files[i].events);
        cr_assert(program_has(program_out, expected), "%s: %s", files[i].name,
                  program_out);
    }
    cr_assert(eq(int, program_run("verify --data d"), 0), "%s", program_out);
    cr_assert(eq(int, program_run("import --data d '%s'/broken/*", folder), 1));
    cr_assert(program_has(program_err, "not a gzip file"), "%s", program_err);
    free(folder);
}
