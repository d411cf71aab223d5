// log_check - checks every byte of a log, down to each event's columns.
//
// What log_verify.h checks, and that each batch is whole, says the offset it is
// stored under, and holds columns and keys that are those of its JSON.
//
// Errors    As log_verify().
// Threads   One.

#ifndef OCTOLOG_TOOLS_COMMAND_LOG_CHECK_H
#define OCTOLOG_TOOLS_COMMAND_LOG_CHECK_H

#include "log/event_log.h"

typedef struct {
    // Called for each thing found wrong, with one line that names the place.
    void (*problem)(void *context, const char *text);
    // Called now and then with offsets done and to do.
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
    // Found by the check.
    uint64_t events, batches;
} log_check_t;

// Returns how many problems were reported, or a negative errno, with the words
// in event_log_reason(), when the check itself could not go on.
int64_t log_check(event_log_t *log, log_check_t *check);

#endif
