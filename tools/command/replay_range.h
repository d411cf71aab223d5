// replay_range - a range of events in the log, and a walk over them.
//
// Bounds by offset are exact, even inside a batch. Bounds by time apply to
// created_at and are exact to the event, wherever it is in the log. An event
// must be within both.
//
// Errors    0 or a negative errno; the reason is one line that names the place.
// Memory    Borrowed. One batch at a time is in memory.
// Threads   The caller's.

#ifndef OCTOLOG_TOOLS_COMMAND_REPLAY_RANGE_H
#define OCTOLOG_TOOLS_COMMAND_REPLAY_RANGE_H

#include "log/event_log.h"
#include "proto/base/failure.h"
#include "proto/batch/batch.h"
#include "tools/command/command.h"

typedef struct {
    uint64_t from; // offsets [from, until)
    uint64_t until;
    uint64_t time_from; // created_at in [time_from, time_until)
    uint64_t time_until;
} replay_range_t;

// All of the log.
extern const replay_range_t replay_range_all;

// Whether it has no bounds; whether it contains every event before `until`.
bool replay_range_is_all(const replay_range_t *range);
bool replay_range_is_prefix(const replay_range_t *range);

// Whether the log still holds all events of the range, that is, no dropped
// event can have been in it.
bool replay_range_is_kept(const replay_range_t *range, event_log_t *log);

// Called with events [from, until) of a batch, from < until. A return value
// other than 0 ends the walk, which returns it.
typedef int replay_each_t(void *context, const batch_t *batch, uint32_t from,
                          uint32_t until);

// Calls `each` for every run of events of the range, in order of offset.
// -EUCLEAN: the log is damaged. `progress` may be NULL.
int replay_range_walk(event_log_t *log, const replay_range_t *range,
                      replay_each_t *each, void *context,
                      command_progress_t *progress, failure_t *failure);

#endif
