// replay_publish - publishes a range of the log in the format of the journal's
// feed.
//
//     ["E"] [head]         each batch of the range, or the part of it that is
//                          in the range, at its own offset
//     ["H"] [HEARTBEAT]    at the end: where the range of the log ends
//
// Nothing is dropped: a slow subscriber slows the replay down. A part of a
// batch is encoded again, without the lengths of its events' JSON.
//
// Errors    0 or a negative errno; the reason is one line.
// Threads   The caller's.

#ifndef OCTOLOG_TOOLS_REPLAY_REPLAY_PUBLISH_H
#define OCTOLOG_TOOLS_REPLAY_REPLAY_PUBLISH_H

#include "actors/config/config.h"
#include "proto/base/failure.h"
#include "tools/command/replay_range.h"

typedef struct replay_publish replay_publish_t;

// Binds the endpoint that config calls "replay". speed: how many times faster
// than the events were created; 0: no limit.
int replay_publish_new(replay_publish_t **self, const config_t *config,
                       double speed);

// Sends what is left, for at most 30 s, and frees.
void replay_publish_destroy(replay_publish_t **self);

// Waits for a subscriber to batches.
int replay_publish_await(replay_publish_t *self);

// Sends the range; *events becomes the number of events sent.
int replay_publish_send(replay_publish_t *self, event_log_t *log,
                        const replay_range_t *range,
                        command_progress_t *progress, uint64_t *events,
                        failure_t *failure);

#endif
