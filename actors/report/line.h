// report_line - a report as one line of bytes. Pure: the time is passed in.
//
// Memory    Everything passed in is borrowed for the call.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_REPORT_LINE_H
#define OCTOLOG_ACTORS_REPORT_LINE_H

#include "actors/report/fact.h"

#include <stddef.h>

// What write(2) keeps whole in a pipe (PIPE_BUF).
#define REPORT_LINE_MAX 4096

typedef struct {
    int64_t time_us; // since 1970
    report_level_t level;
    const char *actor;
    int64_t pid;
    const char *message;
    const report_fact_t *facts; // ended by one without a name; NULL: none
    int priority;               // of syslog, before the line; -1: none
} report_entry_t;

// Writes the entry, its line feed included, and returns its bytes. `format` is
// not REPORT_AUTO. A message is cut where it takes over three quarters of the
// line; a fact that does not fit any more is left out.
size_t report_line(const report_entry_t *entry, report_format_t format,
                   char line[REPORT_LINE_MAX]);

#endif
