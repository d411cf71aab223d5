// event_log_t - the values that are written to a log and read from it.
//
// Memory    Slices and keys are borrowed.

#ifndef OCTOLOG_LOG_EVENT_LOG_TYPES_H
#define OCTOLOG_LOG_EVENT_LOG_TYPES_H

#include "proto/base/event_key.h"
#include "proto/base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVENT_LOG_NO_TIME  INT64_MIN
#define EVENT_LOG_NAME_MAX 1100                       // of a cursor
#define EVENT_LOG_PART_MAX ((size_t)64 * 1024 * 1024) // head or payload

typedef struct event_log event_log_t;

typedef enum {
    EVENT_LOG_WRITE, // the only writer; creates the log if there is none
    EVENT_LOG_READ,  // the log as of its opening; a writer may be active
    // The same, opened in half the time or less: without payloads and the keys
    // of events, and without detecting damage in their files.
    EVENT_LOG_READ_HEADS,
} event_log_mode_t;

// Memory limits. Zero selects the default.
typedef struct {
    size_t cache_bytes;        // block cache, default 64 MiB
    size_t write_buffer_bytes; // unflushed writes, default 64 MiB in all
    int background_threads;    // flush and compaction, default 2
} event_log_options_t;

// One batch to append. `first` is the offset stamped into its bytes, so that
// bytes and log cannot disagree.
typedef struct {
    uint64_t first; // must be event_log_staged_end()
    uint32_t count; // events; 0: the batch only counts duplicates
    slice_t head;
    slice_t payload;
    slice_t packed; // payload by payload_pack(); empty: the log packs it
    const event_key_t *keys; // count of them
    int64_t journaled_at_us; // not before that of the previous batch
    uint32_t created_min;    // seconds; of its events
    uint32_t created_max;
    uint64_t duplicates; // dropped by the caller, to be counted
} event_log_batch_t;

// A dead letter: input that is not an event, and the reason.
typedef struct {
    uint64_t number; // assigned by the log, from 1
    int64_t received_at_us;
    slice_t source;
    slice_t reason;
    slice_t raw;
} event_log_reject_t;

typedef struct {
    uint64_t first;
    uint64_t end;
    uint64_t bytes;             // on disk, approximately
    uint64_t duplicates;        // dropped since the log began
    uint64_t rejects;           // dead letters kept: the newest ones
    uint64_t rejected;          // since the log began: number of the newest
    uint32_t oldest_created_at; // of all ever appended; 0 if empty
    uint32_t newest_created_at;
    uint32_t dropped_created_at;   // newest of the dropped events; 0: none
    int64_t first_journaled_at_us; // 0 if empty
    int64_t last_journaled_at_us;
} event_log_stats_t;

#endif
