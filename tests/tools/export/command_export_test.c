// octolog export, as a program: whatever the order of the log, its hours are
// those of the archives it was made of.
#include "tests/recordings.h"
#include "tests/tools/program.h"

TestSuite(command_export, .init = program_setup, .fini = program_teardown);

#define HOURS 48

// `count` events, each in another of HOURS hours than the one before it: no
// hour is whole before the end, and more are open than may be.
static void s_write_scattered(const char *name, int count)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", program_folder, name);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL);
    for (int i = 0; i < count; i++)
        fprintf(file,
                "{\"id\":\"%d\",\"type\":\"PushEvent\",\"payload\":{},"
                "\"created_at\":\"2016-01-%02dT%02d:%02d:%02dZ\"}\n",
                1000 + i, i * 7 % HOURS / 24 + 1, i * 7 % HOURS % 24,
                i / 60 % 60, i % 60);
    cr_assert(eq(int, fclose(file), 0));
}

static void s_import(const char *file)
{
    cr_assert(eq(int, program_run("import --data d %s", file), 0), "%s",
              program_err);
}

static void s_expect_done(int files, int events)
{
    char expected[64];
    snprintf(expected, sizeof expected, "{\"files\":%d,\"events\":%d,", files,
             events);
    cr_assert(program_has(program_out, expected), "%s: %s%s", expected,
              program_out, program_err);
}

// Each file is what the lines of all.json of that hour are, and the manifest
// says so.
static void s_check_files(const char *folder)
{
    program_shell(
        "for f in %s/*.json.gz; do h=$(basename $f .json.gz); "
        "t=$(printf '%%sT%%02d' ${h%%-*} ${h##*-}); "
        "grep -F \"\\\"created_at\\\":\\\"$t:\" all.json >expected && "
        "zcat $f | cmp - expected && gzip -t $f && "
        "s=$(sha256sum <expected | cut -d' ' -f1) && "
        "grep -q \"\\\"$h.json.gz\\\",\\\"events\\\":$(wc -l <expected),"
        "\\\"bytes\\\":$(wc -c <expected),\\\"gz_bytes\\\":$(wc -c <$f),"
        "\\\"sha256\\\":\\\"$s\\\"\" %s/manifest.json || exit 1; done",
        folder, folder);
}

Test(command_export, hours_are_whole_whatever_the_order_of_the_log)
{
    s_write_scattered("all.json", 1000);
    s_import("all.json");
    cr_assert(eq(int, program_run("export --data d --out x --json"), 0), "%s",
              program_err);
    s_expect_done(HOURS, 1000);
    s_check_files("x");
    program_shell("test $(ls x/*.json.gz | wc -l) = %d && test ! -e x.partial",
                  HOURS);
    // Late ones, and others that are there.
    s_write_scattered("all.json", 1200);
    s_import("all.json");
    cr_assert(eq(int, program_run("export --data d --out y --json"), 0), "%s",
              program_err);
    s_expect_done(HOURS, 1200);
    s_check_files("y");
}

Test(command_export, the_same_range_gives_the_same_bytes)
{
    s_write_scattered("all.json", 500);
    s_import("all.json");
    cr_assert(eq(int, program_run("export --data d --out x"), 0), "%s",
              program_err);
    s_write_scattered("all.json", 700);
    pid_t pid = program_up();
    s_import("all.json");
    cr_assert(eq(int, program_run("export --data d --out y --until 500"), 0),
              "%s", program_err);
    program_down(pid);
    program_shell("diff -r x y");
}

Test(command_export, an_import_of_an_export_is_the_same_log)
{
    s_write_scattered("all.json", 800);
    s_import("all.json");
    cr_assert(eq(int, program_run("export --data d --out x"), 0), "%s",
              program_err);
    cr_assert(eq(int, program_run("import --data e x/*.json.gz"), 0), "%s",
              program_err);
    cr_assert(program_has(program_out, "800 events, 800 new, 0 duplicates, "
                                       "0 rejected"),
              "%s", program_out);
    cr_assert(eq(int, program_run("import --data e all.json"), 0));
    cr_assert(program_has(program_out, "0 new, 800 duplicates"), "%s",
              program_out);
    cr_assert(eq(int, program_run("export --data e --out y"), 0));
    program_shell("for f in x/*.json.gz; do zcat $f >a && "
                  "zcat y/$(basename $f) | cmp - a || exit 1; done");
}

Test(command_export, bounds_by_offset_and_time_are_exact)
{
    program_events("all.json", 0, 120);
    s_import("all.json");
    static const struct {
        const char *bounds;
        int files, events;
    } cases[] = {
        {"--from 10 --until 30", 1, 20},
        {"--from 2016-01-01T00:01:00Z", 1, 60},
        {"--until 2016-01-01T00:00:07Z", 1, 7},
        {"--from 100 --until 2016-01-01T00:01:50Z", 1, 10},
        {"--from 120", 0, 0},
        {"--from 500 --until 400", 0, 0},
        {"--from 2030-01-01T00:00:00Z", 0, 0},
        {"--until 99999", 1, 120},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert(eq(int,
                     program_run("export --data d --force --json --out x %s",
                                 cases[i].bounds),
                     0),
                  "%s", program_err);
        s_expect_done(cases[i].files, cases[i].events);
    }
}

Test(command_export, one_event_is_one_line_even_where_it_was_not)
{
    program_shell("printf '[{\"id\":\"7\",\\n \"type\":\"PushEvent\",\\r\\n "
                  "\"created_at\":\"2016-01-01T00:00:00Z\"}]' >a.json");
    s_import("a.json");
    cr_assert(eq(int, program_run("export --data d --out x --json"), 0));
    cr_assert(program_has(program_out, "\"joined\":1,"), "%s", program_out);
    program_shell("test $(zcat x/2016-01-01-0.json.gz | wc -l) = 1");
    cr_assert(eq(int, program_run("import --data d x/*.gz"), 0));
    cr_assert(program_has(program_out, "0 new, 1 duplicates"), "%s",
              program_out);
}

static void s_expect_refusal(int status, const char *words, const char *flags)
{
    cr_assert(eq(int, program_run("export --data d %s", flags), status), "%s",
              program_err);
    cr_assert(program_has(program_err, words), "%s: %s", words, program_err);
    cr_assert(strchr(program_err, '\n') == strrchr(program_err, '\n'),
              "one line: %s", program_err);
}

Test(command_export, what_is_there_is_replaced_only_when_told)
{
    program_events("all.json", 0, 10);
    s_import("all.json");
    program_shell("mkdir empty full && touch full/letter nofolder");
    cr_assert(eq(int, program_run("export --data d --out empty/"), 0), "%s",
              program_err);
    s_expect_refusal(1, "empty already exists", "--out empty");
    s_expect_refusal(1, "full already exists", "--out full");
    s_expect_refusal(1, "will not be replaced", "--out full --force");
    s_expect_refusal(1, "nofolder: Not a directory", "--out nofolder");
    s_expect_refusal(1, "No such file", "--out missing/x");
    s_expect_refusal(2, "--out", "");
    s_expect_refusal(2, "--from", "--out x --from yesterday");
    s_expect_refusal(2, "surplus", "--out x surplus");
    program_shell("test -e full/letter && test ! -e full.partial && "
                  "cp -r empty before && test $(ls | grep -c partial) = 0");
    cr_assert(eq(int,
                 program_run("export --data d --out empty --force "
                             "--until 5"),
                 0),
              "%s", program_err);
    program_shell("grep -q '\"until_offset\":5,' empty/manifest.json && "
                  "test ! -e empty.partial");
    cr_assert(eq(int, program_run("export --data none --out x"), 1));
    cr_assert(program_has(program_err, "has no log yet"), "%s", program_err);
    program_shell("test ! -e x && test ! -e x.partial");
}

// Killed when all of it is written and synced, one step before its name; and
// one step after.
Test(command_export, a_killed_export_looks_like_none)
{
    program_events("all.json", 0, 100);
    s_import("all.json");
    char points[96];
    snprintf(points, sizeof points, "%s/points", program_folder);
    setenv("OCTOLOG_FAULT_POINTS", points, 1);
    program_shell("mkdir points && printf kill >points/folder.synced");
    program_run("export --data d --out x || exit $?");
    program_shell("test ! -e points/folder.synced && test ! -e x && "
                  "test -e x.partial");
    program_shell("printf fail >points/folder.synced");
    cr_assert(eq(int, program_run("export --data d --out x"), 1));
    program_shell("test ! -e x && test ! -e x.partial");
    program_shell("printf kill >points/folder.named");
    program_run("export --data d --out x || exit $?");
    cr_assert(eq(int, program_run("export --data d --out y"), 0), "%s",
              program_err);
    program_shell("diff -r x y");
    // One after the other: the folder in the making is locked.
    program_shell("mkdir z.partial && flock z.partial -c '\"%s\" export "
                  "--data d --out z' 2>err; test $? = 1 && "
                  "grep -q 'another process' err",
                  getenv("OCTOLOG_BIN"));
}

// The archives' own hours come out byte for byte, from a log that holds them
// in another order, among others, some of them twice.
Test(command_export, recordings_come_out_as_they_went_in)
{
    char *folder = recordings_path("");
    program_run("import --data d "
                "'%s'/hours/2016-01-01-2.json.gz "
                "'%s'/hours/2011-02-15-0.json.gz '%s'/polls/*.gz "
                "'%s'/hours/2016-01-01-2.json.gz",
                folder, folder, folder, folder);
    cr_assert(eq(int, program_run("export --data d --out x"), 0), "%s",
              program_err);
    program_shell("for h in 2011-02-15-0 2016-01-01-2; do "
                  "zcat '%s'/hours/$h.json.gz >a && "
                  "zcat x/$h.json.gz | cmp - a || exit 1; done",
                  folder);
    free(folder);
}
