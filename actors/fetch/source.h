// fetch_source - one GitHub feed: what a response means for the next request.
//
// A poll fetches the pages of the feed, from the first along Link rel=next. It
// is accepted as a whole: the cursor (with the new ETag) advances only with the
// last page, so that anything that fails before is requested again.
//
//   200           a page, or a failure if its body is not an array
//   304           nothing is new: the poll is over and costs nothing
//   301, 308      followed; remembered if page 1 was redirected
//   302, 307      followed this time only
//   401, "suspended"   the slot's token is quarantined
//   403, 429      with nothing remaining: the slot waits for the reset. With
//                 Retry-After, or a message about a secondary limit, or 429:
//                 the slot waits as requested, at least a minute, then
//                 exponentially longer. Otherwise: access to the feed is denied
//   404, 410, 451, other 4xx   retried rarely
//   5xx, no response, malformed body   exponential back-off
//
// Waits count from the arrival of a response, not from the request, so that we
// are never early by GitHub's clock. No poll begins before the poll interval is
// over, whatever the response was.
//
// Pure: the time is passed in, milliseconds of a clock that never jumps.
//
// Errors    Bad responses are input here, not errors.
// Memory    No allocations; the URL is copied.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_FETCH_SOURCE_H
#define OCTOLOG_ACTORS_FETCH_SOURCE_H

#include "actors/fetch/cursor.h"
#include "actors/fetch/headers.h"
#include "actors/fetch/page.h"
#include "actors/fetch/slot.h"

#define FETCH_TEXT_MAX 256

// What all sources share.
typedef struct {
    int pages;          // of one poll, at most
    int min_interval_s; // lower bound for X-Poll-Interval
    uint64_t random;    // state of the jitter's generator; initially the seed
} fetch_policy_t;

// One response, or the lack of one.
typedef struct {
    int status;               // HTTP; 0: no response
    const char *error;        // why the request failed; NULL: unknown or not
    const char *body_error;   // 200: why the body is not a page; NULL: it is
    const fetch_page_t *page; // 200: its page; NULL with body_error
    fetch_headers_t headers;
    fetch_refusal_t refusal; // what the body of an error said
    int64_t wall_us;         // our wall clock when it arrived
} fetch_answer_t;

typedef enum {
    FETCH_GO_ON,      // the poll continues: another request is due at once
    FETCH_COMPLETE,   // accepted: publish with the new cursor
    FETCH_UNCHANGED,  // accepted, nothing is new: publish only the cursor
    FETCH_INCOMPLETE, // failed: publish the pages received, without a cursor
} fetch_step_t;

typedef enum {
    FETCH_WAITING,
    FETCH_POLLING,
    FETCH_BACKING_OFF,
    FETCH_LIMITED,
    FETCH_NOT_FOUND,
    FETCH_GONE,
    FETCH_DENIED,
} fetch_state_t;

// Fields are for reading.
typedef struct {
    char url[FETCH_URL_MAX]; // as configured: its name
    const fetch_kind_t *kind;
    fetch_cursor_t cursor;
    fetch_state_t state;
    char error[FETCH_TEXT_MAX]; // of the last poll; empty: it succeeded
    char note[FETCH_TEXT_MAX];  // to report once; the owner empties it
    int64_t due_ms;             // no poll before
    int last_status;            // HTTP; 0: none, or no response
    int64_t answered_at_us;     // our wall clock at the last response; 0: none
    unsigned streak;            // failed polls in a row
    bool told_deprecated;       // has been reported
    // The mark of the cursor whose keys are in the log, so that their events
    // may be left out; 0: leave nothing out.
    uint64_t base;
    bool doubted; // the log may have changed: the next poll leaves nothing out
    // The poll in progress.
    char ask[FETCH_URL_MAX]; // the next URL, or the one requested
    bool asked;              // its response is awaited
    int page;                // 1..pages
    int hops;                // redirects so far
    bool permanent;          // all of them were permanent
    int charged;             // requests that cost budget
    int cost;                // expected requests of a poll
    int64_t begun_ms;
    fetch_haul_t haul;
} fetch_source_t;

// -EINVAL, -ENAMETOOLONG: not a URL that can be requested, or longer than
// BATCH_MAX_SOURCE_BYTES, the log's limit.
int fetch_source_init(fetch_source_t *source, const char *url,
                      const fetch_policy_t *policy);

// Continues from the cursor, written since_ms ago on the plan's clock.
void fetch_source_resume(fetch_source_t *source, const fetch_cursor_t *cursor,
                         const fetch_policy_t *policy, int64_t since_ms,
                         int64_t now_ms);

// The log may lack what earlier polls brought: the next poll is unconditional
// and leaves nothing out. Unless a poll is in progress, the keys of earlier
// polls are dropped; fetch_source_resume() brings those that the log has.
void fetch_source_doubt(fetch_source_t *source);

// The first URL of a poll.
void fetch_source_first(const fetch_source_t *source, char url[FETCH_URL_MAX]);

// Begins a poll; `ask` is the URL to request.
void fetch_source_begin(fetch_source_t *source, int64_t now_ms);

// Takes the response to the request. token: the number of the slot's token,
// from 1; 0: the slot without a token.
fetch_step_t fetch_source_answer(fetch_source_t *source, fetch_slot_t *slot,
                                 size_t token, fetch_policy_t *policy,
                                 const fetch_answer_t *answer, int64_t now_ms);

// What the last poll brought was lost: requests all of it again.
void fetch_source_forget(fetch_source_t *source, const char *reason,
                         fetch_policy_t *policy, int64_t now_ms);

// The current interval between polls.
int64_t fetch_source_interval_s(const fetch_source_t *source,
                                const fetch_policy_t *policy);

// "waiting", "polling", "backing off", ...
const char *fetch_source_state_name(const fetch_source_t *source);

#endif
