// report_line - formats a report as one line. Pure: the time is passed in.
//
// Memory    All arguments are borrowed for the call.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_REPORT_LINE_H
#define OCTOLOG_ACTORS_REPORT_LINE_H

#include "actors/report/fact.h"

#include <stddef.h>

// The most that write(2) writes to a pipe atomically (PIPE_BUF).
#define REPORT_LINE_MAX 4096

typedef struct {
    int64_t time_us; // since 1970
    report_level_t level;
    const char *actor;
    int64_t pid;
    const char *message;
    const report_fact_t *facts; // ended by one without a name; NULL: none
    int priority;               // syslog priority to prefix; -1: none
} report_entry_t;

// Writes the entry with its line feed and returns the number of bytes. `format`
// must not be REPORT_AUTO. A message is cut at three quarters of the line; a
// fact that no longer fits is left out.
size_t report_line(const report_entry_t *entry, report_format_t format,
                   char line[REPORT_LINE_MAX]);

#endif
