// retention - how much of the log is kept, and when the rest goes.
//
// Decides by the configuration what may go (log.retention-age,
// log.retention-bytes), and drops of it what every view has sealed
// (actors/view_store/seal.h). Then it forgets the keys of what went,
// log.dedupe-margin later. Dead letters go by the same age, and by
// log.reject-bytes, at once: no view knows of them.
//
// In steps: what may go moves on when it is a fair part of the log, so that
// seals, deletions and files are worth their while. Age and size are kept
// within that part.
//
// Time      That of the wall when it began, from then on by a clock that never
//           jumps: a clock set wrong while octolog runs drops nothing.
// Errors    0 or a negative errno, always the log's: after one it takes no
//           more, and event_log_reason() has the words.
// Threads   One: the log's writer, between commits.

#ifndef OCTOLOG_ACTORS_JOURNAL_RETENTION_H
#define OCTOLOG_ACTORS_JOURNAL_RETENTION_H

#include "actors/config/config.h"
#include "log/event_log.h"

typedef struct {
    const config_t *config; // borrowed
    event_log_t *log;       // borrowed
    int64_t began_us;       // by the wall's clock
    int64_t began_ms;       // at the same moment, by the other one
    int64_t due_ms;
    uint64_t keep; // what lies before may go
    bool letters;  // there may be more dead letters to drop
} retention_t;

void retention_begin(retention_t *self, const config_t *config,
                     event_log_t *log, int64_t now_us, int64_t now_ms);

// Does what is due. `sealed`: up to where the views can do without the log.
// Nothing may be staged.
int retention_work(retention_t *self, int64_t now_ms, uint64_t sealed);

// Where the log is to begin, given `keep` so far, the log's bounds, and the
// first offset that the settings want.
uint64_t retention_plan(uint64_t keep, uint64_t first, uint64_t end,
                        uint64_t wanted);

#endif
