// report - writes one line to standard error for one event.
//
// Code below the actors never reports; it returns errors, and the caller that
// decides what to do reports, once. A report is a sentence for people. Facts
// repeat, for programs, the values they would otherwise have to parse out of
// the sentence. Neither ever contains a secret.
//
//   auto     text on a terminal, else logfmt
//   text     2026-01-01T00:00:00.000Z warning supervisor: journal ended with...
//   logfmt   time=2026-01-01T00:00:00.000Z level=warning actor=supervisor pid=7
//            message="journal ended with ..." exit="signal 9" again_ms=50
//   json     {"time":"2026-01-01T00:00:00.000Z","level":"warning", ...}
//
// A report is always exactly one line that parses: control characters are
// escaped, invalid UTF-8 becomes U+FFFD, and text that is too long is cut. If
// standard error is systemd's journal, the line begins with its priority
// ("<4>"), which the journal removes.
//
// Repeats   One place in the code may report 20 times in 10 s. Further lines
//           are only counted; its next line says how many (left_out).
//           Debug lines are not limited.
// Threads   Any. A line is written with one write(2) of at most 4096 bytes, so
//           the lines of several processes do not mix in a pipe.

#ifndef OCTOLOG_ACTORS_REPORT_REPORT_H
#define OCTOLOG_ACTORS_REPORT_REPORT_H

#include "actors/report/fact.h"

// Lines less severe than `level` are dropped. The defaults are REPORT_INFO and
// REPORT_AUTO.
void report_set_up(report_level_t level, report_format_t format);

// Reports a sentence: lower case at the start, no full stop, no line breaks.
// `format` must be a literal: its address identifies the place for the limit.
void report(report_level_t level, const char *actor, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The same with facts; the last one has no name (REPORT_FACTS).
void report_facts(report_level_t level, const char *actor,
                  const report_fact_t *facts, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
