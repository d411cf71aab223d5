// fetch_headers - parses the headers of GitHub's responses from raw lines.
//
// Lines are untrusted: a value that is too long, not a number, or out of range
// counts as absent. If a header is repeated, the last one counts.
//
// Pure: no network, no clock.
//
// Errors    None.
// Memory    No allocations; lines are borrowed for the call.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_FETCH_HEADERS_H
#define OCTOLOG_ACTORS_FETCH_HEADERS_H

#include "actors/fetch/url.h"
#include "proto/base/slice.h"

#include <stdbool.h>
#include <stdint.h>

#define FETCH_ETAG_MAX 256
#define FETCH_DATE_MAX 64

// Longer waits than a day in a response are shortened to a day.
#define FETCH_WAIT_MAX_S 86400

typedef struct {
    char etag[FETCH_ETAG_MAX]; // strings are empty when absent
    char last_modified[FETCH_DATE_MAX];
    char next[FETCH_URL_MAX];     // Link rel=next
    char location[FETCH_URL_MAX]; // of a redirect
    char sunset[FETCH_DATE_MAX];
    bool deprecation;
    int64_t date_s; // Date, seconds since 1970; numbers are -1 when absent
    int64_t poll_interval_s; // at most FETCH_WAIT_MAX_S
    int64_t retry_after_s;   // the same; from now, if given in seconds
    int64_t retry_at_s;      // since 1970, if given as a date
    int64_t limit;           // X-RateLimit-Limit
    int64_t remaining;       // X-RateLimit-Remaining
    int64_t limit_reset_s;   // X-RateLimit-Reset, since 1970
} fetch_headers_t;

// Sets everything to absent.
void fetch_headers_clear(fetch_headers_t *headers);

// Takes one line, with or without its line end. A status line ("HTTP/...")
// begins a new response: headers of an interim one are discarded.
void fetch_headers_line(fetch_headers_t *headers, slice_t line);

// How long to wait until `at_s`, a time on the server's clock. Uses the
// server's Date, so that our clock does not matter; without a Date uses
// `wall_s`. 0 if the time has passed, at most FETCH_WAIT_MAX_S.
int64_t fetch_headers_until_s(const fetch_headers_t *headers, int64_t at_s,
                              int64_t wall_s);

// The wait requested by Retry-After; -1: none.
int64_t fetch_headers_retry_s(const fetch_headers_t *headers, int64_t wall_s);

#endif
