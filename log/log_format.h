// log_format - encodes the log's keys and values, as described in
// log/FORMAT.md. Change both together, by the procedure given there.
//
// Errors    Decoding returns -EUCLEAN for invalid bytes; outputs untouched.
// Memory    Allocates nothing; callers provide the arrays.
// Threads   Any. No disk, no clock, no RocksDB.

#ifndef OCTOLOG_LOG_LOG_FORMAT_H
#define OCTOLOG_LOG_LOG_FORMAT_H

#include "log/event_log_types.h"

#define LOG_FORMAT_VERSION 2

#define LOG_OFFSET_BYTES   8  // a key of head and payload, a value of keys
#define LOG_FRAME_BYTES    40 // in front of each head
#define LOG_STATE_BYTES    104
#define LOG_TIME_KEY_BYTES 9 // at most
#define LOG_LETTER_BYTES   9
#define LOG_DIGEST_BYTES   17

// XXH3-128 over everything ever appended, up to some offset.
typedef struct {
    uint64_t low;
    uint64_t high;
} log_chain_t;

// The log's record of a batch, in front of its head.
typedef struct log_frame {
    uint32_t count;
    uint32_t created_min;
    uint32_t created_max;
    uint32_t payload_bytes;
    int64_t journaled_at_us;
    log_chain_t chain; // this batch included
} log_frame_t;

// The record of the whole log, rewritten by each commit.
typedef struct {
    uint64_t commits; // so far
    uint64_t first;
    uint64_t end;
    log_chain_t first_chain; // of everything before first
    log_chain_t chain;       // of everything before end
    uint64_t duplicates;
    uint64_t rejects;       // kept
    uint64_t reject_number; // of the newest; 0: none yet
    uint32_t created_min;   // over all batches; 0 when empty
    uint32_t created_max;
    int64_t first_journaled_at_us;
    int64_t last_journaled_at_us;
} log_state_t;

// A time at which batches were dropped, and the first offset kept since.
typedef struct {
    int64_t at_us;
    uint64_t first;
} log_mark_t;

#define LOG_TRIM_MARKS      64
#define LOG_TRIM_HEAD_BYTES 24
// The largest record of what was dropped.
#define LOG_TRIM_BYTES (LOG_TRIM_HEAD_BYTES + LOG_TRIM_MARKS * 16)

// What was dropped, and how long its keys are remembered.
typedef struct {
    uint64_t expired;     // keys of offsets before this count as unseen
    uint64_t swept;       // keys of offsets before this are no longer stored
    uint32_t created_max; // of all dropped batches
    uint32_t count;
    log_mark_t marks[LOG_TRIM_MARKS]; // `count` of them; both fields increase
} log_trim_t;

static inline bool log_chain_equal(log_chain_t a, log_chain_t b)
{
    return a.low == b.low && a.high == b.high;
}

// The chain after the batch at `offset`; frame->chain itself is not read.
log_chain_t log_chain_next(log_chain_t before, uint64_t offset,
                           const log_frame_t *frame, slice_t head,
                           slice_t payload);

void log_frame_encode(const log_frame_t *frame, uint8_t out[LOG_FRAME_BYTES]);

// Splits a value of the head family. *head borrows it.
int log_frame_decode(slice_t value, log_frame_t *frame, slice_t *head);

void log_state_encode(const log_state_t *state, uint8_t out[LOG_STATE_BYTES]);
int log_state_decode(slice_t value, log_state_t *state);

// Returns the size.
size_t log_trim_encode(const log_trim_t *trim, uint8_t out[LOG_TRIM_BYTES]);
int log_trim_decode(slice_t value, log_trim_t *trim);

// Records that everything before `first` was dropped at at_us; times never run
// backwards. All drops within one of LOG_TRIM_STEPS parts of the margin share
// one mark, at the end of that part: keys live a little longer, never shorter.
// So there is always space for a mark, unless the margin has changed: then the
// newest mark is extended.
void log_trim_mark(log_trim_t *trim, int64_t at_us, uint64_t first,
                   int64_t margin_us);
#define LOG_TRIM_STEPS 32

// Removes the marks up to and including until_us; their keys expire. Returns
// whether there were any.
bool log_trim_expire(log_trim_t *trim, int64_t until_us);

// Integers: big-endian in keys, so that RocksDB sorts them by value;
// little-endian in values.
void log_put_be(uint8_t *out, uint64_t value, size_t bytes);
uint64_t log_get_be(const void *data, size_t bytes);
uint8_t *log_put_le64(uint8_t *out, uint64_t value); // returns the end
uint64_t log_get_le64(const void *data);

// Keys of the time family. These return the size.
size_t log_journaled_key(uint8_t out[LOG_TIME_KEY_BYTES], int64_t time_us);
size_t log_created_key(uint8_t out[LOG_TIME_KEY_BYTES], uint32_t created_at);

// Keys of the reject family: a letter by number, and its number by digest.
void log_letter_key(uint8_t out[LOG_LETTER_BYTES], uint64_t number);
void log_digest_key(uint8_t out[LOG_DIGEST_BYTES],
                    const event_log_reject_t *reject);

// The value of a dead letter: a header, then source, reason, raw.
#define LOG_LETTER_HEADER_BYTES 16
void log_letter_header(const event_log_reject_t *reject,
                       uint8_t out[LOG_LETTER_HEADER_BYTES]);
int log_letter_decode(slice_t value, event_log_reject_t *reject);

#endif
