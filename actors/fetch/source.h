// fetch_source - one feed of GitHub's: what its answers mean for the next ask.
//
// A poll is a walk over the pages of the feed, from the first along
// Link rel=next. It is accepted as a whole: the cursor (with the new ETag)
// moves only with the last page, so that whatever goes wrong before is asked
// for again.
//
//   200           a page; or a failure, when its body is no array
//   304           all was seen before: the poll is over, at no cost
//   301, 308      followed, and remembered when page 1 led there
//   302, 307      followed this once
//   401, "suspended"   the lane's token is put in quarantine
//   403, 429      with nothing remaining: the lane waits for the reset. With
//                 Retry-After, or a message about a secondary limit, or 429:
//                 the lane waits that long, at least a minute, then
//                 exponentially. Else: this feed is denied to us
//   404, 410, 451, other 4xx   asked for again, rarely
//   5xx, no answer, a body that is malformed   exponential back-off
//
// Waits count from the arrival of the answer, never from the question, so that
// GitHub's clock cannot see us early; and after whatever answer, no poll begins
// before the poll interval is over.
//
// Pure: the time comes in, milliseconds of a clock that never jumps.
//
// Errors    Bad answers are no errors here but what it is about.
// Memory    The struct holds it all; the URL is copied.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_FETCH_SOURCE_H
#define OCTOLOG_ACTORS_FETCH_SOURCE_H

#include "actors/fetch/cursor.h"
#include "actors/fetch/headers.h"
#include "actors/fetch/lane.h"
#include "actors/fetch/page.h"

#define FETCH_TEXT_MAX 256

// What all sources share.
typedef struct {
    int pages;          // of one poll, at most
    int min_interval_s; // floor under X-Poll-Interval
    uint64_t random;    // state of the generator behind jitter: the seed
} fetch_policy_t;

// One answer, or the lack of one.
typedef struct {
    int status;               // HTTP; 0: none came
    const char *error;        // why it is no good; NULL: nothing is known
    const char *body_error;   // 200: why the body is no page; NULL: it is one
    const fetch_page_t *page; // 200: its page; NULL with body_error
    fetch_headers_t headers;
    fetch_refusal_t refusal; // what the body of an error said
    int64_t wall_us;         // our wall clock when it came
} fetch_answer_t;

typedef enum {
    FETCH_GO_ON,      // the poll goes on: there is something to ask at once
    FETCH_COMPLETE,   // accepted: the cursor has moved, publish with it
    FETCH_UNCHANGED,  // accepted, and nothing new: publish the cursor alone
    FETCH_INCOMPLETE, // failed: publish the pages that came, without a cursor
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
    char error[FETCH_TEXT_MAX]; // of the last poll; empty: it went well
    char note[FETCH_TEXT_MAX];  // news to report once; the owner empties it
    int64_t due_ms;             // no poll before
    int last_status;            // HTTP; 0: none, or no answer
    int64_t answered_at_us;     // our wall clock at the last answer; 0: none
    unsigned streak;            // polls failed in a row
    bool told_deprecated;       // reported once
    // The mark of the cursor whose keys are in the log, so that those events
    // may be left out; 0: none may.
    uint64_t base;
    bool doubted; // the log may be another one: the next poll brings it all
    // The poll under way.
    char ask[FETCH_URL_MAX]; // the next URL, or the one that was asked
    bool asked;              // its answer is awaited
    int page;                // 1..pages
    int hops;                // redirects so far
    bool permanent;          // they were all permanent
    int charged;             // requests that cost budget
    int cost;                // what a poll is expected to cost
    int64_t begun_ms;
    fetch_haul_t haul;
} fetch_source_t;

// -EINVAL, -ENAMETOOLONG: not a URL that can be asked, or (for the log's sake)
// over BATCH_MAX_SOURCE_BYTES.
int fetch_source_init(fetch_source_t *source, const char *url,
                      const fetch_policy_t *policy);

// Goes on where the cursor stands; since_ms passed since it was written, on
// the plan's clock.
void fetch_source_resume(fetch_source_t *source, const fetch_cursor_t *cursor,
                         const fetch_policy_t *policy, int64_t since_ms,
                         int64_t now_ms);

// The log may lack what polls before brought: the next one asks for all of it
// and leaves nothing out.
void fetch_source_doubt(fetch_source_t *source);

// The URL a poll begins with.
void fetch_source_first(const fetch_source_t *source, char url[FETCH_URL_MAX]);

// Begins a poll; `ask` is what to ask.
void fetch_source_begin(fetch_source_t *source, int64_t now_ms);

// Takes the answer to what was asked. token: the number of the lane's token,
// from 1; 0: it is the lane without.
fetch_step_t fetch_source_answer(fetch_source_t *source, fetch_lane_t *lane,
                                 size_t token, fetch_policy_t *policy,
                                 const fetch_answer_t *answer, int64_t now_ms);

// What the last poll brought could not be kept: all is asked for again.
void fetch_source_forget(fetch_source_t *source, const char *reason,
                         fetch_policy_t *policy, int64_t now_ms);

// The interval between polls as things stand.
int64_t fetch_source_interval_s(const fetch_source_t *source,
                                const fetch_policy_t *policy);

// "waiting", "polling", "backing off", ...
const char *fetch_source_state_name(const fetch_source_t *source);

#endif
