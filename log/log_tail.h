// log_tail - the small file beside RocksDB that remembers the end of the log.
//
// It is the witness against a RocksDB that comes back with less than was
// acknowledged. Two slots are written in turn, so that a torn write leaves the
// other one. log/FORMAT.md says why it needs no fsync.
//
// Errors    0 or a negative errno; outputs untouched on failure.
// Threads   One at a time; another process may read while one writes.

#ifndef OCTOLOG_LOG_LOG_TAIL_H
#define OCTOLOG_LOG_LOG_TAIL_H

#include "log/log_format.h"

typedef struct {
    uint64_t commits; // of the log so far; its parity is the slot
    uint64_t end;
    log_chain_t chain;
    int damaged; // slots that hold bytes which are not a slot
} log_tail_t;

// Reads the newest good slot. -ENOENT: no such file, or an empty one.
// -EUCLEAN: bytes, but no good slot. Other errors are those of open and read.
int log_tail_read(const char *path, log_tail_t *tail);

// Opens the file, made where it is missing, for log_tail_write(), and writes
// *tail there, fsynced this once. Returns the descriptor.
int log_tail_open(const char *path, const log_tail_t *tail);

// Writes *tail into the slot of tail->commits.
int log_tail_write(int fd, const log_tail_t *tail);

#endif
