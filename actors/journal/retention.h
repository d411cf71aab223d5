// retention - how much of the log is kept, and when the rest is dropped.
//
// The configuration decides what may be dropped (log.retention-age,
// log.retention-bytes). It is dropped once the snapshots of all views cover it
// (actors/view_store/seal.h); its keys are forgotten log.dedupe-margin later.
// Dead letters are dropped by the same age, or by log.reject-bytes, at once: no
// view uses them.
//
// The log is dropped in steps of a fair part of it, so that snapshots,
// deletions and files are worth their cost. Age and size may exceed the
// settings by that part.
//
// Time      The wall clock at the start, then a clock that never jumps: setting
//           the wall clock wrong while octolog runs drops nothing.
// Errors    0 or a negative errno, always the log's. After an error the log
//           accepts no more, and the failure has the reason.
// Threads   One: the log's writer, between commits.

#ifndef OCTOLOG_ACTORS_JOURNAL_RETENTION_H
#define OCTOLOG_ACTORS_JOURNAL_RETENTION_H

#include "actors/config/config.h"
#include "log/event_log.h"
#include "proto/base/failure.h"

typedef struct {
    const config_t *config; // borrowed
    event_log_t *log;       // borrowed
    int64_t began_us;       // start, on the wall clock
    int64_t began_ms;       // the same moment on the other clock
    int64_t due_ms;
    uint64_t keep; // what lies before this offset may be dropped
    bool letters;  // there may be more dead letters to drop
} retention_t;

void retention_begin(retention_t *self, const config_t *config,
                     event_log_t *log, int64_t now_us, int64_t now_ms);

// Does what is due. `sealed`: the offset up to which the views no longer need
// the log. Nothing may be staged.
int retention_work(retention_t *self, int64_t now_ms, uint64_t sealed,
                   failure_t *failure);

// The new first offset to keep, given the current `keep`, the log's bounds, and
// the first offset wanted by the settings.
uint64_t retention_plan(uint64_t keep, uint64_t first, uint64_t end,
                        uint64_t wanted);

#endif
