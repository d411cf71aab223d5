// message - the messages between octolog's processes.
//
// A message is one ZeroMQ frame: version, kind, then the kind's fields in the
// order of its struct (proto/README.md, "Messages"). Lists are slices that hold
// messages, each after its length. Bulk data (heads, payloads) is sent in
// separate frames beside the message.
//
// The sockets (B binds, C connects; names are endpoints of
// actors/config/config.h):
//
//   ingest      SUB  B journal        PUB  C producers: fetcher, import
//               [PUBLISH] [head] [payload] [list of REJECT]
//               the payload is raw, or one zstd frame
//   feed        XPUB B journal        SUB  C aggregators, api, producers
//               ["E"]               [head]           a committed batch
//               ["A" producer hex16] [ACK]           to that producer
//               ["H"]               [HEARTBEAT]      idle, or just subscribed
//               On a subscription to "A..." or "H" the journal sends one at
//               once, which shows the subscriber that it is in effect.
//   log         REP  B journal        REQ  C readers of history
//               LOG_READ -> LOG_BATCHES + frames; LOG_SEEK -> LOG_OFFSET; ...
//               and C aggregators: SEALED -> DONE
//   admin-log   REP  B journal        REQ  C backup: LOG_CHECKPOINT -> DONE
//   view-NAME   ROUTER B aggregator   REQ  C api     VIEW_STATUS_ASK -> AS_OF,
//               VIEW_QUESTION -> VIEW_ANSWER
//   admin-NAME  REP  B aggregator     REQ  C replay: VIEW_DIGEST, VIEW_ADOPT
//   fetcher     REP  B fetcher        REQ  C api: SOURCES -> list of SOURCE
//   beats       PULL B supervisor     PUSH C every actor: BEAT
//   supervisor  REP  B supervisor     REQ  C api, status: ACTORS -> ACTOR list
//
// Any request may be answered by FAILURE; one that cannot be decoded always is.
//
// Errors    0 or a negative errno. Decoding is safe for any bytes: it neither
//           crashes nor reads beyond them.
// Memory    A decoded message borrows the bytes it was decoded from.
// Threads   Any.

#ifndef OCTOLOG_PROTO_MESSAGE_H
#define OCTOLOG_PROTO_MESSAGE_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"

#include <stdbool.h>
#include <stdint.h>

#define MESSAGE_VERSION 3

// Topics of the feed.
#define MESSAGE_TOPIC_BATCH     "E"
#define MESSAGE_TOPIC_ACK       "A" // then the producer as 16 hex digits
#define MESSAGE_TOPIC_HEARTBEAT "H"

// The answer to a request that failed.
typedef struct {
    uint32_t code; // a positive errno: EAGAIN, EINVAL, EIO, ...
    slice_t text;  // one line for people
} message_failure_t;

// producer -> journal, before the parts of a batch. The batch's head names the
// producer and the sequence.
//
// A producer may leave out events that it knows to be in the log. The journal
// checks this: `base` is the mark (batch_cursor_mark()) of the source's cursor
// that was committed with these events. If the log has another cursor, because
// it was restored or is new, the journal does not count the events left out and
// does not store the batch's cursor, which covers them; ACK reports it.
typedef struct {
    uint64_t floor;    // the producer's lowest unacknowledged sequence
    uint64_t base;     // mark that left_out and cursor depend on; 0: none
    uint32_t left_out; // events not in the batch: duplicates
    uint8_t continues; // 1: its cursor also covers the previous batch
} message_publish_t;

// producer -> journal, in the list beside a batch; journal -> api in REJECTS.
typedef struct {
    uint64_t number;        // of the dead letter; 0 until the log gives one
    int64_t received_at_us; // when it was received from its source
    slice_t source;
    slice_t reason;
    slice_t raw;
} message_reject_t;

// journal -> producer. All batches up to `sequence` are on disk. The totals
// count this producer's events since its first batch.
typedef struct {
    uint64_t sequence;   // 0: no batch yet
    uint64_t appended;   // events
    uint64_t duplicates; // events dropped because the log had them
    uint64_t rejects;    // dead letters kept
    uint64_t end;        // of the log now
    uint8_t stale;       // 1: the log lacks the base of a batch (PUBLISH)
} message_ack_t;

// journal -> all.
typedef struct {
    uint64_t first;  // first offset kept
    uint64_t end;    // first offset not yet written
    uint64_t number; // increases, so that an outdated one is recognised
    uint64_t keep;   // earlier events may be dropped: snapshots must reach it
} message_heartbeat_t;

// reader -> journal: asks for the batches that hold offsets [from, until).
typedef struct {
    uint64_t from;
    uint64_t until;      // UINT64_MAX: up to the end
    uint32_t max_events; // at least one batch is sent if there is one
    uint32_t max_bytes;  // of all frames; the journal has a cap as well
    uint8_t payload;     // 1: each head is followed by its payload
} message_log_read_t;

// journal -> reader, followed by `batches` heads, or pairs of head and payload.
// The first batch may begin before `from`. first > from: the events between
// were dropped.
typedef struct {
    uint64_t next;  // read from here to continue
    uint64_t first; // first offset kept
    uint64_t end;
    uint32_t batches;
} message_log_batches_t;

// reader -> journal: asks where to start reading for a time. By the time of
// journaling: the first batch journaled at or after it. By created_at: an
// offset before which no event has created_at >= `time_us`.
typedef struct {
    uint8_t by_created_at; // 1: time of the event; 0: time of journaling
    int64_t time_us;
} message_log_seek_t;

// journal -> reader.
typedef struct {
    uint64_t offset;
    uint64_t end;
} message_log_offset_t;

// reader -> journal: asks for the offsets of events with this GitHub id ->
// LOG_OFFSETS.
typedef struct {
    uint64_t id;
} message_log_find_t;

// journal -> reader: a list of LOG_OFFSET, each with the same end. Few events
// share a GitHub id; created_at distinguishes them.
typedef struct {
    slice_t offsets;
} message_log_offsets_t;

// aggregator -> journal "log": its view has sealed the log up to here, on disk
// (actors/view_store/seal.h) -> DONE with the first offset kept. In LOG_STATS,
// too.
typedef struct {
    slice_t view;
    uint64_t offset; // 0: nothing
} message_sealed_t;

// journal -> reader, for LOG_STATS (which has no fields).
typedef struct {
    uint64_t first;
    uint64_t end;
    uint64_t events;            // kept: end - first
    uint64_t bytes;             // on disk, all files
    uint64_t duplicates;        // dropped since the log began
    uint64_t rejects;           // dead letters kept
    uint64_t rejected;          // since the log began
    uint32_t oldest_created_at; // 0 when empty
    uint32_t newest_created_at;
    int64_t first_journaled_at_us;
    int64_t last_journaled_at_us;
    uint32_t dropped_created_at; // newest of the dropped events; 0: none
    int64_t retention_age_s;     // settings; 0: no limit
    uint64_t retention_bytes;
    uint64_t reject_bytes;
    int64_t dedupe_margin_s;
    uint64_t keep;  // as in HEARTBEAT
    slice_t sealed; // list of SEALED, one per configured view
} message_log_stats_t;

// reader -> journal: asks for the cursors whose names begin with `prefix` ->
// LOG_CURSOR_LIST.
typedef struct {
    slice_t prefix;
} message_log_cursors_t;

typedef struct {
    slice_t cursors; // list of LOG_CURSOR
} message_log_cursor_list_t;

typedef struct {
    slice_t name; // "source:NAME" or "producer:HEX16"
    slice_t value;
} message_log_cursor_t;

// reader -> journal: asks for dead letters, newest first -> REJECTS.
typedef struct {
    uint64_t before; // only lower numbers; UINT64_MAX: from the newest
    uint32_t limit;
} message_log_rejects_t;

typedef struct {
    uint64_t total;  // kept
    uint64_t first;  // number of the oldest kept; if none is, of the next
    slice_t rejects; // list of REJECT
} message_rejects_t;

// The position of a view, in each of its answers.
typedef struct {
    uint64_t offset;  // first offset not yet applied
    uint64_t log_end; // first offset not yet written, as last reported
    uint8_t fresh;    // 1: a recent report of the journal
    uint64_t since;   // events before this offset are not in the view; mostly 0
} message_as_of_t;

// api -> aggregator. The view's folder defines its questions, and the bytes of
// questions and answers (actors/views/view.h).
typedef struct {
    slice_t name; // of the question: "series"
    slice_t body;
} message_view_question_t;

// aggregator -> api.
typedef struct {
    message_as_of_t as_of;
    slice_t body;
} message_view_answer_t;

// aggregator admin -> client, for VIEW_DIGEST_ASK (which has no fields): the
// digest of the view at its checkpoint.
typedef struct {
    uint64_t offset;      // the checkpoint
    uint64_t digest_high; // XXH3-128 over the rows in key order
    uint64_t digest_low;
    uint64_t rows;
} message_view_digest_t;

// replay -> aggregator admin: close the current generation and serve this one.
typedef struct {
    slice_t generation; // name of a folder beside the one in use
} message_view_adopt_t;

// The answer to a request that returns nothing else.
typedef struct {
    uint64_t offset; // the sender's checkpoint now
} message_done_t;

// fetcher -> api, one per source.
typedef struct {
    slice_t name;         // the URL asked for
    slice_t state;        // "polling", "waiting", "denied", "rate limited", ...
    slice_t error;        // of the last poll; empty when it went well
    uint32_t last_status; // HTTP; 0: none yet, or no answer
    int64_t last_poll_at_us; // 0: never
    int64_t next_poll_at_us;
    int64_t last_event_at_us; // newest created_at received
    uint32_t poll_interval_s;
    int64_t quota_limit;     // -1: unknown
    int64_t quota_remaining; // -1: unknown
    int64_t quota_reset_at_us;
    uint64_t polls;
    uint64_t not_modified; // answers 304
    uint64_t failures;
    uint64_t events;          // received, repeats included
    uint64_t gaps;            // polls without overlap with the one before
    int64_t last_gap_from_us; // events created in this range may be missing
    int64_t last_gap_until_us;
    double coverage; // share of polls that overlapped; -1: none yet
} message_source_t;

typedef struct {
    slice_t sources; // list of SOURCE
} message_sources_t;

// actor -> supervisor, a few times a second.
typedef struct {
    slice_t name;
    uint64_t pid;
    slice_t state;   // "starting", "catching up", "live", "draining", ...
    uint64_t offset; // an actor's own position in the log; end for the journal
    uint64_t end;    // the end of the log, as last reported
} message_beat_t;

// supervisor -> api, status.
typedef struct {
    slice_t name;
    uint64_t pid;  // 0: not running
    slice_t state; // as in BEAT, or "restarting", "failed", "stopped"
    uint64_t restarts;
    int64_t started_at_us;
    int64_t last_beat_at_us;
    uint64_t offset;
    uint64_t end;
    slice_t last_exit; // "signal 9", "exit 1"; empty: it never exited
} message_actor_t;

typedef struct {
    slice_t actors; // list of ACTOR
} message_actors_t;

// Requests without fields: LOG_STATS_ASK, VIEW_DIGEST_ASK, SOURCES_ASK,
// ACTORS_ASK, VIEW_STATUS_ASK (answered by AS_OF), LOG_CHECKPOINT (answered by
// DONE, with the end of the log when the checkpoint began).
//
// Missing numbers belonged to messages that are gone: never reuse one.
typedef enum {
    MESSAGE_FAILURE = 1,
    MESSAGE_DONE = 2,
    MESSAGE_PUBLISH = 3,
    MESSAGE_REJECT = 4,
    MESSAGE_ACK = 5,
    MESSAGE_HEARTBEAT = 6,
    MESSAGE_LOG_READ = 7,
    MESSAGE_LOG_BATCHES = 8,
    MESSAGE_LOG_SEEK = 9,
    MESSAGE_LOG_OFFSET = 10,
    MESSAGE_LOG_FIND = 11,
    MESSAGE_LOG_OFFSETS = 12,
    MESSAGE_LOG_STATS_ASK = 13,
    MESSAGE_LOG_STATS = 14,
    MESSAGE_LOG_CURSORS = 15,
    MESSAGE_LOG_CURSOR_LIST = 16,
    MESSAGE_LOG_CURSOR = 17,
    MESSAGE_LOG_REJECTS = 18,
    MESSAGE_REJECTS = 19,
    MESSAGE_VIEW_STATUS_ASK = 20,
    MESSAGE_AS_OF = 21,
    MESSAGE_VIEW_DIGEST_ASK = 28,
    MESSAGE_VIEW_DIGEST = 29,
    MESSAGE_VIEW_ADOPT = 30,
    MESSAGE_SOURCES_ASK = 31,
    MESSAGE_SOURCES = 32,
    MESSAGE_SOURCE = 33,
    MESSAGE_BEAT = 34,
    MESSAGE_ACTORS_ASK = 35,
    MESSAGE_ACTORS = 36,
    MESSAGE_ACTOR = 37,
    MESSAGE_SEALED = 46,
    MESSAGE_LOG_CHECKPOINT = 47,
    MESSAGE_VIEW_QUESTION = 48,
    MESSAGE_VIEW_ANSWER = 49,
    MESSAGE_KINDS // one past the last
} message_kind_t;

typedef struct {
    message_kind_t kind;
    union {
        message_failure_t failure;
        message_done_t done;
        message_publish_t publish;
        message_reject_t reject;
        message_ack_t ack;
        message_heartbeat_t heartbeat;
        message_log_read_t log_read;
        message_log_batches_t log_batches;
        message_log_seek_t log_seek;
        message_log_offset_t log_offset;
        message_log_find_t log_find;
        message_log_offsets_t log_offsets;
        message_sealed_t sealed;
        message_log_stats_t log_stats;
        message_log_cursors_t log_cursors;
        message_log_cursor_list_t log_cursor_list;
        message_log_cursor_t log_cursor;
        message_log_rejects_t log_rejects;
        message_rejects_t rejects;
        message_as_of_t as_of;
        message_view_question_t view_question;
        message_view_answer_t view_answer;
        message_view_digest_t view_digest;
        message_view_adopt_t view_adopt;
        message_sources_t sources;
        message_source_t source;
        message_beat_t beat;
        message_actors_t actors;
        message_actor_t actor;
    };
} message_t;

// Appends the encoded message to *out, which records that memory ran out.
void message_encode(const message_t *message, buffer_t *out);

// Decodes a message. -EBADMSG: not a message, too short, too long, or an
// unknown kind. -ENOTSUP: another version. *message is untouched on failure.
int message_decode(message_t *message, slice_t bytes);

// Writes the topic of a producer's acknowledgements, and reads the producer
// from a topic; false: it is not such a topic.
#define MESSAGE_ACK_TOPIC_BYTES 17
void message_ack_topic(uint64_t producer,
                       char topic[MESSAGE_ACK_TOPIC_BYTES + 1]);
bool message_ack_producer(slice_t topic, uint64_t *producer);

// The negative errno of a FAILURE; -EIO if its code is not an errno.
int message_failure_error(const message_failure_t *failure);

// Lists: message_list_add() appends an item; message_list_next() takes the next
// one, which must be of that kind, off the front. 1: *item is set; 0: the end
// of the list. -EBADMSG: an item of another kind. A damaged list gives the
// errors of message_decode(). List and item are untouched on failure.
void message_list_add(buffer_t *list, const message_t *item);
int message_list_next(slice_t *list, message_kind_t kind, message_t *item);

#endif
