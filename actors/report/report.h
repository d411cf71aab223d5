// report - one line to standard error for one fact, by whoever decides.
//
// Layers below actors never report; they return errors. What is reported is
// said once, as a sentence for people; facts say again, for programs, what
// they would have to pick from the sentence. A secret is never part of either.
//
//   auto     text on a terminal, else logfmt
//   text     2026-01-01T00:00:00.000Z warning supervisor: journal ended with
//   ... logfmt   time=2026-01-01T00:00:00.000Z level=warning actor=supervisor
//            pid=7 message="journal ended with ..." exit="signal 9" again_ms=50
//   json     {"time":"2026-01-01T00:00:00.000Z","level":"warning", ...}
//
// Whatever a sentence or a fact holds, a line is one line, and one that parses:
// control characters are escaped, what is no UTF-8 becomes U+FFFD, what is too
// long is cut. Where standard error is systemd's journal, a line begins with
// its priority ("<4>"), which the journal takes off.
//
// Repeats   One place in the code may report 20 times in 10 s; of what follows
//           within them only the number is told, by its next line (left_out).
//           Lines for debugging are not limited.
// Threads   Any; a line is written by one write(2) of at most 4096 bytes, so
//           that the lines of several processes do not mix in a pipe.

#ifndef OCTOLOG_ACTORS_REPORT_REPORT_H
#define OCTOLOG_ACTORS_REPORT_REPORT_H

#include "actors/report/fact.h"

// Lines above the level are dropped. REPORT_INFO and REPORT_AUTO at start.
void report_set_up(report_level_t level, report_format_t format);

// Reports a sentence: no capital at its head, no full stop, no line breaks.
// `format` is also the place that is limited: a literal.
void report(report_level_t level, const char *actor, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The same with facts, ended by one without a name.
void report_facts(report_level_t level, const char *actor,
                  const report_fact_t *facts, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
