// fetch_cursor - the position of a source: what the next process must know.
//
// It is the opaque cursor in the source's batches, so it is committed together
// with the events that led to it.
//
// Coverage  If a poll has no event in common with the accepted poll before it
//           (and both have events), events between them were missed: a gap. The
//           cursor keeps a 64-bit hash of each event of the last accepted poll.
//           The first poll of a source has no predecessor: if the process is
//           killed before that poll is in the log, the events it lost cannot be
//           detected.
// Runs      If the pages of a source form several lists one after the other
//           (fetch_kind_t.begins_list), each list is a run, and each run must
//           have an event in common with the last poll.
//
// Pure: values in, values out. The format is compact JSON, smaller than
// BATCH_MAX_CURSOR_BYTES; unknown members are ignored, missing ones are zero.
//
// Errors    0 or a negative errno.
// Memory    No allocations; the structs contain everything.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_FETCH_CURSOR_H
#define OCTOLOG_ACTORS_FETCH_CURSOR_H

#include "actors/fetch/headers.h"
#include "actors/fetch/kind.h"
#include "actors/fetch/page.h"
#include "proto/base/buffer.h"

// Three pages of 100: all that GitHub serves of a feed.
#define FETCH_CURSOR_KEYS_MAX 300

#define FETCH_CURSOR_RUNS_MAX 3 // each has at least one page

// Consecutive pages of one list.
typedef struct {
    size_t first_key; // in the haul's keys
    uint32_t oldest;  // created_at
} fetch_run_t;

// What the pages of one poll have brought so far.
typedef struct {
    char etag[FETCH_ETAG_MAX]; // of page 1
    char last_modified[FETCH_DATE_MAX];
    uint64_t keys[FETCH_CURSOR_KEYS_MAX]; // of the newest, without repeats
    size_t key_count;
    fetch_run_t runs[FETCH_CURSOR_RUNS_MAX];
    size_t run_count;
    int list_state;  // of fetch_kind_t.begins_list
    uint32_t newest; // created_at; 0 without events
    uint64_t events; // elements received
} fetch_haul_t;

typedef struct {
    char etag[FETCH_ETAG_MAX];          // for If-None-Match; empty: none
    char last_modified[FETCH_DATE_MAX]; // for If-Modified-Since
    char moved[FETCH_URL_MAX];          // target of a 301 or 308; empty: none
    uint64_t keys[FETCH_CURSOR_KEYS_MAX];
    size_t key_count;
    uint64_t polled_at_us; // last accepted response; 0: none
    uint64_t interval_s;   // GitHub's poll interval; 0: unknown
    uint64_t newest;       // newest created_at of the last poll with events
    uint64_t polls;        // accepted, including 304
    uint64_t not_modified;
    uint64_t failures;
    uint64_t events;        // received, including repeats
    uint64_t compared;      // polls compared with the one before
    uint64_t gaps;          // of these, polls without overlap
    uint64_t last_gap_from; // created_at; events between these may be missing
    uint64_t last_gap_until;
} fetch_cursor_t;

// Adds a page of a source of this kind to the haul.
void fetch_haul_add(fetch_haul_t *haul, const fetch_page_t *page,
                    const fetch_kind_t *kind);

// Advances the cursor past a complete, accepted poll. Returns whether there is
// a gap before it.
bool fetch_cursor_accept(fetch_cursor_t *cursor, const fetch_haul_t *haul);

// Counts a poll answered with 304: nothing is new.
void fetch_cursor_unchanged(fetch_cursor_t *cursor);

// The share of compared polls that overlapped; -1: none was compared.
double fetch_cursor_coverage(const fetch_cursor_t *cursor);

// Appends the cursor as JSON. -ENOMEM.
int fetch_cursor_write(const fetch_cursor_t *cursor, buffer_t *out);

// -EBADMSG: not a cursor, or out of memory; *cursor is unchanged.
int fetch_cursor_read(fetch_cursor_t *cursor, slice_t text);

#endif
