// log_check - checks every byte of a log, down to each event's columns.
//
// Checks all that log_verify.h does, and that each batch is intact, states the
// offset it is stored under, and has columns and keys that match its JSON.
//
// Errors    Those of log_verify().
// Threads   One.

#ifndef OCTOLOG_TOOLS_COMMAND_LOG_CHECK_H
#define OCTOLOG_TOOLS_COMMAND_LOG_CHECK_H

#include "log/event_log.h"

typedef struct {
    // Called for each problem, with one line that names the place.
    void (*problem)(void *context, const char *text);
    // Called now and then with the offsets checked so far and in total.
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
    // How much was checked.
    uint64_t events, batches;
} log_check_t;

// Returns the number of problems reported, or a negative errno if the check
// itself failed; event_log_reason() then says why.
int64_t log_check(event_log_t *log, log_check_t *check);

#endif
