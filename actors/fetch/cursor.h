// fetch_cursor - where a source stands: what the next process must know.
//
// It is the opaque cursor of the source's batches, so it commits with the
// events that led to it (DESIGN "The source's cursor commits with the events").
//
// Coverage  A poll that shares no event with the accepted poll before it (when
//           both have some) has missed events between them: a gap. The cursor
//           keeps a 64-bit hash of each event of the last accepted poll. The
//           very first poll of a source has none before it: what it showed,
//           and was lost with a process killed before that was in the log, is
//           no gap that anything could tell of.
// Runs      Where the pages of a source are several lists one after the other
//           (fetch_kind_t.begins_list), each list is a run, and each run must
//           share an event with the last poll.
//
// Pure: values in, values out. The form is compact JSON, under
// BATCH_MAX_CURSOR_BYTES; unknown members are ignored, absent ones are zero.
//
// Errors    0 or a negative errno.
// Memory    The structs hold it all.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_FETCH_CURSOR_H
#define OCTOLOG_ACTORS_FETCH_CURSOR_H

#include "actors/fetch/headers.h"
#include "actors/fetch/kind.h"
#include "actors/fetch/page.h"
#include "proto/base/buffer.h"

// Three pages of 100: all that GitHub serves of a feed.
#define FETCH_CURSOR_KEYS_MAX 300

#define FETCH_CURSOR_RUNS_MAX 3 // a page each, at least

// Pages in a row of one list.
typedef struct {
    size_t first_key; // in the haul's keys
    uint32_t oldest;  // created_at
} fetch_run_t;

// What one poll has brought so far, over its pages.
typedef struct {
    char etag[FETCH_ETAG_MAX]; // of page 1
    char last_modified[FETCH_DATE_MAX];
    uint64_t keys[FETCH_CURSOR_KEYS_MAX]; // of the newest, repeats left out
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
    char moved[FETCH_URL_MAX];          // a 301 or 308 led here; empty: none
    uint64_t keys[FETCH_CURSOR_KEYS_MAX];
    size_t key_count;
    uint64_t polled_at_us; // last accepted answer; 0: none
    uint64_t interval_s;   // GitHub's poll interval; 0: unknown
    uint64_t newest;       // newest created_at of the last poll with events
    uint64_t polls;        // answered and accepted, 304 included
    uint64_t not_modified;
    uint64_t failures;
    uint64_t events;        // received, repeats included
    uint64_t compared;      // polls that had one to be compared with
    uint64_t gaps;          // of these, without overlap
    uint64_t last_gap_from; // created_at between which events may miss
    uint64_t last_gap_until;
} fetch_cursor_t;

// Adds a page of a source of that kind to the haul.
void fetch_haul_add(fetch_haul_t *haul, const fetch_page_t *page,
                    const fetch_kind_t *kind);

// Moves the cursor past a whole poll that was accepted. Returns whether there
// was a gap before it.
bool fetch_cursor_accept(fetch_cursor_t *cursor, const fetch_haul_t *haul);

// Counts a poll that was answered 304: all of it was seen before.
void fetch_cursor_unchanged(fetch_cursor_t *cursor);

// Share of compared polls that overlapped; -1 when none was compared.
double fetch_cursor_coverage(const fetch_cursor_t *cursor);

// Appends the cursor as JSON. -ENOMEM.
int fetch_cursor_write(const fetch_cursor_t *cursor, buffer_t *out);

// -EBADMSG: not a cursor; *cursor untouched. -ENOMEM is not told apart.
int fetch_cursor_read(fetch_cursor_t *cursor, slice_t text);

#endif
