// tail - knows where the log ends, tells the streams that it has grown, and
// counts them.
//
// One thread listens to the journal's feed for all of them. What it hears is a
// hint, for a feed may drop: a stream reads the log itself, and looks there now
// and then even when nothing was heard.
//
// Errors    0 or a negative errno.
// Threads   One owner makes, stops and destroys it; all else is any thread's.

#ifndef OCTOLOG_API_ASK_TAIL_H
#define OCTOLOG_API_ASK_TAIL_H

#include "actors/config/config.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct tail tail_t;

// config is borrowed for the object's life. -ENOMEM, or why the feed cannot be
// connected to.
int tail_new(tail_t **tail, const config_t *config);

// No stream may be left.
void tail_destroy(tail_t **tail);

// *end becomes the first offset not yet written, as last heard. false: the
// journal was silent for too long (actor_hears()), so that nobody knows.
bool tail_end(tail_t *tail, uint64_t *end);

// Somebody else says that the log has grown to `end`.
void tail_learn(tail_t *tail, uint64_t end);

// One stream more. false: there are http.streams of them already, or it is
// stopped. tail_leave() must follow a true.
bool tail_join(tail_t *tail);
void tail_leave(tail_t *tail);

// How many there are.
int tail_streams(tail_t *tail);

// Waits until the log is said to hold the offset, for timeout_ms at most.
// false: it is stopped, and the stream must end.
bool tail_wait(tail_t *tail, uint64_t offset, int timeout_ms);

// Ends all waiting, for good.
void tail_stop(tail_t *tail);

#endif
