// event_log_private - the internals of an event_log_t; only for log/.

#ifndef OCTOLOG_LOG_EVENT_LOG_PRIVATE_H
#define OCTOLOG_LOG_EVENT_LOG_PRIVATE_H

#include "log/event_log_types.h"
#include "log/log_format.h"
#include "log/log_store.h"
#include "log/log_tail.h"
#include "proto/base/failure.h"
#include "proto/base/key_set.h"
#include "proto/base/payload_pack.h"

#include <stdatomic.h>

struct event_log {
    event_log_mode_t mode;
    char *path;
    log_store_t store;
    // Any thread reads; the writer's thread writes.
    _Atomic uint64_t first;
    _Atomic uint64_t end;
    // The writer's thread only.
    int lock_fd; // -1 in READ mode, like tail_fd
    int tail_fd;
    log_tail_t tail;       // as last read or written
    bool tail_missing;     // when opened
    uint64_t format;       // of the database, when opened
    log_state_t committed; // on disk
    log_state_t staged;    // after a commit of everything staged
    log_trim_t trim;       // committed
    log_trim_t staged_trim;
    event_key_t sweep_from; // start of the next sweep; size 0: not begun
    uint64_t sweep_until;   // it removes keys of offsets before this; 0: none
    rocksdb_writebatch_t *batch; // everything staged
    key_set_t staged_keys;
    key_set_t staged_rejects; // by digest
    key_set_t asked;          // within one event_log_seen()
    payload_pack_t pack;      // of the payload being staged
    int failed;               // the errno of all commits after a failed one
};

// In the family LOG_META.
#define EVENT_LOG_STATE_KEY  "state"
#define EVENT_LOG_TRIM_KEY   "trim"
#define EVENT_LOG_FORMAT_KEY "format"

// Reads the committed state from the database. Any thread.
int event_log_get_state(const event_log_t *log, log_state_t *state,
                        failure_t *failure);

// Reads the record of what was dropped from the database; all zeros if nothing
// was. Any thread.
int event_log_get_trim(const event_log_t *log, log_trim_t *trim,
                       failure_t *failure);

// 0, or -EINVAL: retention comes between commits.
int event_log_check_nothing_staged(const event_log_t *log, failure_t *failure);

// The approximate bytes in files from `from` on; never more for a later one.
typedef int event_log_size_from_t(event_log_t *log, uint64_t from,
                                  uint64_t *bytes, failure_t *failure);

// Finds the lowest in [low, high] from which it takes at most `bytes`; `high`
// if there is no lower one.
int event_log_bisect_bytes(event_log_t *log, event_log_size_from_t *size_from,
                           uint64_t low, uint64_t high, uint64_t bytes,
                           uint64_t *at, failure_t *failure);

// Stages one entry.
void event_log_put(event_log_t *log, log_family_t family, const void *key,
                   size_t key_bytes, const void *value, size_t value_bytes);

// Decodes the offset in a value of an index. -EUCLEAN.
int event_log_get_offset(const event_log_t *log, slice_t value,
                         uint64_t *offset, failure_t *failure);

// Whether its disk has room for RocksDB to work on: 0 or -ENOSPC.
int event_log_check_room(const event_log_t *log, failure_t *failure);

// Finds the record whose batch holds `offset`, or else the last before it.
// `scan` is over LOG_HEAD and is left on that record. 1: found; 0: none;
// -EUCLEAN, -EIO.
int event_log_find_head(const event_log_t *log, rocksdb_iterator_t *scan,
                        uint64_t offset, uint64_t *first, log_frame_t *frame,
                        failure_t *failure);

#endif
