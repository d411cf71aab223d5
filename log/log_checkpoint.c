#include "log/log_checkpoint.h"

#include "log/checkpoint_folder.h"
#include "log/event_log.h"
#include "log/event_log_private.h"
#include "log/folder.h"
#include "proto/base/fault_point.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// Write-ahead logs are copied, never flushed: only the writer flushes.
#define NEVER_FLUSH UINT64_MAX

int log_identify(event_log_t *log, log_identity_t *identity, failure_t *failure)
{
    log_state_t state;
    int rc = event_log_get_state(log, &state, failure);
    if (rc == 0)
        *identity = (log_identity_t){state.commits, state.first, state.end,
                                     state.chain.high, state.chain.low};
    return rc;
}

static int s_copy_database(event_log_t *log, const char *to, failure_t *failure)
{
    char *error = NULL;
    rocksdb_checkpoint_t *checkpoint =
        rocksdb_checkpoint_object_create(log->store.db, &error);
    if (checkpoint)
        rocksdb_checkpoint_create(checkpoint, to, NEVER_FLUSH, &error);
    if (checkpoint)
        rocksdb_checkpoint_object_destroy(checkpoint);
    return log_store_error(&log->store, &error, failure);
}

// The tail file records what was committed before the copy began, so that
// opening the copy proves that all of it is there.
static int s_write_tail(const char *path, const log_state_t *state,
                        failure_t *failure)
{
    const log_tail_t tail = {
        .commits = state->commits, .end = state->end, .chain = state->chain};
    int fd = log_tail_open(path, &tail);
    if (fd < 0)
        return failure_set(failure, fd, "%s: %s", path, strerror(-fd));
    close(fd);
    return 0;
}

static int s_fill(event_log_t *log, const char *folder,
                  const log_state_t *state, failure_t *failure)
{
    char path[FOLDER_PATH_MAX];
    int rc = folder_path(path, folder, "db");
    if (rc == 0)
        rc = fault_point("log.checkpoint.begin");
    if (rc == 0)
        rc = s_copy_database(log, path, failure);
    if (rc == 0)
        rc = fault_point("log.checkpoint.copied");
    if (rc == 0)
        rc = folder_path(path, folder, "tail");
    if (rc == 0)
        rc = s_write_tail(path, state, failure);
    return rc ? rc : fault_point("log.checkpoint.made");
}

static int s_make(event_log_t *log, const char *folder, failure_t *failure)
{
    log_state_t state;
    int rc = event_log_get_state(log, &state, failure);
    if (rc < 0)
        return rc;
    if (mkdir(folder, 0777) != 0)
        return failure_set(failure, -errno, "%s: %s", folder, strerror(errno));
    int held = checkpoint_folder_hold(folder);
    rc = held < 0 ? held : s_fill(log, folder, &state, failure);
    if (held >= 0)
        close(held);
    return rc;
}

int log_checkpoint_make(event_log_t *log, uint64_t *end, failure_t *failure)
{
    char folder[FOLDER_PATH_MAX];
    int rc = folder_path(folder, log->path, CHECKPOINT_FOLDER_NAME);
    const uint64_t before = event_log_end(log);
    if (rc == 0)
        rc = checkpoint_folder_discard(log->path);
    if (rc < 0)
        return failure_set(failure, rc, "%s: %s", folder,
                           rc == -EBUSY ? "another backup is under way"
                                        : strerror(-rc));
    failure_t why = {0};
    rc = event_log_check_room(log, &why);
    if (rc == 0)
        rc = s_make(log, folder, &why);
    if (rc < 0) {
        (void)checkpoint_folder_discard(log->path);
        if (why.code == 0)
            failure_set(&why, rc, "%s: %s", folder, strerror(-rc));
        return failure_set(failure, rc, "%s", why.reason);
    }
    *end = before;
    return 0;
}
