// tail - tracks the end of the log, wakes live streams when it grows, and
// counts them.
//
// One thread listens to the journal's feed for all streams. Its messages are
// only hints, because a feed can drop some: a stream reads the log itself, and
// does so now and then even if no message came.
//
// Errors    0 or a negative errno.
// Threads   One owner creates, stops and destroys it. All other calls: any
//           thread.

#ifndef OCTOLOG_API_ASK_TAIL_H
#define OCTOLOG_API_ASK_TAIL_H

#include "actors/config/config.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct tail tail_t;

// config must outlive the object. -ENOMEM, or the error of connecting to the
// feed.
int tail_new(tail_t **tail, const config_t *config);

// All streams must have left.
void tail_destroy(tail_t **tail);

// Sets *end to the first offset not yet written, as last heard. false: the
// journal has been silent for too long (actor_hears()), so *end may be old.
bool tail_end(tail_t *tail, uint64_t *end);

// Reports an end of the log that the caller learned elsewhere. Lower ones are
// ignored.
void tail_learn(tail_t *tail, uint64_t end);

// Adds a stream. false: there are already http.streams, or the tail is stopped.
// After true, the caller must call tail_leave() when the stream ends.
bool tail_join(tail_t *tail);
void tail_leave(tail_t *tail);

// The number of streams.
int tail_streams(tail_t *tail);

// Waits until the log is known to hold the offset, at most timeout_ms. false:
// the tail is stopped, and the stream must end.
bool tail_wait(tail_t *tail, uint64_t offset, int timeout_ms);

// Wakes all waiting streams and makes every later wait return false at once.
void tail_stop(tail_t *tail);

#endif
