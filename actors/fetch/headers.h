// fetch_headers - what GitHub's answer headers say, from their raw lines.
//
// Lines are untrusted: a value that is too long, no number, or out of range
// is as if it were absent. The last of several equal headers counts.
//
// Pure: no network, no clock.
//
// Errors    None.
// Memory    The struct holds it all; lines are borrowed for the call.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_FETCH_HEADERS_H
#define OCTOLOG_ACTORS_FETCH_HEADERS_H

#include "actors/fetch/url.h"
#include "proto/base/slice.h"

#include <stdbool.h>
#include <stdint.h>

#define FETCH_ETAG_MAX 256
#define FETCH_DATE_MAX 64

// No wait that an answer asks for is taken to be longer than a day.
#define FETCH_WAIT_MAX_S 86400

typedef struct {
    char etag[FETCH_ETAG_MAX]; // texts are empty when absent
    char last_modified[FETCH_DATE_MAX];
    char next[FETCH_URL_MAX];     // Link rel=next
    char location[FETCH_URL_MAX]; // of a redirect
    char sunset[FETCH_DATE_MAX];
    bool deprecation;
    int64_t date_s; // Date, seconds since 1970; numbers are -1 when absent
    int64_t poll_interval_s; // FETCH_WAIT_MAX_S at most
    int64_t retry_after_s;   // the same; from now, when given as seconds
    int64_t retry_at_s;      // since 1970, when given as a date
    int64_t limit;           // X-RateLimit-Limit
    int64_t remaining;       // X-RateLimit-Remaining
    int64_t limit_reset_s;   // X-RateLimit-Reset, since 1970
} fetch_headers_t;

// All absent.
void fetch_headers_clear(fetch_headers_t *headers);

// Takes one line, with or without its line end. A status line ("HTTP/...")
// begins a new answer: what an interim one said is forgotten.
void fetch_headers_line(fetch_headers_t *headers, slice_t line);

// How long to wait until `at_s` (a time of the server's) by the server's own
// Date, so that our clock does not matter; `wall_s` stands in for a Date that
// is absent. 0 when it is past, FETCH_WAIT_MAX_S at most.
int64_t fetch_headers_until_s(const fetch_headers_t *headers, int64_t at_s,
                              int64_t wall_s);

// The wait that Retry-After asks for, or -1 without one.
int64_t fetch_headers_retry_s(const fetch_headers_t *headers, int64_t wall_s);

#endif
