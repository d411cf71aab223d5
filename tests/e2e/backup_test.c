// A backup taken in the middle of everything, a disaster, and what is there
// after it: every event that was acknowledged before the backup began.

#include "tests/e2e/load.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static bool s_has_ended(void *context)
{
    return e2e_has_ended(context);
}

static void s_run(const char *words, const char *const *argv)
{
    char *out = NULL;
    cr_assert_eq(e2e_run(&out, argv), 0, "%s %s: %s", argv[0], argv[1], out);
    cr_assert_not_null(strstr(out, words), "%s %s: %s", argv[0], argv[1], out);
    free(out);
}
#define RUN(words, ...) s_run(words, (const char *const[]){__VA_ARGS__, NULL})

// Backs up while events flow. Returns what was acknowledged before.
static uint64_t s_back_up(load_t *load, const char *data, const char *out)
{
    e2e_process_t backup = {0};
    const uint64_t acknowledged = load->acknowledged;
    const char *const argv[] = {"octolog", "backup", "--data",  data,
                                "--out",   out,      "--force", NULL};
    e2e_start(&backup, argv);
    load_produce_until(load, s_has_ended, &backup);
    cr_assert_eq(e2e_end(&backup), 0, "%s", backup.said);
    e2e_forget(&backup);
    return acknowledged;
}

// The restored log serves, takes more, and its views are those of the log.
static void s_serve(const char *data, uint64_t events)
{
    e2e_service_t service;
    load_t load;
    E2E_UP(&service, data, "--no-fetch");
    e2e_await_offset(&service, (double)events);
    load_open(&load, data);
    load.sent = load.acknowledged = 0; // the same events again: duplicates
    load_produce_for(&load, 50);
    load_drain(&load);
    load_check_views(data);
    e2e_down(&service);
    load_close(&load);
}

Test(backup, after_a_disaster_everything_acknowledged_before_it_is_there,
     .timeout = 300)
{
    char *folder = e2e_folder();
    char *data = e2e_path(folder, "data"), *out = e2e_path(folder, "backup");
    char *restored = e2e_path(folder, "restored");
    e2e_service_t service;
    load_t load;
    uint64_t acknowledged = 0;
    E2E_UP(&service, data, "--no-fetch");
    load_open(&load, data);
    for (int i = 0; i < 2; i++) {
        load_produce_for(&load, 100);
        acknowledged = s_back_up(&load, data, out);
    }
    cr_assert_gt(acknowledged, 0);
    load_produce_for(&load, 50);
    e2e_signal(&service.process, SIGKILL);
    e2e_end(&service.process);
    e2e_gone(&service);
    load_close(&load);
    e2e_remove(data);
    RUN("offsets 0 to ", "octolog", "restore", "--from", out, "--data",
        restored);
    const uint64_t events = load_check_log(restored, load.sent, acknowledged);
    cr_assert_geq(events, acknowledged);
    RUN("ok: ", "octolog", "verify", "--data", out);
    s_serve(restored, events);
    free(data);
    free(out);
    free(restored);
    e2e_remove(folder);
    free(folder);
}

static bool s_has_dropped(void *context)
{
    const e2e_service_t *service = context;
    cJSON *body = NULL;
    bool dropped = e2e_get(service->port, "/v1/log", &body) == 200 &&
                   e2e_number(body, "first_offset") > 0;
    cJSON_Delete(body);
    return dropped;
}

// A service whose log has dropped its front; nothing comes in any more.
static void s_up_and_drop(e2e_service_t *service, load_t *load,
                          const char *data)
{
    setenv("OCTOLOG_VIEW_FLUSH_MS", "50", 1);
    setenv("OCTOLOG_LOG_RETENTION_AGE", "1 s", 1);
    E2E_UP(service, data, "--no-fetch");
    load_open(load, data);
    load_produce_until(load, s_has_dropped, service);
    load_drain(load);
}

// What the log dropped by then is in the seals, and they are in the backup.
Test(backup, counts_all_history_though_the_log_dropped_its_front,
     .timeout = 300)
{
    char *folder = e2e_folder();
    char *data = e2e_path(folder, "data"), *out = e2e_path(folder, "backup");
    char *restored = e2e_path(folder, "restored");
    e2e_service_t service;
    load_t load;
    s_up_and_drop(&service, &load, data);
    // Nothing comes in: a second is less than a backup may take, and what is
    // dropped before it is done could be all of it.
    RUN("offsets ", "octolog", "backup", "--data", data, "--out", out);
    e2e_down(&service);
    RUN("offsets ", "octolog", "restore", "--from", out, "--data", restored);
    unsetenv("OCTOLOG_LOG_RETENTION_AGE");
    E2E_UP(&service, restored, "--no-fetch");
    e2e_await_offset(&service, (double)load.sent);
    load_check_counts(&service, load.sent);
    load_check_views(restored);
    e2e_down(&service);
    load_close(&load);
    free(data);
    free(out);
    free(restored);
    e2e_remove(folder);
    free(folder);
}

// A backup of a log that dropped its front, in FOLDER/b.
static void s_make_sealed_backup(const char *folder)
{
    char *data = e2e_path(folder, "data"), *out = e2e_path(folder, "b");
    e2e_service_t service;
    load_t load;
    s_up_and_drop(&service, &load, data);
    e2e_down(&service);
    load_close(&load);
    RUN("offsets ", "octolog", "backup", "--data", data, "--out", out);
    free(data);
    free(out);
}

// The folder that restore makes is that of the backup, and in nobody's way.
static void s_expect_restored(const char *out, const char *restored)
{
    RUN("offsets ", "octolog", "restore", "--from", out, "--data", restored);
    RUN("", "octolog", "replay", "--data", restored);
    load_check_views(restored);
    RUN("", "sh", "-c", "test ! -e \"$0\"/*.partial", restored);
    e2e_remove(restored);
}

// At each place, alone and once half of it has its name.
Test(backup, a_restore_that_ends_early_is_forgotten_by_the_next, .timeout = 300)
{
    static const char *const s_points[] = {"folder.synced", "folder.named"};
    char *folder = e2e_folder(), *points = e2e_path(folder, "points");
    char *out = e2e_path(folder, "b"), *data = e2e_path(folder, "restored");
    s_make_sealed_backup(folder);
    setenv("OCTOLOG_FAULT_POINTS", points, 1);
    for (size_t i = 0; i < 4; i++) {
        const char *point = s_points[i / 2], *action = i % 2 ? "kill" : "fail";
        char *said = NULL;
        RUN("", "sh", "-c", "mkdir -p \"$0\" && printf %s $1 >\"$0/$2\"",
            points, action, point);
        cr_assert_eq(
            E2E_RUN(&said, "octolog", "restore", "--from", out, "--data", data),
            i % 2 ? 128 + SIGKILL : 1, "%s: %s", point, said);
        free(said);
        RUN("", "sh", "-c",
            i % 2 ? "test -e \"$0/log.partial\" && test ! -e \"$0/log\""
                  : "test ! -e \"$0/log\" && test ! -e \"$0/views\"",
            data);
        s_expect_restored(out, data);
    }
    free(data);
    free(out);
    free(points);
    e2e_remove(folder);
    free(folder);
}

// Whatever happened to a seal: it is named, and nothing is made of it.
Test(backup, a_damaged_seal_is_not_restored, .timeout = 300)
{
    static const char *const s_damage[] = {
        // A byte of rows, another view's rows, none.
        "f=$(ls -S $(find event_counts -name '*.sst') | head -n 1); "
        "printf X | dd of=$f bs=1 seek=40 conv=notrunc 2>/dev/null",
        "rm -r pr_interval/seal && cp -r event_counts/seal pr_interval/seal",
        "rm $(find event_counts -name '*.sst')",
        "rm event_counts/seal/CURRENT",
        "rm -r pr_interval",
        "rm -r ../views",
        // A seal of an earlier moment.
        "sed -i 's/\"end_offset\":\\([0-9]*\\),\"digest\"/"
        "\"end_offset\":1\\1,\"digest\"/' ../manifest.json",
        "sed -i 's/\"digest\":\"./\"digest\":\"x/' ../manifest.json",
        "sed -i 's/\"seals\"/\"scales\"/' ../manifest.json",
    };
    char *folder = e2e_folder(), *copy = e2e_path(folder, "c");
    char *data = e2e_path(folder, "restored");
    s_make_sealed_backup(folder);
    for (size_t i = 0; i < sizeof s_damage / sizeof *s_damage; i++) {
        char *said = NULL;
        RUN("", "sh", "-c",
            "cd \"$0\" && rm -rf c && cp -r b c && cd c/views && eval \"$1\"",
            folder, s_damage[i]);
        cr_expect_eq(E2E_RUN(&said, "octolog", "restore", "--from", copy,
                             "--data", data),
                     1, "%s: %s", s_damage[i], said);
        cr_expect(strstr(said, "the snapshot of view") ||
                      strstr(said, "views") || strstr(said, "manifest.json"),
                  "%s: no place is named: %s", s_damage[i], said);
        free(said);
        RUN("", "sh", "-c",
            "test ! -e \"$0/log\" && test ! -e \"$0/views\" && "
            "test ! -e \"$0/log.partial\" && test ! -e \"$0/views.partial\"",
            data);
        cr_expect_eq(E2E_RUN(&said, "octolog", "verify", "--data", copy), 1,
                     "%s: %s", s_damage[i], said);
        free(said);
    }
    free(data);
    free(copy);
    e2e_remove(folder);
    free(folder);
}

// Whatever the way through the pipeline, the same events come out.
Test(backup, an_export_imported_elsewhere_gives_the_same_views, .timeout = 300)
{
    char *folder = e2e_folder();
    char *data = e2e_path(folder, "data"), *out = e2e_path(folder, "export");
    char *other = e2e_path(folder, "other"), *pattern = NULL;
    char *file = e2e_path(folder, "all.json");
    e2e_service_t service;
    load_write_file(file, 1, 5001);
    E2E_UP(&service, data, "--no-fetch");
    RUN("5000 new", "octolog", "import", "--data", data, file);
    RUN("5000 events", "octolog", "export", "--data", data, "--out", out);
    e2e_down(&service);
    cr_assert_gt(asprintf(&pattern,
                          "\"$OCTOLOG_BIN\" import --data '%s' '%s'/*.json.gz",
                          other, out),
                 0);
    RUN("5000 new", "sh", "-c", pattern);
    cr_assert_eq(load_check_log(other, 5000, 5000), 5000);
    RUN("", "octolog", "replay", "--data", data);
    RUN("", "octolog", "replay", "--data", other);
    load_check_views(other);
    free(pattern);
    free(file);
    free(other);
    free(out);
    free(data);
    e2e_remove(folder);
    free(folder);
}

static int s_entries(const char *folder)
{
    int entries = -2; // itself and its parent
    DIR *dir = opendir(folder);
    cr_assert_not_null(dir);
    while (readdir(dir))
        entries++;
    closedir(dir);
    return entries;
}

// Expects one line that says so, and no more left than before, or than owning
// a folder takes.
static void s_expect_full(const char *folder, int entries,
                          const char *const *argv)
{
    char *out = NULL;
    cr_expect_eq(e2e_run(&out, argv), 1, "%s: %s", argv[1], out);
    cr_expect_not_null(strstr(out, "No space left on device"), "%s: %s",
                       argv[1], out);
    const char *end = strchr(out, '\n');
    cr_expect(end && end[1] == '\0', "one line: %s", out);
    cr_expect_eq(s_entries(folder), entries, "%s left something", argv[1]);
    free(out);
}
#define EXPECT_FULL(folder, entries, ...)                                      \
    s_expect_full(folder, entries, (const char *const[]){__VA_ARGS__, NULL})

Test(backup, a_full_disk_is_said_in_one_line, .timeout = 300)
{
    char *folder = e2e_folder(), *small = e2e_folder();
    char *data = e2e_path(folder, "data"), *made = e2e_path(small, "made");
    char *file = e2e_path(folder, "all.json"), *out = e2e_path(folder, "b");
    if (mount("none", small, "tmpfs", 0, "size=64k") != 0)
        cr_skip_test("needs the right to mount a tmpfs");
    load_write_file(file, 1, 20001);
    RUN("20000 new", "octolog", "import", "--data", data, file);
    EXPECT_FULL(small, 0, "octolog", "export", "--data", data, "--out", made);
    EXPECT_FULL(small, 0, "octolog", "backup", "--data", data, "--out", made);
    RUN("offsets 0 to 20000", "octolog", "backup", "--data", data, "--out",
        out);
    // A data directory that is a file system of its own.
    EXPECT_FULL(small, 2, "octolog", "restore", "--from", out, "--data", small);
    cr_assert_eq(mount("none", small, "tmpfs", MS_REMOUNT, "size=64m"), 0);
    RUN("offsets 0 to 20000", "octolog", "restore", "--from", out, "--data",
        small);
    RUN("ok: 20000 events", "octolog", "verify", "--data", small);
    RUN("ok: 20000 events", "octolog", "verify", "--data", data);
    umount2(small, MNT_DETACH);
    free(out);
    free(file);
    free(made);
    free(data);
    e2e_remove(small);
    e2e_remove(folder);
    free(small);
    free(folder);
}
