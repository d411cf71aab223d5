// catch_up - how a reader keeps up with the log, as a state machine on values.
//
// The journal's feed is a hint: it may start late, drop, or repeat messages.
// The log is the truth. So the reader takes a batch from the feed only if it
// begins at the reader's position; otherwise it asks the log for what it lacks
// until it reaches the feed again. Batches from both are handled the same way.
//
//     CHECKING   just started from a checkpoint: reading the batch before it to
//                verify that the checkpoint was made from this log
//     READING    asking the log, batch after batch. Meanwhile the owner does
//                not read the feed, which holds back what comes next
//     FOLLOWING  taking batches from the feed only
//     BROKEN     the reader's state does not continue with this log; the reason
//                says why. It must start over: from its snapshot, or at the
//                log's first offset
//
// If a batch begins before the position, its events from there on are taken.
//
// Stamp     When the batch that ends at the position was journaled. Tells logs
//           apart that happen to have the same length.
// Memory    No allocations.
// Threads   One at a time. No clock: the owner says when an answer is overdue.

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
    uint64_t log_first; // as of the last message
    uint64_t log_end;
    uint64_t answer_end; // end of the log in the answer being read
    bool asked;          // a question to the log is in progress
    bool caught_up;      // has reached the log's end once
    const char *reason;  // when BROKEN
} catch_up_t;

// Starts at a checkpoint.
void catch_up_start(catch_up_t *self, uint64_t position, int64_t stamp_us);

// Whether to ask the log now, and from which offset. The owner then asks and
// calls catch_up_asked().
bool catch_up_wants(const catch_up_t *self, uint64_t *from);
void catch_up_asked(catch_up_t *self);

// No usable answer arrived: ask again.
void catch_up_failed(catch_up_t *self);

// An answer of the log arrived and says that the log holds [first, end). Pass
// its batches to catch_up_read() one by one, then call catch_up_answered().
void catch_up_answer(catch_up_t *self, uint64_t first, uint64_t end);
void catch_up_answered(catch_up_t *self);

// A batch [first, first + count) from the log, or from the feed. True: take its
// events from index *skip on, then call catch_up_taken().
bool catch_up_read(catch_up_t *self, uint64_t first, uint32_t count,
                   int64_t stamp_us, uint32_t *skip);
bool catch_up_feed(catch_up_t *self, uint64_t first, uint32_t count,
                   uint32_t *skip);
void catch_up_taken(catch_up_t *self, uint64_t first, uint32_t count,
                    int64_t stamp_us);

// A heartbeat says that the log holds [first, end). It may be an old one.
void catch_up_heartbeat(catch_up_t *self, uint64_t first, uint64_t end);

#endif
