// log_verify - checks every byte of a log.
//
// It checks every block's checksum, the chain from the first batch to the end,
// that offsets are dense, that each event has its key and each key its event
// (kept, or dropped and not yet expired), the time indexes, the counters, the
// record of dropped batches, and the tail file.
//
// Threads   Any; on a log opened in either mode.

#ifndef OCTOLOG_LOG_LOG_VERIFY_H
#define OCTOLOG_LOG_LOG_VERIFY_H

#include "log/event_log.h"
#include "log/log_reader.h"

typedef struct {
    // Called with each batch, to do the checks that need proto/. Writes the
    // batch's keys to keys[0..count). Returns 0, or a negative errno with
    // *reason set to a constant text. NULL: keys are not compared.
    int (*batch)(void *context, const log_record_t *record, event_key_t *keys,
                 const char **reason);
    // Called for each problem, with one line that names the place.
    void (*problem)(void *context, const char *text);
    // Called from time to time with the offsets done and in all; may be NULL.
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
} log_verify_t;

// Returns the number of problems reported, or a negative errno if the check
// itself could not continue.
int64_t log_verify(event_log_t *log, const log_verify_t *verify);

#endif
