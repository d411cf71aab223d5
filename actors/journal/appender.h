// appender - turns a batch from a producer's bytes into staged rows of the log.
// The journal uses it, and so does an import without a journal.
//
// Knows batches (proto/) and the log; knows no socket and no clock.
//
// Order     A producer's batches are taken in the order of their numbers,
//           without gaps. A batch that arrives again is only acknowledged
//           again. A producer unknown to the log begins at its floor; so does
//           one that had more acknowledged than this log knows, because the log
//           was restored.
// Once      Events whose keys the log has are dropped and counted; the rest of
//           their batch is encoded again with the same origin. Events that the
//           producer left out are counted the same way, but only if the log has
//           the cursor they depend on (message.h, PUBLISH); if it has not, the
//           batch's cursor is not taken either.
// Unknown   An event whose type or action is a name without a code becomes a
//           dead letter if the log already has the maximum number of such names
//           (unknown_names.h).
// Together  Events, their keys, their source's cursor ("source:NAME"), the
//           producer's state ("producer:HEX16") and dead letters are committed
//           together.
// State     sequence, appended, duplicates, rejects, seen_at_us: five u64,
//           little-endian, for at most APPENDER_PRODUCERS_MAX producers. The
//           least recently seen ones are forgotten when others commit.
//
// Errors    0 or a negative errno, always the log's or -ENOMEM. After an error
//           the log accepts no more, and the failure has the reason. Bad input
//           is an outcome, not an error.
// Memory    Bytes passed in are borrowed. The caller bounds a group's size.
// Threads   One: the log's writer.

#ifndef OCTOLOG_ACTORS_JOURNAL_APPENDER_H
#define OCTOLOG_ACTORS_JOURNAL_APPENDER_H

#include "log/event_log.h"
#include "proto/base/failure.h"
#include "proto/base/slice.h"
#include "proto/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define APPENDER_PRODUCERS_MAX 1024

typedef struct appender appender_t;

// A batch as a producer publishes it.
typedef struct {
    message_publish_t publish;
    slice_t head;
    slice_t payload; // as built, or packed by payload_pack()
    // The unpacked payload, if the caller has it; empty: unpack it here.
    slice_t unpacked;
    slice_t rejects; // dead letters, a list of MESSAGE_REJECT; may be empty
} appender_input_t;

typedef enum {
    APPENDER_STAGED,   // will be on disk after the next commit
    APPENDER_REPEATED, // already in the log; acknowledge it again
    APPENDER_EARLY,    // an earlier batch is missing; ignored
    APPENDER_BAD,      // damaged or out of bounds (*reason); ignored
} appender_outcome_t;

// A producer as the log knows it.
typedef struct {
    uint64_t id;
    uint64_t sequence; // of the last batch taken
    uint64_t appended; // events since its first batch
    uint64_t duplicates;
    uint64_t rejects; // dead letters kept
    int64_t seen_at_us;
    bool changed;  // differs from what the log holds
    bool answered; // false: an acknowledgement is due
    bool whole; // all batches of its poll were taken since the log was opened
    bool stale; // the log lacks a cursor that a batch in this group needs
} appender_producer_t;

// Loads the producers' states. The log must outlive it.
int appender_new(appender_t **appender, event_log_t *log, failure_t *failure);
void appender_destroy(appender_t **appender);

// Stages one batch. now_us is its time of journaling, unless the last batch in
// the log has a later one.
int appender_take(appender_t *appender, const appender_input_t *input,
                  int64_t now_us, appender_outcome_t *outcome,
                  const char **reason, failure_t *failure);

// Makes everything staged durable.
int appender_commit(appender_t *appender, failure_t *failure);

// The committed heads of the group's batches that have events, in order; valid
// until the next appender_take().
size_t appender_heads(const appender_t *appender);
slice_t appender_head(const appender_t *appender, size_t i);

// The next producer to acknowledge after a commit; NULL: no more.
const appender_producer_t *appender_next_answer(appender_t *appender);

// NULL: unknown producer.
const appender_producer_t *appender_find(appender_t *appender,
                                         uint64_t producer);

#endif
