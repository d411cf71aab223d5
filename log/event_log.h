// event_log - the append-only sequence of batches on disk, over RocksDB.
//
// Knows bytes, keys, times and offsets. It does not know what an event means
// (proto/) nor who uses it (actors/), and includes neither. log/FORMAT.md
// describes the bytes on disk; change both together.
//
// Offset    Counts events from 0, densely; a batch of n takes n of them. Never
//           reused, never renumbered.
// Key       Up to EVENT_KEY_MAX bytes that identify one event; an event whose
//           key the log has is a duplicate.
// Cursor    A small named value that commits together with a batch: the
//           position of a source, or the last batch of a producer.
// Retention Only event_log_trim() drops batches: whole ones, from the front.
//           Offsets are not renumbered. The keys of dropped events outlive
//           them by a margin, then count as unseen, then are swept. Dead
//           letters are dropped likewise, by event_log_trim_rejects().
// Tail      Each commit also writes the end of the log and its chained checksum
//           to a small file outside RocksDB. A log that has less than that file
//           records has lost acknowledged events, and is refused.
// Errors    Calls return 0 or a negative errno and change no output on
//           failure. Nothing here prints, exits, or asserts on what is on
//           disk; the failure that most of them take (or NULL) has the
//           reason, which names the place.
// Memory    Bytes passed in are borrowed for the call and copied. Where bytes
//           are returned, the call says how long they are valid. Handles are
//           freed by the call that takes T **, which also sets it to NULL and
//           accepts NULL.
// Threads   One thread stages and commits; only it may call seen, stage, trim
//           and sweep. event_log_end(), event_log_first(), stats and readers
//           (log/log_reader.h): any thread, each reader on one at a time. A
//           forked child must not use an open log: it lacks RocksDB's threads.

#ifndef OCTOLOG_LOG_EVENT_LOG_H
#define OCTOLOG_LOG_EVENT_LOG_H

#include "log/event_log_types.h"
#include "proto/base/failure.h"

// Opens the log in the folder `path`, made if it is missing in WRITE mode.
// options may be NULL.
// READ needs a temporary folder (/dev/shm, TMPDIR or /tmp) for a moment.
// -ENOENT: no log there (READ modes). -EBUSY: another writer has it.
// -EUCLEAN: damaged, or an acknowledged tail is gone. -ENOTSUP: a newer
// format. -EIO, -ENOSPC, -EACCES, -ENOMEM.
int event_log_open(event_log_t **log, const char *path, event_log_mode_t mode,
                   const event_log_options_t *options, failure_t *failure);

// Closes and frees. Anything staged but not committed is lost.
void event_log_close(event_log_t **log);

// First offset kept, and first offset not yet written and durable.
uint64_t event_log_first(const event_log_t *log);
uint64_t event_log_end(const event_log_t *log);

// Writing: stage any number of batches, then commit them as one unit.

// The end after a commit of everything staged.
uint64_t event_log_staged_end(const event_log_t *log);

// Sets seen[i] if keys[i] is in the log and has not expired, or is staged, or
// occurs earlier in `keys`. -EIO: a read failed.
int event_log_seen(event_log_t *log, const event_key_t *keys, uint32_t count,
                   bool *seen, failure_t *failure);

// Adds a batch to the next commit. -EINVAL: first is not staged_end, or times
// run backwards. -EMSGSIZE: a part is over 64 MiB. -ENOMEM.
int event_log_stage(event_log_t *log, const event_log_batch_t *batch,
                    failure_t *failure);

// Adds the new value of a cursor to the next commit; empty deletes it.
// -EMSGSIZE: name or value (64 KiB) too long.
int event_log_stage_cursor(event_log_t *log, slice_t name, slice_t value,
                           failure_t *failure);

// Adds a dead letter to the next commit, unless one with the same raw bytes and
// reason, from any source, is already kept or staged: then *kept is false.
// `number` is ignored. -EMSGSIZE: raw over 64 MiB, or a text over 64 KiB.
int event_log_stage_reject(event_log_t *log, const event_log_reject_t *reject,
                           bool *kept, failure_t *failure);

// Makes everything staged durable as one unit: after a crash all of it is
// there, or none. It is on disk when this returns. On failure nothing counts as
// written, and every later commit fails alike until the log is reopened, so
// that a failed write can never be followed by a successful one. -EIO, -ENOSPC.
int event_log_commit(event_log_t *log, failure_t *failure);

// Moves data that is only in the write-ahead log to its final tables, where it
// takes less space; the log also opens faster. Useful before a long pause;
// nothing depends on it. Errors as for commit, but commits may follow.
int event_log_settle(event_log_t *log, failure_t *failure);

// Discards everything staged.
void event_log_rollback(event_log_t *log);

// Retention. Nothing may be staged: -EINVAL. Other errors as for commit.

// Drops all batches before the one that holds `offset`, durably; the newest
// batch always stays. Their files are deleted as soon as no reader uses them.
// The keys of events dropped at now_us expire with the first call whose now_us
// is later by margin_us and a 32nd part of it, whether or not that call drops
// anything. now_us is wall clock time.
int event_log_trim(event_log_t *log, uint64_t offset, int64_t now_us,
                   int64_t margin_us, failure_t *failure);

// Removes expired keys from disk, once they are a fair share of all keys:
// checks the next `keys` of them. 1: more to do; 0: nothing to do now.
int event_log_sweep(event_log_t *log, uint32_t keys, failure_t *failure);

// Drops the oldest dead letters: those received before until_us
// (EVENT_LOG_NO_TIME: at any time), and as many more as needed for the rest to
// take at most about `bytes` in files (the newest then stays). One call drops a
// bounded number. 1: more to do; 0: nothing to do now. -EUCLEAN: one is
// damaged.
int event_log_trim_rejects(event_log_t *log, uint64_t bytes, int64_t until_us,
                           failure_t *failure);

// Finds the lowest first offset of a batch from which heads and payloads take
// at most about `bytes` in files; data not yet in files does not count. At most
// the end.
int event_log_seek_bytes(event_log_t *log, uint64_t bytes, uint64_t *offset,
                         failure_t *failure);

// Reading.

// Copies a committed cursor. Returns its size; -ENOENT; -ENOBUFS: it is larger
// than `capacity`.
int64_t event_log_cursor(event_log_t *log, slice_t name, void *value,
                         size_t capacity, failure_t *failure);

// Calls `each` for every committed cursor whose name begins with `prefix`, in
// order of name. A non-zero result stops the scan and is returned.
int event_log_cursors(event_log_t *log, slice_t prefix,
                      int (*each)(void *context, slice_t name, slice_t value),
                      void *context, failure_t *failure);

// Finds the offsets of kept events whose keys begin with `prefix` and have
// `key_size` bytes in all, at most `capacity`. Returns their number, or a
// negative errno.
int event_log_find(event_log_t *log, slice_t prefix, size_t key_size,
                   uint64_t *offsets, size_t capacity, failure_t *failure);

// Finds the first offset of the first batch journaled at or after the time; the
// end if there is none.
int event_log_seek_journaled(event_log_t *log, int64_t time_us,
                             uint64_t *offset, failure_t *failure);

// Finds an offset before which no event has created_at >= the time, so that a
// search for such events can start there. The end if there is none.
int event_log_seek_created(event_log_t *log, uint32_t created_at,
                           uint64_t *offset, failure_t *failure);

// Calls `each` for dead letters with number < before, newest first, at most
// `limit`. A non-zero result stops the scan and is returned.
int event_log_rejects(event_log_t *log, uint64_t before, uint32_t limit,
                      int (*each)(void *context,
                                  const event_log_reject_t *reject),
                      void *context, failure_t *failure);

int event_log_stats(event_log_t *log, event_log_stats_t *stats);

#endif
