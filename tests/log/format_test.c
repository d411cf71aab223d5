// A log in every format that was ever released must open.
//
// fixtures/format-N/ was made by this program, of synthetic patterns:
//
//     OCTOLOG_MAKE_FIXTURE=tests/log/fixtures/format-N log_format_test
//
// in a separate UTS namespace (unshare -u, hostname octolog), because RocksDB
// writes the host name into its files. Never remake one.

#include "log/log_format.h"
#include "tests/log/log_test.h"

#include <errno.h>
#include <libgen.h>
#include <sys/stat.h>

#define FIXTURE_BATCHES 40

static void s_make(const char *path)
{
    event_log_t *log;
    for (int session = 0; session < 2; session++) {
        log = open_log(path, EVENT_LOG_WRITE);
        append_patterns(log, FIXTURE_BATCHES / 2);
        bool kept;
        event_log_reject_t letter = {.received_at_us = session,
                                     .source = slice_of("source"),
                                     .reason = slice_of("reason"),
                                     .raw = slice(&session, sizeof session)};
        cr_assert_eq(event_log_stage_reject(log, &letter, &kept, NULL), 0);
        event_log_batch_t repeats = {.first = event_log_staged_end(log),
                                     .duplicates = 3};
        cr_assert_eq(event_log_stage(log, &repeats, NULL), 0);
        event_log_stage_cursor(log, slice_of("source:a"), slice_of("etag"),
                               NULL);
        commit(log);
        event_log_close(&log);
    }
    // What RocksDB keeps for people: paths, the name of the host.
    run("rm -f %s/db/LOG* %s/db/OPTIONS* %s/db/LOCK", path, path, path);
}

static folder_t s_copy_of(int format)
{
    folder_t folder = new_folder();
    run("cp -r " OCTOLOG_TREE "/tests/log/fixtures/format-%d %s/log", format,
        folder.path);
    strcat(folder.path, "/log");
    return folder;
}

static void s_check(event_log_t *log)
{
    char value[8];
    event_log_stats_t stats;
    uint64_t end = check_patterns(log), offset;
    cr_assert_eq(event_log_stats(log, &stats), 0);
    cr_assert_eq(stats.end, end);
    cr_assert_eq(stats.rejects, 2);
    cr_assert_eq(stats.duplicates, 6);
    cr_assert_eq(event_log_cursor(log, slice_of("source:a"), value, 8, NULL),
                 4);
    cr_assert_eq(event_log_seek_created(log, 1050, &offset, NULL), 0);
    cr_assert_leq(offset, 500);
    cr_assert_gt(offset, 400);
    assert_sound(log);
}

static void s_opens(int format)
{
    folder_t folder = s_copy_of(format);
    event_log_t *log = open_log(folder.path, EVENT_LOG_READ);
    s_check(log);
    event_log_close(&log);
    log = open_log(folder.path, EVENT_LOG_WRITE);
    s_check(log);
    append_patterns(log, 5);
    assert_sound(log);
    event_log_close(&log);
    remove_folder(&folder);
    rmdir(dirname(folder.path));
}

Test(format, a_log_in_format_1_opens)
{
    s_opens(1);
}

Test(format, a_log_in_format_2_opens)
{
    const char *make = getenv("OCTOLOG_MAKE_FIXTURE");
    if (make)
        s_make(make);
    else
        s_opens(2);
}

Test(format, the_current_format_has_a_fixture)
{
    char path[512];
    struct stat file;
    snprintf(path, sizeof path,
             OCTOLOG_TREE "/tests/log/fixtures/format-%d/tail",
             LOG_FORMAT_VERSION);
    cr_assert_eq(stat(path, &file), 0, "%s: no fixture", path);
}
