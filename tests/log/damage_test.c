// Bytes that are lost, changed or cannot be written are detected and reported,
// and acknowledged data is never touched.

#include "tests/log/log_test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

static folder_t s_folder;
static char s_log_path[80], s_copy_path[80];
static failure_t s_failure;

static void s_open(void)
{
    s_folder = new_folder();
    snprintf(s_log_path, sizeof s_log_path, "%s/log", s_folder.path);
    snprintf(s_copy_path, sizeof s_copy_path, "%s/copy", s_folder.path);
}

static void s_close(void)
{
    remove_folder(&s_folder);
}

TestSuite(damage, .init = s_open, .fini = s_close, .timeout = 110);

// A log with tables as well as a write-ahead log that is not empty: opening
// writes the memory of the last session into tables.
static uint64_t s_make_log(void)
{
    event_log_t *log = open_log(s_log_path, EVENT_LOG_WRITE);
    append_patterns(log, 60);
    event_log_close(&log);
    log = open_log(s_log_path, EVENT_LOG_WRITE);
    append_patterns(log, 60);
    uint64_t end = event_log_end(log);
    event_log_close(&log);
    return end;
}

static void s_copy(void)
{
    run("rm -rf %s && cp -a %s %s", s_copy_path, s_log_path, s_copy_path);
}

// Both ways of opening the copy refuse it, and leave it as it was.
static void s_is_refused(const char *because)
{
    run("rm -rf %s.before && cp -a %s %s.before", s_copy_path, s_copy_path,
        s_copy_path);
    cr_assert_eq(open_fails(s_copy_path, EVENT_LOG_READ, &s_failure), -EUCLEAN);
    cr_assert_not_null(strstr(s_failure.reason, because), "%s",
                       s_failure.reason);
    cr_assert_eq(open_fails(s_copy_path, EVENT_LOG_WRITE, &s_failure),
                 -EUCLEAN);
    cr_assert_not_null(strstr(s_failure.reason, because), "%s",
                       s_failure.reason);
    run("diff -r --exclude='LOG*' %s %s.before", s_copy_path, s_copy_path);
}

Test(damage, an_older_database_under_a_newer_tail_is_refused)
{
    s_make_log();
    s_copy();
    event_log_t *log = open_log(s_log_path, EVENT_LOG_WRITE);
    event_log_stage_cursor(log, slice_of("c"), slice_of("v"),
                           NULL); // not even an event
    commit(log);
    event_log_close(&log);
    run("cp %s/tail %s/tail", s_log_path, s_copy_path);
    s_is_refused("acknowledged events are gone");
    run("rm -r %s/db", s_copy_path);
    s_is_refused("acknowledged events are gone");
}

Test(damage, removing_the_tail_accepts_the_loss)
{
    s_make_log();
    s_copy();
    event_log_t *log = open_log(s_log_path, EVENT_LOG_WRITE);
    append_patterns(log, 3);
    event_log_close(&log);
    run("rm %s/tail", s_copy_path);
    log = open_log(s_copy_path, EVENT_LOG_READ);
    cr_assert_eq(verify_patterns(log, s_failure.reason), 1, "the missing tail");
    event_log_close(&log);
    log = open_log(s_copy_path, EVENT_LOG_WRITE);
    append_patterns(log, 3);
    assert_sound(log);
    event_log_close(&log);
}

Test(damage, the_tail_of_another_log_is_refused)
{
    s_make_log();
    s_copy();
    run("rm -r %s", s_log_path);
    event_log_t *log = open_log(s_log_path, EVENT_LOG_WRITE);
    stage_pattern(log, 9);
    commit(log);
    event_log_close(&log);
    run("cp %s/tail %s/tail", s_log_path, s_copy_path);
    s_is_refused("its tail file knows");
}

Test(damage, a_tail_of_garbage_is_refused)
{
    s_make_log();
    s_copy();
    run("head -c 5000 /dev/zero | tr '\\0' x >%s/tail", s_copy_path);
    s_is_refused("damaged");
    run("head -c 4152 /dev/zero >%s/tail", s_copy_path);
    s_is_refused("damaged");
}

typedef struct {
    char path[160];
    off_t bytes;
} file_t;

// The files of the copy's database whose names contain `part`.
static size_t s_list(const char *part, file_t *files, size_t capacity)
{
    char folder[100];
    size_t count = 0;
    snprintf(folder, sizeof folder, "%s/db", s_copy_path);
    DIR *dir = opendir(folder);
    cr_assert_not_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        struct stat file;
        if (!strstr(entry->d_name, part) || count == capacity)
            continue;
        snprintf(files[count].path, sizeof files[count].path, "%s/%.40s",
                 folder, entry->d_name);
        cr_assert_eq(stat(files[count].path, &file), 0);
        files[count].bytes = file.st_size;
        count += file.st_size > 0;
    }
    closedir(dir);
    return count;
}

Test(damage, a_cut_write_ahead_log_is_refused_and_not_recovered)
{
    file_t wal[4];
    s_make_log();
    for (int share = 0; share < 10; share++) {
        s_copy();
        cr_assert_eq(s_list(".log", wal, 4), 1);
        cr_assert_eq(truncate(wal[0].path, wal[0].bytes * share / 10), 0);
        s_is_refused("acknowledged events are gone");
    }
}

static void s_flip(const char *path, off_t at)
{
    uint8_t byte;
    int fd = open(path, O_RDWR);
    cr_assert_eq(pread(fd, &byte, 1, at), 1);
    byte ^= 0x20;
    cr_assert_eq(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

// Whether open, read or verify notice. What none of them notices must have
// changed nothing.
static bool s_notices(event_log_mode_t mode, uint64_t end)
{
    event_log_t *log = NULL;
    int rc = event_log_open(&log, s_copy_path, mode, &s_small, &s_failure);
    if (rc < 0) {
        cr_assert_not_null(strstr(s_failure.reason, s_copy_path), "%s",
                           s_failure.reason);
        return true;
    }
    bool noticed = verify_patterns(log, s_failure.reason) > 0;
    cr_assert(!noticed || s_failure.reason[0] != 0);
    if (!noticed) {
        cr_assert_eq(event_log_end(log), end);
        cr_assert_eq(check_patterns(log), end);
    }
    event_log_close(&log);
    return noticed;
}

// Flips a byte at `flips` places in each such file; returns how many were
// noticed, and in *tried how many there were.
static int s_flip_all(const char *part, int flips, uint64_t end, int *tried)
{
    file_t files[64];
    int noticed = 0;
    s_copy();
    size_t count = s_list(part, files, 64);
    cr_assert_gt(count, 0);
    for (size_t i = 0; i < count; i++)
        for (int n = 0; n < flips; n++, ++*tried) {
            s_copy();
            s_flip(files[i].path, files[i].bytes * n / flips);
            noticed += s_notices(n % 2 ? EVENT_LOG_READ : EVENT_LOG_WRITE, end);
        }
    return noticed;
}

Test(damage, flipped_bytes_in_tables_are_noticed_or_harmless)
{
    int tried = 0, noticed = s_flip_all(".sst", 8, s_make_log(), &tried);
    // The rest lies in what nobody reads: properties, unused filters.
    cr_assert_gt(noticed, tried / 2, "%d of %d", noticed, tried);
}

Test(damage, flipped_bytes_in_the_write_ahead_log_are_noticed)
{
    int tried = 0, noticed = s_flip_all(".log", 30, s_make_log(), &tried);
    cr_assert_eq(noticed, tried);
}

Test(damage, flipped_bytes_in_the_manifest_are_noticed_or_harmless)
{
    int tried = 0, noticed = s_flip_all("MANIFEST", 30, s_make_log(), &tried);
    // The rest lies in a last record that says nothing new.
    cr_assert_gt(noticed, tried / 2, "%d of %d", noticed, tried);
}

// Appends until a commit fails; then all later ones must fail alike, even
// after `meanwhile`. Returns the end that was acknowledged.
static uint64_t s_fill(event_log_t *log, void (*meanwhile)(void), int *error)
{
    uint64_t end = event_log_end(log);
    do {
        for (int i = 0; i < 20; i++)
            stage_pattern(log, PATTERN_EVENTS_MAX);
        *error = event_log_commit(log, &s_failure);
        if (*error == 0)
            end = event_log_staged_end(log);
    } while (*error == 0);
    cr_assert_eq(event_log_end(log), end);
    cr_assert_not_null(strstr(s_failure.reason, "/log"));
    meanwhile();
    cr_assert_eq(event_log_staged_end(log), end);
    stage_pattern(log, 1);
    cr_assert_eq(event_log_commit(log, NULL), *error);
    return end;
}

static void s_is_whole_after_reopening(uint64_t end)
{
    event_log_t *log = open_log(s_log_path, EVENT_LOG_WRITE);
    cr_assert_geq(event_log_end(log), end);
    append_patterns(log, 3);
    assert_sound(log);
    event_log_close(&log);
}

static void s_lift_limit(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_FSIZE, &limit);
}

Test(damage, a_write_that_fails_is_reported_and_poisons_the_writer)
{
    int error;
    struct rlimit limit;
    signal(SIGXFSZ, SIG_IGN);
    event_log_t *log = open_log(s_log_path, EVENT_LOG_WRITE);
    append_patterns(log, 20);
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 16 << 10; // less than one commit takes
    setrlimit(RLIMIT_FSIZE, &limit);
    uint64_t end = s_fill(log, s_lift_limit, &error);
    cr_assert_eq(error, -EIO);
    event_log_close(&log);
    s_is_whole_after_reopening(end);
}

static void s_free_space(void)
{
    run("rm %s/ballast", s_folder.path);
}

static void s_take_space(void)
{
    run("head -c 100M /dev/zero 2>/dev/null >%s/more; true", s_folder.path);
}

// A writer that starts on the full disk says so; a reader does not mind.
static void s_is_refused_while_full(void)
{
    s_take_space();
    cr_assert_eq(open_fails(s_log_path, EVENT_LOG_WRITE, &s_failure), -ENOSPC,
                 "%s", s_failure.reason);
    event_log_t *log = open_log(s_log_path, EVENT_LOG_READ);
    assert_sound(log);
    event_log_close(&log);
}

Test(damage, a_full_disk_is_reported_and_loses_nothing_acknowledged)
{
    int error;
    if (unshare(CLONE_NEWNS) < 0 ||
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("tmpfs", s_folder.path, "tmpfs", 0, "size=40m") < 0)
        cr_skip_test("no right to mount a small disk here");
    run("head -c 30M /dev/zero >%s/ballast", s_folder.path);
    event_log_t *log = open_log(s_log_path, EVENT_LOG_WRITE);
    uint64_t end = s_fill(log, s_take_space, &error);
    cr_assert_eq(error, -ENOSPC);
    event_log_close(&log);
    s_is_refused_while_full();
    s_free_space();
    s_is_whole_after_reopening(end);
    umount(s_folder.path);
}
