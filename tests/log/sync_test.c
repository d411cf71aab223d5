// Acknowledged means synced: counts the syncs of a commit by interposing the C
// library's fdatasync() and fsync().
#include "tests/log/log_test.h"

#include <sys/syscall.h>

static volatile int s_data_syncs;  // of RocksDB's write-ahead log among others
static volatile int s_fail_writes; // of those at an offset: to the tail file

int fdatasync(int fd)
{
    s_data_syncs++;
    return (int)syscall(SYS_fdatasync, fd);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at)
{
    if (s_fail_writes) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_pwrite64, fd, bytes, count, at);
}

Test(sync, every_commit_waits_for_the_disk_once)
{
    folder_t folder = new_folder();
    event_log_t *log = open_log(folder.path, EVENT_LOG_WRITE);
    for (int i = 0; i < 20; i++) {
        int before = s_data_syncs;
        append_patterns(log, 1);
        cr_assert_eq(s_data_syncs, before + 1, "commit %d: %d syncs", i,
                     s_data_syncs - before);
    }
    event_log_close(&log);
    remove_folder(&folder);
}

Test(sync, a_commit_of_many_batches_waits_once)
{
    folder_t folder = new_folder();
    event_log_t *log = open_log(folder.path, EVENT_LOG_WRITE);
    int before = s_data_syncs;
    for (int i = 0; i < 20; i++)
        stage_pattern(log, 3);
    commit(log);
    cr_assert_eq(s_data_syncs, before + 1);
    event_log_close(&log);
    remove_folder(&folder);
}

Test(sync, a_cursor_alone_is_synced_too)
{
    folder_t folder = new_folder();
    event_log_t *log = open_log(folder.path, EVENT_LOG_WRITE);
    int before = s_data_syncs;
    cr_assert_eq(event_log_stage_cursor(log, slice_of("source:a"),
                                        slice_of("etag"), NULL),
                 0);
    commit(log);
    cr_assert_eq(s_data_syncs, before + 1);
    event_log_close(&log);
    remove_folder(&folder);
}

// RocksDB has the batch, the tail file does not: nothing may follow it.
Test(sync, a_commit_that_failed_is_the_last_one)
{
    folder_t folder = new_folder();
    event_log_t *log = open_log(folder.path, EVENT_LOG_WRITE);
    append_patterns(log, 1);
    const uint64_t end = event_log_end(log);
    s_fail_writes = 1;
    stage_pattern(log, 3);
    cr_assert_eq(event_log_commit(log, NULL), -EIO);
    s_fail_writes = 0;
    stage_pattern(log, 3);
    cr_assert_eq(event_log_commit(log, NULL), -EIO);
    cr_assert_eq(event_log_end(log), end);
    event_log_close(&log);
    remove_folder(&folder);
}
