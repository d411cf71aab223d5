// Reading while a writer runs: in threads of its process, and in another
// process.

#include "tests/log/log_test.h"

#include "log/event_log_private.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#define READERS 3

static folder_t s_folder;

static void s_open(void)
{
    s_folder = new_folder();
}

static void s_close(void)
{
    remove_folder(&s_folder);
}

TestSuite(reader, .init = s_open, .fini = s_close, .timeout = 100);

Test(reader, it_starts_in_the_batch_that_holds_the_offset)
{
    event_log_t *log = open_log(s_folder.path, EVENT_LOG_WRITE);
    log_reader_t *reader;
    log_record_t record;
    append_patterns(log, 60);
    uint64_t end = event_log_end(log);
    cr_assert_eq(log_reader_new(&reader, log, false), 0);
    for (uint64_t offset = 0; offset < end; offset += 3) {
        cr_assert_eq(log_reader_seek(reader, offset), 0);
        cr_assert_eq(log_reader_next(reader, &record), 1);
        cr_assert_leq(record.first, offset);
        cr_assert_gt(record.first + record.count, offset);
    }
    cr_assert_eq(log_reader_seek(reader, end), 0);
    cr_assert_eq(log_reader_next(reader, &record), 0);
    cr_assert_eq(log_reader_seek(reader, UINT64_MAX), 0);
    cr_assert_eq(log_reader_next(reader, &record), 0);
    log_reader_destroy(&reader);
    cr_assert_null(reader);
    log_reader_destroy(&reader);
    event_log_close(&log);
}

Test(reader, a_missing_batch_is_damage_wherever_one_begins)
{
    event_log_t *log = open_log(s_folder.path, EVENT_LOG_WRITE);
    log_reader_t *reader;
    log_record_t record;
    for (int i = 0; i < 3; i++)
        stage_pattern(log, 10);
    commit(log);
    uint8_t second[LOG_OFFSET_BYTES];
    log_put_be(second, 10, sizeof second);
    rocksdb_writebatch_delete_cf(log->batch, log->store.families[LOG_HEAD],
                                 (const char *)second, sizeof second);
    commit(log);
    cr_assert_eq(log_reader_new(&reader, log, false), 0);
    cr_assert_eq(log_reader_next(reader, &record), 1);
    cr_assert_eq(log_reader_next(reader, &record), -EUCLEAN);
    cr_assert_eq(log_reader_next(reader, &record), -EUCLEAN);
    for (uint64_t offset = 10; offset < 20; offset++)
        cr_assert_eq(log_reader_seek(reader, offset), -EUCLEAN);
    cr_assert_eq(log_reader_seek(reader, 20), 0);
    cr_assert_eq(log_reader_next(reader, &record), 1);
    log_reader_destroy(&reader);
    event_log_close(&log);
}

Test(reader, it_sees_what_is_new_after_a_seek_and_not_before)
{
    event_log_t *log = open_log(s_folder.path, EVENT_LOG_WRITE);
    log_reader_t *reader;
    log_record_t record;
    stage_pattern(log, 4);
    commit(log);
    cr_assert_eq(log_reader_new(&reader, log, true), 0);
    stage_pattern(log, 5);
    commit(log);
    cr_assert_eq(log_reader_next(reader, &record), 1);
    cr_assert_eq(log_reader_next(reader, &record), 0);
    cr_assert_eq(log_reader_seek(reader, 4), 0);
    cr_assert_eq(log_reader_next(reader, &record), 1);
    cr_assert_eq(record.first, 4);
    cr_assert_eq(record.count, 5);
    cr_assert(pattern_matches(&record, true));
    log_reader_destroy(&reader);
    event_log_close(&log);
}

// Of batches in tables, and of more that are in the write-ahead log alone, with
// the payloads of both.
Test(reader, heads_alone_are_the_same_heads)
{
    event_log_t *log = open_log(s_folder.path, EVENT_LOG_WRITE);
    log_reader_t *reader;
    log_record_t record;
    uint64_t moment;
    append_patterns(log, 60);
    event_log_close(&log);
    log = open_log(s_folder.path, EVENT_LOG_WRITE);
    append_patterns(log, 60);
    const uint64_t end = event_log_end(log);
    event_log_t *heads = open_log(s_folder.path, EVENT_LOG_READ_HEADS);
    cr_expect_eq(event_log_end(heads), end);
    cr_assert_eq(event_log_seek_journaled(heads, INT64_MAX, &moment, NULL), 0);
    cr_expect_eq(moment, end);
    cr_assert_eq(log_reader_new(&reader, heads, false), 0);
    uint64_t offset = 0;
    while (log_reader_next(reader, &record) == 1) {
        cr_assert_eq(record.first, offset);
        cr_assert(pattern_matches(&record, false));
        offset += record.count;
    }
    cr_expect_eq(offset, end);
    log_reader_destroy(&reader);
    event_log_close(&heads);
    event_log_close(&log);
}

typedef struct {
    event_log_t *log;
    _Atomic bool done;
    _Atomic int bad;
} shared_t;

// Whatever the moment: all batches up to the end that was there, no hole.
static bool s_read_once(event_log_t *log)
{
    log_reader_t *reader = NULL;
    log_record_t record;
    uint64_t promised = event_log_end(log), next = 0;
    if (log_reader_new(&reader, log, true) < 0)
        return false;
    bool good = true;
    int rc;
    while (good && (rc = log_reader_next(reader, &record)) == 1) {
        good = record.first == next && pattern_matches(&record, true);
        next += record.count;
    }
    log_reader_destroy(&reader);
    return good && rc == 0 && next >= promised;
}

static void *s_keep_reading(void *context)
{
    shared_t *shared = context;
    event_log_stats_t stats;
    do {
        if (!s_read_once(shared->log) ||
            event_log_stats(shared->log, &stats) < 0 || stats.end < stats.first)
            atomic_fetch_add(&shared->bad, 1);
    } while (!atomic_load(&shared->done));
    return NULL;
}

Test(reader, threads_read_whole_logs_while_the_writer_appends)
{
    shared_t shared = {.log = open_log(s_folder.path, EVENT_LOG_WRITE)};
    pthread_t threads[READERS];
    for (int i = 0; i < READERS; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, s_keep_reading, &shared),
                     0);
    append_patterns(shared.log, 400);
    atomic_store(&shared.done, true);
    for (int i = 0; i < READERS; i++)
        pthread_join(threads[i], NULL);
    cr_assert_eq(atomic_load(&shared.bad), 0);
    assert_sound(shared.log);
    event_log_close(&shared.log);
}

// A process that appends until its end of the pipe is closed, and says on the
// other pipe how far it is after each commit.
static pid_t s_start_writer(int *stop, int *progress)
{
    int to[2], from[2];
    cr_assert_eq(pipe(to), 0);
    cr_assert_eq(pipe(from), 0);
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid > 0) {
        close(to[0]);
        close(from[1]);
        *stop = to[1];
        *progress = from[0];
        return pid;
    }
    close(to[1]);
    close(from[0]);
    event_log_t *log = open_log(s_folder.path, EVENT_LOG_WRITE);
    fd_set ready;
    do {
        append_patterns(log, 10);
        uint64_t end = event_log_end(log);
        if (write(from[1], &end, sizeof end) != sizeof end)
            break;
        FD_ZERO(&ready);
        FD_SET(to[0], &ready);
    } while (select(to[0] + 1, &ready, NULL, NULL, &(struct timeval){0, 0}) ==
             0);
    event_log_close(&log);
    _exit(0);
}

Test(reader, a_view_beside_a_live_writer_holds_all_that_was_acknowledged)
{
    int stop, progress, status;
    uint64_t acknowledged = 0;
    failure_t failure;
    pid_t writer = s_start_writer(&stop, &progress);
    for (int i = 0; i < 10; i++) {
        cr_assert_eq(read(progress, &acknowledged, sizeof acknowledged),
                     sizeof acknowledged);
        event_log_t *view = open_log(s_folder.path, EVENT_LOG_READ);
        cr_assert_geq(event_log_end(view), acknowledged);
        cr_assert_eq(check_patterns(view), event_log_end(view));
        if (i % 5 == 0)
            assert_sound(view);
        event_log_close(&view);
    }
    cr_assert_eq(open_fails(s_folder.path, EVENT_LOG_WRITE, &failure), -EBUSY);
    close(stop);
    while (read(progress, &acknowledged, sizeof acknowledged) > 0)
        continue;
    waitpid(writer, &status, 0);
    cr_assert_eq(status, 0);
    event_log_t *log = open_log(s_folder.path, EVENT_LOG_WRITE);
    cr_assert_eq(event_log_end(log), acknowledged);
    assert_sound(log);
    event_log_close(&log);
    close(progress);
}

// Open files of this process in RocksDB's scratch folder that still have a
// name.
static int s_count_scratch_files(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char target[512] = "";
        if (readlinkat(dirfd(folder), entry->d_name, target,
                       sizeof target - 1) > 0 &&
            strstr(target, "octolog-scratch") && !strstr(target, "(deleted)"))
            count++;
    }
    closedir(folder);
    return count;
}

Test(reader, a_view_changes_nothing_and_leaves_nothing_behind)
{
    event_log_t *log = open_log(s_folder.path, EVENT_LOG_WRITE);
    append_patterns(log, 5);
    cr_assert_eq(s_count_scratch_files(), 0);
    event_log_close(&log);
    run("cp -a %s %s.before", s_folder.path, s_folder.path);
    log = open_log(s_folder.path, EVENT_LOG_READ);
    cr_assert_eq(s_count_scratch_files(), 0);
    assert_sound(log);
    event_log_close(&log);
    run("diff -r %s %s.before && rm -r %s.before", s_folder.path, s_folder.path,
        s_folder.path);
}
