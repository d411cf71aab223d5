// message - everything octolog's processes say to each other.
//
// One message is one ZeroMQ frame: version, kind, then the kind's fields in
// the order of its struct (proto/README.md, "Messages"). Lists are slices of
// messages, each with its length before it. Bulk data (heads, payloads) are
// frames of their own beside the message.
//
// The sockets (B binds, C connects; names are endpoints of
// actors/config/config.h):
//
//   ingest      SUB  B journal        PUB  C producers: fetcher, import
//               [PUBLISH] [head] [payload] [list of REJECT]
//               the payload as it is, or as one zstd frame
//   feed        XPUB B journal        SUB  C aggregators, api, producers
//               ["E"]               [head]           a committed batch
//               ["A" producer hex16] [ACK]           to that producer
//               ["H"]               [HEARTBEAT]      idle, or just subscribed
//               Subscribing to "A..." or "H" makes the journal send one at
//               once: who has received it knows that the subscription stands.
//   log         REP  B journal        REQ  C everyone who reads history
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
// Any request may be answered by FAILURE. A request that cannot be decoded is.
//
// Errors    0 or a negative errno. Whatever the bytes, decoding neither
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
#define MESSAGE_TOPIC_ACK       "A" // and the producer as 16 hex digits
#define MESSAGE_TOPIC_HEARTBEAT "H"

// The answer to any request that could not be served.
typedef struct {
    uint32_t code; // a positive errno: EAGAIN, EINVAL, EIO, ...
    slice_t text;  // one line for a person
} message_failure_t;

// producer -> journal, before a batch's parts. The batch's own head says who
// and which number.
//
// A producer may leave out events that it knows the log to have. How it knows
// is the log's to check: `base` stands for the cursor (batch_cursor_mark())
// that its source then has in the log, which committed with these events. In a
// log that has another one, restored or new, what was left out is not counted,
// and the batch's own cursor, which speaks for it, is not taken: ACK says so.
typedef struct {
    uint64_t floor;    // the producer's lowest unacknowledged sequence
    uint64_t base;     // what left_out and cursor rest on; 0: on nothing
    uint32_t left_out; // events not in the batch: duplicates
    uint8_t continues; // 1: its cursor speaks for the batch before it, too
} message_publish_t;

// producer -> journal, in the list beside a batch; journal -> api in REJECTS.
typedef struct {
    uint64_t number;        // its place among the dead letters; 0 before
    int64_t received_at_us; // when its source gave it
    slice_t source;
    slice_t reason;
    slice_t raw;
} message_reject_t;

// journal -> producer. All up to `sequence` is on disk; the totals count what
// became of this producer's events since its first batch.
typedef struct {
    uint64_t sequence;   // 0: nothing yet, welcome
    uint64_t appended;   // events
    uint64_t duplicates; // events dropped because the log had them
    uint64_t rejects;    // dead letters kept
    uint64_t end;        // of the log now
    uint8_t stale;       // 1: it lacks what a batch rested on (PUBLISH)
} message_ack_t;

// journal -> all.
typedef struct {
    uint64_t first;  // first offset kept
    uint64_t end;    // first offset not yet written
    uint64_t number; // counts up, so that a late one is recognised
    uint64_t keep;   // what lies before may be dropped: views seal up to here
} message_heartbeat_t;

// reader -> journal: batches that hold offsets [from, until).
typedef struct {
    uint64_t from;
    uint64_t until;      // UINT64_MAX: up to the end
    uint32_t max_events; // at least one batch is sent if there is one
    uint32_t max_bytes;  // of all frames together; the journal has a cap, too
    uint8_t payload;     // 1: each head is followed by its payload
} message_log_read_t;

// journal -> reader, followed by `batches` heads, or head and payload pairs.
// The first batch may begin before `from`. first > from: what lies between is
// no longer kept.
typedef struct {
    uint64_t next;  // ask from here for more
    uint64_t first; // first offset kept
    uint64_t end;
    uint32_t batches;
} message_log_batches_t;

// reader -> journal: the first offset at or after which everything with a time
// >= `time_us` lies (by created_at: nothing that late lies before it).
typedef struct {
    uint8_t by_created_at; // 1: the event's time; 0: the time of journaling
    int64_t time_us;
} message_log_seek_t;

// journal -> reader.
typedef struct {
    uint64_t offset;
    uint64_t end;
} message_log_offset_t;

// reader -> journal: where events of this GitHub id lie -> LOG_OFFSETS.
typedef struct {
    uint64_t id;
} message_log_find_t;

// journal -> reader: a list of LOG_OFFSET (end repeated in each).
// A GitHub id names at most a few events, told apart by created_at.
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
    uint32_t dropped_created_at; // newest of those dropped; 0: none was
    int64_t retention_age_s;     // settings; 0: without a bound
    uint64_t retention_bytes;
    uint64_t reject_bytes;
    int64_t dedupe_margin_s;
    uint64_t keep;  // as in HEARTBEAT
    slice_t sealed; // list of SEALED, one a configured view
} message_log_stats_t;

// reader -> journal: cursors whose name begins so -> LOG_CURSOR_LIST.
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

// reader -> journal: dead letters, newest first -> REJECTS.
typedef struct {
    uint64_t before; // only numbers below; UINT64_MAX: from the newest
    uint32_t limit;
} message_log_rejects_t;

typedef struct {
    uint64_t total;  // kept in all
    uint64_t first;  // number of the oldest of them, or of the first to come
    slice_t rejects; // list of REJECT
} message_rejects_t;

// Where a view stands, in each of its answers.
typedef struct {
    uint64_t offset;  // first offset not yet applied
    uint64_t log_end; // first offset not yet written, as last heard
    uint8_t fresh;    // 1: the journal was heard from lately
    uint64_t since;   // events before this offset are not in the view; mostly 0
} message_as_of_t;

// api -> aggregator. Which questions a view answers, and what the bytes of
// them and of their answers are, is said in its folder (actors/views/view.h).
typedef struct {
    slice_t name; // of the question: "series"
    slice_t body;
} message_view_question_t;

// aggregator -> api.
typedef struct {
    message_as_of_t as_of;
    slice_t body;
} message_view_answer_t;

// anyone -> aggregator admin, no fields: digest of the state at its checkpoint.
typedef struct {
    uint64_t offset;      // the checkpoint
    uint64_t digest_high; // XXH3-128 over the rows in key order
    uint64_t digest_low;
    uint64_t rows;
} message_view_digest_t;

// replay -> aggregator admin: close yours, serve this generation from now on.
typedef struct {
    slice_t generation; // name of a folder beside the one in use
} message_view_adopt_t;

// The answer to a request that asks for nothing but success.
typedef struct {
    uint64_t offset; // the answerer's checkpoint now
} message_done_t;

// fetcher -> api, one a source.
typedef struct {
    slice_t name;  // the URL asked for
    slice_t state; // "polling", "waiting", "denied", "rate limited", ...
    slice_t error; // of the last poll; empty when it went well
    uint32_t last_status;    // HTTP; 0: none yet, or no answer
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
    int64_t last_gap_from_us; // created_at between which events may miss
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
    uint64_t end;    // the log's end as last heard
} message_beat_t;

// supervisor -> api, status.
typedef struct {
    slice_t name;
    uint64_t pid;  // 0: not running
    slice_t state; // the actor's own word, or "restarting", "failed", "stopped"
    uint64_t restarts;
    int64_t started_at_us;
    int64_t last_beat_at_us;
    uint64_t offset;
    uint64_t end;
    slice_t last_exit; // "signal 9", "exit 1"; empty: never ended
} message_actor_t;

typedef struct {
    slice_t actors; // list of ACTOR
} message_actors_t;

// Requests without fields: LOG_STATS_ASK, VIEW_DIGEST_ASK, SOURCES_ASK,
// ACTORS_ASK, VIEW_STATUS_ASK (answered by AS_OF), LOG_CHECKPOINT (answered by
// DONE, with the end of the log when the checkpoint began).
//
// Numbers that are not here were those of other messages once: never reuse one.
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

// Appends the encoded message to *out; out of memory shows in the buffer.
void message_encode(const message_t *message, buffer_t *out);

// -EBADMSG: not a message, too short, too long, or an unknown kind; -ENOTSUP:
// a newer version. *message untouched then.
int message_decode(message_t *message, slice_t bytes);

// The topic of a producer's acknowledgements, and the producer whose topic it
// is; false: it is no such topic.
#define MESSAGE_ACK_TOPIC_BYTES 17
void message_ack_topic(uint64_t producer,
                       char topic[MESSAGE_ACK_TOPIC_BYTES + 1]);
bool message_ack_producer(slice_t topic, uint64_t *producer);

// The negative errno that a FAILURE tells; -EIO for a code that is none.
int message_failure_error(const message_failure_t *failure);

// Lists: append one item to a list under construction, and take the next one,
// which must be of that kind, off a received list. next returns 1 with an item,
// 0 at the end, or where the list is damaged what message_decode() says,
// -EBADMSG for another kind; list and item stay as they were then.
void message_list_add(buffer_t *list, const message_t *item);
int message_list_next(slice_t *list, message_kind_t kind, message_t *item);

#endif
