// log_checkpoint - a copy of a log, made while it is written.
//
// PATH/checkpoint/ becomes a log of its own (log/FORMAT.md), of one moment: all
// that was committed before is in it. Files that RocksDB never changes again
// are hard links, so it takes little time and room. It is only there to be
// taken away: whoever asked for it holds it by flock(2) on that folder, and
// renames or copies and removes it. One that nobody holds was forgotten, and
// goes when the log is opened for writing, or with the next checkpoint.
//
// Errors    0 or a negative errno, with the words in event_log_reason(). The
//           log itself is not touched by a failure.
// Threads   Any, beside the one that appends; one at a time makes checkpoints
//           of a log.

#ifndef OCTOLOG_LOG_LOG_CHECKPOINT_H
#define OCTOLOG_LOG_LOG_CHECKPOINT_H

#include "log/event_log_types.h"

// What identifies a log up to its end: two with the same identity hold the
// same.
typedef struct {
    uint64_t commits;
    uint64_t first; // offset kept
    uint64_t end;
    uint64_t chain_high; // of everything before end (log/FORMAT.md)
    uint64_t chain_low;
} log_identity_t;

// What is committed now.
int log_identify(event_log_t *log, log_identity_t *identity);

// Makes it, of a log opened for writing; durable when it returns. *end: all
// events before are in it. -EBUSY: the one before is still held. -ENOSPC, -EIO.
int log_checkpoint_make(event_log_t *log, uint64_t *end);

#endif
