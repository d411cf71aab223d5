// log_checkpoint - a copy of a log, made while it is written.
//
// PATH/checkpoint/ becomes a separate log (log/FORMAT.md) with everything
// committed up to one moment. Files that RocksDB never changes again are hard
// links, so it takes little time and space. It must be moved away: the process
// that requested it locks the folder with flock(2), then renames it, or copies
// and removes it. A checkpoint that is not locked was abandoned; it is removed
// when the log is opened for writing, or by the next checkpoint.
//
// Errors    0 or a negative errno, and in the failure the reason. The
//           log itself is not touched by a failure.
// Threads   Any, also while another appends; one checkpoint of a log at a time.

#ifndef OCTOLOG_LOG_LOG_CHECKPOINT_H
#define OCTOLOG_LOG_LOG_CHECKPOINT_H

#include "log/event_log_types.h"
#include "proto/base/failure.h"

// Identifies the content of a log up to its end: logs with the same identity
// have the same content.
typedef struct {
    uint64_t commits;
    uint64_t first; // offset kept
    uint64_t end;
    uint64_t chain_high; // of everything before end (log/FORMAT.md)
    uint64_t chain_low;
} log_identity_t;

// What is committed now.
int log_identify(event_log_t *log, log_identity_t *identity,
                 failure_t *failure);

// Makes a checkpoint of a log that is open for writing; it is durable when this
// returns and has all events before *end. -EBUSY: the previous one is still
// locked. -ENOSPC, -EIO.
int log_checkpoint_make(event_log_t *log, uint64_t *end, failure_t *failure);

#endif
