// report - one line to standard error, in logfmt, by whoever decides.
//
// Layers below actors never report; they return errors.
// Threads   Any; a line is written by one write(2).

#ifndef OCTOLOG_ACTORS_REPORT_H
#define OCTOLOG_ACTORS_REPORT_H

typedef enum {
    REPORT_ERROR,
    REPORT_WARNING,
    REPORT_INFO,
    REPORT_DEBUG
} report_level_t;

// Lines above this level are dropped; REPORT_INFO at start.
void report_set_level(report_level_t level);

// time=2026-01-01T00:00:00.000Z level=info actor=journal text="..."
// Control characters and quotes in the text are escaped. At most 2 KB.
void report(report_level_t level, const char *actor, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
