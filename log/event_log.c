#include "log/event_log.h"

#include "log/checkpoint_folder.h"
#include "log/event_log_private.h"
#include "log/folder.h"
#include "proto/base/fault_point.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// "PATH/name"; opening has refused a path that is too long.
static const char *s_inside(const event_log_t *log, const char *name,
                            char out[FOLDER_PATH_MAX])
{
    (void)folder_path(out, log->path, name);
    return out;
}

static int s_new(event_log_t **log, const char *path, event_log_mode_t mode)
{
    if (strlen(path) > FOLDER_PATH_MAX - 64)
        return -ENAMETOOLONG;
    event_log_t *new = calloc(1, sizeof *new);
    if (!new)
        return -ENOMEM;
    new->mode = mode;
    new->lock_fd = new->tail_fd = -1;
    new->path = strdup(path);
    if (!new->path) {
        free(new);
        return -ENOMEM;
    }
    *log = new;
    return 0;
}

static int s_make_folder(event_log_t *log, failure_t *failure)
{
    int rc = 0;
    if (mkdir(log->path, 0777) == 0)
        rc = folder_sync_parent(log->path);
    else if (errno != EEXIST)
        rc = -errno;
    if (rc < 0)
        return failure_set(failure, rc, "%s: cannot make the folder: %s",
                           log->path, strerror(-rc));
    return 0;
}

// Only one writer: this lock is taken before anything in the log is read,
// because RocksDB takes its own only while it opens.
static int s_lock(event_log_t *log, failure_t *failure)
{
    char path[FOLDER_PATH_MAX];
    s_inside(log, "lock", path);
    log->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (log->lock_fd >= 0 && flock(log->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    if (errno == EWOULDBLOCK)
        return failure_set(failure, -EBUSY,
                           "%s: another process is writing to this log",
                           log->path);
    int error = errno;
    return failure_set(failure, -error, "%s: %s", path, strerror(error));
}

int event_log_check_room(const event_log_t *log, failure_t *failure)
{
    int64_t room = log_store_room(log->path);
    if (room < 0)
        return failure_set(failure, (int)room, "%s: %s", log->path,
                           strerror((int)-room));
    if (room < LOG_STORE_ROOM)
        return failure_set(
            failure, -ENOSPC,
            "%s: the disk is full; free some space and start again", log->path);
    return 0;
}

// A log without a tail file is accepted: it is being created, or an operator
// has removed the file to continue after a loss.
static int s_read_tail(event_log_t *log, failure_t *failure)
{
    char path[FOLDER_PATH_MAX];
    int rc = log_tail_read(s_inside(log, "tail", path), &log->tail);
    log->tail_missing = rc == -ENOENT;
    if (rc == -EUCLEAN)
        return failure_set(failure, rc,
                           "%s: damaged; restore it, or remove it to trust the "
                           "log as it is",
                           path);
    if (rc < 0 && rc != -ENOENT)
        return failure_set(failure, rc, "%s: %s", path, strerror(-rc));
    return 0;
}

int event_log_find_head(const event_log_t *log, rocksdb_iterator_t *scan,
                        uint64_t offset, uint64_t *first, log_frame_t *frame,
                        failure_t *failure)
{
    uint8_t key[LOG_OFFSET_BYTES];
    log_put_be(key, offset, sizeof key);
    rocksdb_iter_seek_for_prev(scan, (const char *)key, sizeof key);
    if (!rocksdb_iter_valid(scan))
        return log_store_scan_error(&log->store, scan, failure);
    slice_t found = log_store_key(scan), head;
    if (found.bytes != LOG_OFFSET_BYTES ||
        log_frame_decode(log_store_value(scan), frame, &head) < 0)
        return failure_set(failure, -EUCLEAN,
                           "%s: the batch before offset %" PRIu64
                           " has no valid frame; restore the log from a backup",
                           log->path, offset);
    *first = log_get_be(found.data, found.bytes);
    return 1;
}

// Checks that the batch that ends at `end` exists and has this chain.
static int s_check_link(event_log_t *log, uint64_t end, log_chain_t chain,
                        const char *witness, failure_t *failure)
{
    uint64_t first = 0;
    log_frame_t frame = {0};
    rocksdb_iterator_t *scan = log_store_scan(&log->store, LOG_HEAD);
    int rc = event_log_find_head(log, scan, end - 1, &first, &frame, failure);
    rocksdb_iter_destroy(scan);
    if (rc < 0)
        return rc;
    if (rc == 1 && first + frame.count == end &&
        log_chain_equal(frame.chain, chain))
        return 0;
    return failure_set(failure, -EUCLEAN,
                       "%s: the batch before offset %" PRIu64
                       " is not the one that %s knows; restore the log from a "
                       "backup",
                       log->path, end, witness);
}

static int s_check_tail(event_log_t *log, const log_state_t *state,
                        failure_t *failure)
{
    if (log->tail.commits > state->commits)
        return failure_set(
            failure, -EUCLEAN,
            "%s: acknowledged events are gone: it ends at offset %" PRIu64
            " (commit %" PRIu64 "), its tail file knows of offset %" PRIu64
            " (commit %" PRIu64 "); restore it from a backup, or remove the "
            "file %s/tail to go on without them",
            log->path, state->end, state->commits, log->tail.end,
            log->tail.commits, log->path);
    if (log->tail_missing || log->tail.end <= state->first)
        return 0;
    return s_check_link(log, log->tail.end, log->tail.chain, "its tail file",
                        failure);
}

// Reads a value of LOG_META. 1: found; 0: not there.
static int s_get_meta(const event_log_t *log, const char *key, uint8_t *out,
                      size_t bytes, failure_t *failure)
{
    rocksdb_pinnableslice_t *pinned;
    int rc = log_store_get(&log->store, LOG_META, key, strlen(key), &pinned,
                           failure);
    if (rc != 1)
        return rc;
    slice_t value = log_store_pinned(pinned);
    if (value.bytes == bytes)
        memcpy(out, value.data, bytes);
    else
        rc = failure_set(
            failure, -EUCLEAN,
            "%s: its record \"%s\" is damaged; restore the log from "
            "a backup",
            log->path, key);
    rocksdb_pinnableslice_destroy(pinned);
    return rc;
}

int event_log_get_state(const event_log_t *log, log_state_t *state,
                        failure_t *failure)
{
    uint8_t bytes[LOG_STATE_BYTES];
    int rc = s_get_meta(log, EVENT_LOG_STATE_KEY, bytes, sizeof bytes, failure);
    if (rc < 0)
        return rc;
    if (rc == 1 && log_state_decode(slice(bytes, sizeof bytes), state) == 0)
        return 0;
    return failure_set(failure, -EUCLEAN,
                       "%s: the record of its end is damaged; restore the log "
                       "from a backup",
                       log->path);
}

int event_log_get_trim(const event_log_t *log, log_trim_t *trim,
                       failure_t *failure)
{
    rocksdb_pinnableslice_t *pinned;
    int rc = log_store_get(&log->store, LOG_META, EVENT_LOG_TRIM_KEY,
                           strlen(EVENT_LOG_TRIM_KEY), &pinned, failure);
    if (rc == 0)
        *trim = (log_trim_t){0};
    if (rc != 1)
        return rc;
    rc = log_trim_decode(log_store_pinned(pinned), trim);
    rocksdb_pinnableslice_destroy(pinned);
    if (rc < 0)
        return failure_set(failure, rc,
                           "%s: the record of what was dropped is damaged; "
                           "restore the log from a backup",
                           log->path);
    return 0;
}

static int s_check_format(event_log_t *log, const uint8_t bytes[8],
                          failure_t *failure)
{
    uint64_t format = log_get_le64(bytes);
    log->format = format;
    if (format > 0 && format <= LOG_FORMAT_VERSION)
        return 0;
    if (format == 0)
        return failure_set(failure, -EUCLEAN, "%s: no known format", log->path);
    return failure_set(failure, -ENOTSUP,
                       "%s: written in format %" PRIu64
                       ", and this octolog knows up to %d; use a newer one",
                       log->path, format, LOG_FORMAT_VERSION);
}

// Checks the state against the batches and the tail file, and adopts it.
static int s_take_state(event_log_t *log, const log_state_t *state,
                        failure_t *failure)
{
    int rc = s_check_tail(log, state, failure);
    if (rc == 0 && state->end > state->first)
        rc = s_check_link(log, state->end, state->chain, "the end of the log",
                          failure);
    if (rc < 0)
        return rc;
    rc = event_log_get_trim(log, &log->trim, failure);
    if (rc < 0)
        return rc;
    log->staged_trim = log->trim;
    log->committed = log->staged = *state;
    atomic_store(&log->first, state->first);
    atomic_store(&log->end, state->end);
    return 0;
}

// 1: loaded; 0: nothing was ever committed to this database.
static int s_load(event_log_t *log, failure_t *failure)
{
    uint8_t format[8];
    log_state_t state = {0};
    int rc =
        s_get_meta(log, EVENT_LOG_FORMAT_KEY, format, sizeof format, failure);
    if (rc == 0)
        return s_check_tail(log, &state, failure);
    if (rc == 1)
        rc = s_check_format(log, format, failure);
    if (rc == 0)
        rc = event_log_get_state(log, &state, failure);
    if (rc == 0)
        rc = s_take_state(log, &state, failure);
    return rc < 0 ? rc : 1;
}

static int s_not_there(event_log_t *log, failure_t *failure)
{
    return failure_set(failure, -ENOENT, "%s: no log there", log->path);
}

static int s_open_view(event_log_t *log, log_store_how_t how,
                       const event_log_options_t *options, failure_t *failure)
{
    char path[FOLDER_PATH_MAX];
    // The tail first: a writer updates the database before the tail.
    int rc = s_read_tail(log, failure);
    if (rc < 0)
        return rc;
    s_inside(log, "db", path);
    if (!log_store_exists(path))
        return log->tail.commits > 0
                   ? s_check_tail(log, &(log_state_t){0}, failure)
                   : s_not_there(log, failure);
    rc = log_store_open(&log->store, path, how, options, failure);
    if (rc < 0)
        return rc;
    rc = s_load(log, failure);
    return rc == 0 ? s_not_there(log, failure) : rc < 0 ? rc : 0;
}

// The first commit: for a new log its format and the empty state; for a log in
// an older format the number of this one.
static int s_begin(event_log_t *log, failure_t *failure)
{
    uint8_t format[8], state[LOG_STATE_BYTES];
    log_put_le64(format, LOG_FORMAT_VERSION);
    log_state_encode(&log->committed, state);
    rocksdb_writebatch_t *batch = rocksdb_writebatch_create();
    rocksdb_writebatch_put_cf(
        batch, log->store.families[LOG_META], EVENT_LOG_FORMAT_KEY,
        strlen(EVENT_LOG_FORMAT_KEY), (const char *)format, sizeof format);
    rocksdb_writebatch_put_cf(batch, log->store.families[LOG_META],
                              EVENT_LOG_STATE_KEY, strlen(EVENT_LOG_STATE_KEY),
                              (const char *)state, sizeof state);
    char *error = NULL;
    rocksdb_write(log->store.db, log->store.sync, batch, &error);
    rocksdb_writebatch_destroy(batch);
    return log_store_error(&log->store, &error, failure);
}

static int s_open_tail(event_log_t *log, failure_t *failure)
{
    char path[FOLDER_PATH_MAX];
    log->tail.commits = log->committed.commits;
    log->tail.end = log->committed.end;
    log->tail.chain = log->committed.chain;
    int fd = log_tail_open(s_inside(log, "tail", path), &log->tail);
    if (fd < 0)
        return failure_set(failure, fd, "%s: %s", path, strerror(-fd));
    log->tail_fd = fd;
    log->tail_missing = false;
    return 0;
}

// Opening for writing makes RocksDB replay, rewrite and delete files. So an
// existing log is first opened as a view and checked: if it has lost its end,
// it is left unchanged, so that it can be rescued.
static int s_open_writer(event_log_t *log, const event_log_options_t *options,
                         failure_t *failure)
{
    char path[FOLDER_PATH_MAX];
    int rc = s_make_folder(log, failure);
    if (rc == 0)
        rc = s_lock(log, failure);
    if (rc == 0)
        (void)checkpoint_folder_discard(log->path); // it only takes space
    if (rc == 0)
        rc = event_log_check_room(log, failure);
    if (rc == 0)
        rc = s_read_tail(log, failure);
    if (rc == 0 && !log->tail_missing) {
        failure_t why = {0};
        rc = s_open_view(log, LOG_STORE_LOOK, options, &why);
        log_store_close(&log->store);
        if (rc == -ENOENT)
            rc = 0; // no log yet: it will be created
        else if (rc < 0)
            failure_set(failure, rc, "%s", why.reason);
    }
    if (rc == 0)
        rc = log_store_open(&log->store, s_inside(log, "db", path),
                            LOG_STORE_WRITE, options, failure);
    if (rc == 0)
        rc = s_load(log, failure);
    if (rc >= 0)
        rc = fault_point("log.open.recovered");
    if (rc >= 0 && log->format < LOG_FORMAT_VERSION)
        rc = s_begin(log, failure);
    if (rc >= 0)
        rc = fault_point("log.open.begun");
    if (rc < 0)
        return rc;
    log->batch = rocksdb_writebatch_create();
    return s_open_tail(log, failure);
}

int event_log_open(event_log_t **log, const char *path, event_log_mode_t mode,
                   const event_log_options_t *options, failure_t *failure)
{
    event_log_t *new = NULL;
    int rc = s_new(&new, path, mode);
    if (rc < 0)
        return failure_set(failure, rc, "%s: %s", path, strerror(-rc));
    const log_store_how_t view =
        mode == EVENT_LOG_READ_HEADS ? LOG_STORE_HEADS : LOG_STORE_VIEW;
    rc = mode == EVENT_LOG_WRITE ? s_open_writer(new, options, failure)
                                 : s_open_view(new, view, options, failure);
    if (rc < 0) {
        event_log_close(&new);
        return rc;
    }
    *log = new;
    return 0;
}

void event_log_close(event_log_t **log)
{
    event_log_t *old = *log;
    if (!old)
        return;
    *log = NULL;
    if (old->batch)
        rocksdb_writebatch_destroy(old->batch);
    log_store_close(&old->store);
    if (old->tail_fd >= 0)
        close(old->tail_fd);
    if (old->lock_fd >= 0)
        close(old->lock_fd); // also releases the lock
    key_set_free(&old->staged_keys);
    key_set_free(&old->staged_rejects);
    key_set_free(&old->asked);
    payload_pack_free(&old->pack);
    free(old->path);
    free(old);
}

uint64_t event_log_first(const event_log_t *log)
{
    return atomic_load(&log->first);
}

uint64_t event_log_end(const event_log_t *log)
{
    return atomic_load(&log->end);
}
