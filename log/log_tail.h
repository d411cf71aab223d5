// log_tail - a small file beside RocksDB that records the end of the log.
//
// It detects a RocksDB that comes back with less than was acknowledged. Two
// slots are written in turn, so that a torn write leaves the other one intact.
// log/FORMAT.md explains why it needs no fsync.
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
    int damaged; // slots with invalid bytes
} log_tail_t;

// Reads the newest valid slot. -ENOENT: no such file, or an empty one.
// -EUCLEAN: the file has bytes, but no valid slot. Other errors are those of
// open() and read().
int log_tail_read(const char *path, log_tail_t *tail);

// Opens the file for log_tail_write(), creates it if it is missing, and writes
// *tail to it, with an fsync this once. Returns the descriptor.
int log_tail_open(const char *path, const log_tail_t *tail);

// Writes *tail to the slot of tail->commits.
int log_tail_write(int fd, const log_tail_t *tail);

#endif
