// appender - what becomes of a batch: from a producer's bytes to staged rows
// of the log. The journal and an import without a journal both append by it.
//
// Knows batches (proto/) and the log; knows no socket and no clock.
//
// Order      A producer's batches are taken in the order of their numbers,
//            without gaps; one that comes again is only to be acknowledged
//            again. A producer the log does not know begins at its floor, and
//            so does one that had more acknowledged than this log knows: it was
//            restored.
// Once       Events whose keys the log has are dropped and counted; the rest
//            of their batch is encoded anew, with the same origin. What a
//            producer left out is counted alike, and only if the log has what
//            that rests on (message.h, PUBLISH); if not, the batch's cursor is
//            not taken either.
// Strange    An event whose type or action is a name without a code, and one
//            more than the log may hold (actors/journal/unknown_names.h), is
//            made a dead letter.
// Together   Events, their keys, their source's cursor ("source:NAME"), the
//            producer's state ("producer:HEX16") and dead letters go in one
//            commit.
// State      sequence, appended, duplicates, rejects, seen_at_us: five u64,
//            little-endian, of at most APPENDER_PRODUCERS_MAX producers; those
//            not seen for longest are forgotten in the commits of others.
//
// Errors    0 or a negative errno, always the log's or -ENOMEM: after one the
//           log takes no more and event_log_reason() has the words. Bad input
//           is no error but an outcome.
// Memory    Bytes passed in are borrowed. A group is bounded by its caller.
// Threads   One: the log's writer.

#ifndef OCTOLOG_ACTORS_JOURNAL_APPENDER_H
#define OCTOLOG_ACTORS_JOURNAL_APPENDER_H

#include "log/event_log.h"
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
    // What a packed payload is packed of, where the caller packed it itself;
    // empty: it is unpacked here.
    slice_t unpacked;
    slice_t rejects; // list of MESSAGE_REJECT, may be empty
} appender_input_t;

typedef enum {
    APPENDER_STAGED,   // will be on disk after the next commit
    APPENDER_REPEATED, // is there already; to be acknowledged again
    APPENDER_EARLY,    // one before it is missing; ignored
    APPENDER_BAD,      // damaged or out of bounds; *reason says how; ignored
} appender_outcome_t;

// A producer as the log knows it.
typedef struct {
    uint64_t id;
    uint64_t sequence; // of its last batch taken
    uint64_t appended; // events, since its first batch
    uint64_t duplicates;
    uint64_t rejects; // dead letters kept
    int64_t seen_at_us;
    bool changed;  // differs from what the log holds
    bool answered; // false: an acknowledgement is due
    bool whole;    // all batches of its poll were taken since the log is open
    bool stale;    // of this group: the log lacks what one rested on
} appender_producer_t;

// Loads the producers' states. The log must outlive it.
int appender_new(appender_t **appender, event_log_t *log);
void appender_destroy(appender_t **appender);

// Stages one batch. now_us: the time of journaling, unless the log's last one
// is later.
int appender_take(appender_t *appender, const appender_input_t *input,
                  int64_t now_us, appender_outcome_t *outcome,
                  const char **reason);

// Makes everything staged durable.
int appender_commit(appender_t *appender);

// The heads, as committed, of the group's batches that hold events, in order;
// valid until the next appender_take().
size_t appender_heads(const appender_t *appender);
slice_t appender_head(const appender_t *appender, size_t i);

// The next producer to be acknowledged after a commit; NULL: no more.
const appender_producer_t *appender_next_answer(appender_t *appender);

// NULL when it is unknown.
const appender_producer_t *appender_find(appender_t *appender,
                                         uint64_t producer);

#endif
