// fetch_plan - which request comes next, over all sources and tokens.
//
// Sources (fetch_source.h) say when they are due; lanes (fetch_lane.h), one a
// token and one without, say when they can carry a poll. The plan brings them
// together: the source that has been due longest goes first, on the lane with
// the most budget left. The way without a token is for when there is no token
// that works, not for when tokens must wait.
//
// Pure: the time comes in. now_ms is a clock of GitHub's seconds that never
// jumps; whoever runs GitHub faster (github.time-scale) runs this clock faster.
//
// Errors    0 or a negative errno.
// Memory    fetch_plan_destroy() frees it all.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_FETCH_PLAN_H
#define OCTOLOG_ACTORS_FETCH_PLAN_H

#include "actors/fetch/source.h"

#define FETCH_NO_TOKEN SIZE_MAX

// fetch_plan_due_ms(): nothing will be due by itself.
#define FETCH_NEVER_MS INT64_MAX

typedef struct fetch_plan fetch_plan_t;

// A request to send. The texts are borrowed, until its answer was taken.
typedef struct {
    size_t source;
    size_t token; // its number, or FETCH_NO_TOKEN
    const char *url;
    const char *etag;          // If-None-Match; NULL: do not send it
    const char *last_modified; // If-Modified-Since; NULL: do not send it
} fetch_request_t;

// For so many sources and tokens at most. NULL when out of memory.
fetch_plan_t *fetch_plan_new(const fetch_policy_t *policy, size_t sources,
                             size_t tokens);
void fetch_plan_destroy(fetch_plan_t **plan);

// Adds a source; they are numbered from 0. Those of fetch_source_init();
// -ENOSPC: more than announced.
int fetch_plan_add(fetch_plan_t *plan, const char *url);

size_t fetch_plan_count(const fetch_plan_t *plan);
const fetch_source_t *fetch_plan_source(const fetch_plan_t *plan, size_t i);

// The lane that carries source i's poll, or carried its last one.
const fetch_lane_t *fetch_plan_lane(const fetch_plan_t *plan, size_t i);

// Goes on from a cursor written since_ms ago; before the first request.
void fetch_plan_resume(fetch_plan_t *plan, size_t i,
                       const fetch_cursor_t *cursor, int64_t since_ms,
                       int64_t now_ms);

// The cursor of source i that will be in the log before any batch of a later
// poll: its mark (batch_cursor_mark()).
void fetch_plan_set_base(fetch_plan_t *plan, size_t i, uint64_t mark);

// The log is not the one that took the last polls: of no source anything may be
// left out until a whole poll of it was sent.
void fetch_plan_doubt(fetch_plan_t *plan);

// The next request to send now; false: there is none. Without may_start, only
// those that continue a poll. Call until it says false.
bool fetch_plan_next(fetch_plan_t *plan, int64_t now_ms, bool may_start,
                     fetch_request_t *request);

// Takes the answer to the request of source i.
fetch_step_t fetch_plan_answer(fetch_plan_t *plan, size_t i,
                               const fetch_answer_t *answer, int64_t now_ms);

// What the last poll of source i brought could not be kept.
void fetch_plan_forget(fetch_plan_t *plan, size_t i, const char *reason,
                       int64_t now_ms);

// The news of source i to report once; NULL: none. It is borrowed, until the
// next call about this source.
const char *fetch_plan_take_note(fetch_plan_t *plan, size_t i);

// When source i's next poll can begin, as things stand.
int64_t fetch_plan_source_due_ms(const fetch_plan_t *plan, size_t i,
                                 int64_t now_ms);

// When fetch_plan_next() may have something to start, though nothing happens.
int64_t fetch_plan_due_ms(const fetch_plan_t *plan, int64_t now_ms);

// The interval between polls of source i.
int64_t fetch_plan_interval_s(const fetch_plan_t *plan, size_t i);

#endif
