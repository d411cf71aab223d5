// octolog backup and restore, as programs.
#include "tests/tools/program.h"

TestSuite(command_backup, .init = program_setup, .fini = program_teardown);

static void s_expect(int status, const char *words, const char *arguments)
{
    cr_assert(eq(int, program_run("%s", arguments), status), "%s: %s%s",
              arguments, program_out, program_err);
    cr_assert(program_has(status ? program_err : program_out, words),
              "%s: no '%s': %s%s", arguments, words, program_out, program_err);
    if (status != 0)
        cr_assert(strchr(program_err, '\n') == strrchr(program_err, '\n'),
                  "one line: %s", program_err);
}

static void s_import(int from, int until)
{
    program_events("a.json", from, until);
    s_expect(0, "new", "import --data d a.json");
}

Test(command_backup, what_is_restored_is_the_log_and_goes_on)
{
    s_import(0, 500);
    s_expect(0, "offsets 0 to 500, ", "backup --data d --out b");
    program_shell("test ! -e b.partial && test ! -e d/log/checkpoint");
    s_import(500, 700);
    s_expect(0, "\"end_offset\":500}", "restore --from b --data r --json");
    s_expect(0, "ok: 500 events", "verify --data r");
    program_shell("mv a.json late.json");
    program_events("a.json", 0, 600);
    s_expect(0, "100 new, 500 duplicates", "import --data r a.json");
    s_expect(0, "ok: 600 events", "verify --data r");
    // The backup stays as it is, and is a data directory.
    s_expect(0, "ok: 500 events", "verify --data b");
    s_expect(0, "offsets 0 to 500", "restore --from b --data again/");
    s_expect(0, "ok: 700 events", "verify --data d");
}

Test(command_backup, it_is_copied_to_another_file_system)
{
    char other[] = "/dev/shm/octolog-tools-XXXXXX";
    if (!mkdtemp(other))
        cr_skip_test("/dev/shm cannot be used");
    s_import(0, 300);
    char arguments[256];
    snprintf(arguments, sizeof arguments, "backup --data d --out %s/b", other);
    s_expect(0, "offsets 0 to 300", arguments);
    program_shell("test ! -e d/log/checkpoint && test ! -e %s/b.partial",
                  other);
    snprintf(arguments, sizeof arguments, "restore --from %s/b --data r",
             other);
    s_expect(0, "offsets 0 to 300", arguments);
    s_expect(0, "ok: 300 events", "verify --data r");
    program_shell("rm -r %s", other);
}

Test(command_backup, what_cannot_be_meant_is_refused)
{
    s_import(0, 10);
    program_shell("mkdir full && touch full/letter");
    s_expect(0, "offsets", "backup --data d --out b");
    s_expect(1, "b already exists", "backup --data d --out b");
    s_expect(1, "will not be replaced", "backup --data d --out full --force");
    s_expect(2, "--out", "backup --data d");
    s_expect(1, "none has no log yet", "backup --data none --out x");
    s_expect(1, "no log found", "backup --data full --out x");
    program_shell("test ! -e none && test ! -e x && test ! -e x.partial");
    s_expect(2, "--from", "restore --data r");
    s_expect(1, "already exists", "restore --from b --data d");
    s_expect(1, "full already exists", "restore --from b --data full");
    s_expect(1, "d is not a backup", "restore --from d --data r");
    program_shell(
        "echo '{\"format\":\"octolog-export-1\"}' >full/manifest.json");
    s_expect(1, "not the manifest of a backup", "restore --from full --data r");
    program_shell("test ! -e r/log && test ! -e r/log.partial");
    s_import(10, 20);
    s_expect(0, "offsets 0 to 20", "backup --data d --out b --force");
    s_expect(0, "ok: 20 events", "verify --data b");
}

// Whatever happened to a backup: it is said, and nothing is made of it.
Test(command_backup, a_damaged_backup_is_not_restored)
{
    static const char *const damage[] = {
        // A byte of the largest file.
        "f=$(ls -S $(find c/log/db -name '*.sst') | head -n 1); "
        "n=$(($(stat -c %s $f) / 2)); printf 'X' | "
        "dd of=$f bs=1 seek=$n conv=notrunc 2>/dev/null",
        "rm $(ls -S $(find c/log/db -name '*.sst') | head -n 1)",
        "rm c/log/db/CURRENT",
        "rm -r c/log",
        "sed -i 's/\"end_offset\":2000/\"end_offset\":1999/' c/manifest.json",
        "sed -i 's/\"chain\":\"./\"chain\":\"x/' c/manifest.json",
        "truncate -s 100 c/manifest.json",
        "rm c/manifest.json",
        "rm -r c/log; cp -r d/log c/log", // another log, whole
    };
    s_import(0, 2000);
    s_expect(0, "offsets 0 to 2000", "backup --data d --out b");
    s_import(2000, 2001);
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        program_shell("rm -rf c && cp -r b c && { %s; }", damage[i]);
        s_expect(1, "c", "restore --from c --data r");
        program_shell("test ! -e r/log && test ! -e r/log.partial");
    }
    s_expect(0, "offsets 0 to 2000", "restore --from b --data r");
}

// Killed or failing at each place of the command without a service.
Test(command_backup, one_that_is_killed_is_forgotten_by_the_next)
{
    static const char *const points[] = {
        "log.checkpoint.begin", "log.checkpoint.copied", "log.checkpoint.made",
        "backup.asked",         "backup.taken",          "folder.synced"};
    static const char *const actions[] = {"fail", "kill"};
    char folder[96];
    s_import(0, 50);
    snprintf(folder, sizeof folder, "%s/points", program_folder);
    setenv("OCTOLOG_FAULT_POINTS", folder, 1);
    program_shell("mkdir points");
    for (size_t i = 0; i < sizeof points / sizeof *points * 2; i++) {
        program_shell("printf %s >points/%s", actions[i % 2], points[i / 2]);
        int status = program_run("backup --data d --out b || exit $?");
        cr_assert(ne(int, status, 0), "%s, %s", points[i / 2], actions[i % 2]);
        program_shell("test ! -e points/%s && test ! -e b", points[i / 2]);
    }
    program_shell("test -e b.partial || test -e d/log/checkpoint");
    s_expect(0, "offsets 0 to 50", "backup --data d --out b");
    program_shell("test ! -e b.partial && test ! -e d/log/checkpoint");
    program_shell("printf kill >points/folder.synced");
    program_run("restore --from b --data r || exit $?");
    program_shell("test ! -e r/log && test -e r/log.partial");
    s_expect(1, "octolog restore",
             "up --no-fetch --data r --listen localhost:0");
    s_expect(1, "r/log.partial", "import --data r /dev/null");
    s_expect(1, "octolog restore", "tail --data r");
    program_shell("test ! -e r/log && test -e r/log.partial");
    s_expect(0, "offsets 0 to 50", "restore --from b --data r");
    s_expect(0, "ok: 50 events", "verify --data r");
}

Test(command_backup, a_running_octolog_goes_on)
{
    pid_t pid = program_up();
    s_import(0, 1000);
    s_expect(0, "offsets 0 to 1000, ", "backup --data d --out b");
    program_shell("test ! -e d/log/checkpoint");
    s_import(1000, 1100);
    s_expect(0, "offsets 0 to 1100, ", "backup --data d --out c");
    program_down(pid);
    s_expect(0, "ok: 1000 events", "verify --data b");
    s_expect(0, "offsets 0 to 1100", "restore --from c --data r");
    s_expect(0, "ok: 1100 events", "verify --data r");
}
