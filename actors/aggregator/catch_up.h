// catch_up - how a reader of the log keeps up with it, as plain decisions.
//
// The journal's feed is a hint: it may start late, drop, or repeat. The log is
// the truth. So the reader takes a batch of the feed only if it goes on where
// the reader stands; else it asks the log for what it misses, until it meets
// the feed again. Batches are handled alike wherever they come from.
//
//     CHECKING   just started from a checkpoint: reading the batch before it,
//                to see that this is the log the checkpoint was made from
//     READING    asking the log, batch after batch. The owner leaves the feed
//                alone meanwhile: what it holds back is what comes next
//     FOLLOWING  living on the feed alone
//     BROKEN     what the reader holds cannot be continued with this log; the
//                reason says why. It must begin anew: with what is sealed, or
//                at the log's first offset
//
// A batch that holds offsets from before the position is taken from inside.
//
// Stamp     When the batch that ends at the position was journaled: tells two
//           logs apart that are long enough by chance.
// Memory    Values alone.
// Threads   One at a time. No clock: the owner says when time has run out.

#ifndef OCTOLOG_ACTORS_AGGREGATOR_CATCH_UP_H
#define OCTOLOG_ACTORS_AGGREGATOR_CATCH_UP_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    CATCH_UP_CHECKING,
    CATCH_UP_READING,
    CATCH_UP_FOLLOWING,
    CATCH_UP_BROKEN,
} catch_up_state_t;

typedef struct {
    catch_up_state_t state;
    uint64_t position;  // first offset not yet taken
    int64_t stamp_us;   // of the batch before it; 0 at offset 0
    uint64_t log_first; // as last heard
    uint64_t log_end;
    uint64_t answer_end; // end of the log in the answer being read
    bool asked;          // a question to the log is under way
    bool caught_up;      // has been at the end once
    const char *reason;  // when BROKEN
} catch_up_t;

// Begins at a checkpoint.
void catch_up_start(catch_up_t *self, uint64_t position, int64_t stamp_us);

// Whether to ask the log now, and from which offset. The owner then calls
// catch_up_asked().
bool catch_up_wants(const catch_up_t *self, uint64_t *from);
void catch_up_asked(catch_up_t *self);

// No answer came, or none that can be used: ask again.
void catch_up_failed(catch_up_t *self);

// An answer of the log came, and says that it holds [first, end). Its batches
// are then handed to catch_up_read(), one by one, and catch_up_answered() ends
// it.
void catch_up_answer(catch_up_t *self, uint64_t first, uint64_t end);
void catch_up_answered(catch_up_t *self);

// A batch [first, first + count) of the log, or of the feed. True: take its
// events from number *skip on, then call catch_up_taken().
bool catch_up_read(catch_up_t *self, uint64_t first, uint32_t count,
                   int64_t stamp_us, uint32_t *skip);
bool catch_up_feed(catch_up_t *self, uint64_t first, uint32_t count,
                   uint32_t *skip);
void catch_up_taken(catch_up_t *self, uint64_t first, uint32_t count,
                    int64_t stamp_us);

// The journal says that the log holds [first, end). It may be an old word.
void catch_up_heartbeat(catch_up_t *self, uint64_t first, uint64_t end);

#endif
