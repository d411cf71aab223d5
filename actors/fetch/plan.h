// fetch_plan - which request comes next, over all sources and tokens.
//
// Sources (source.h) say when they are due; token slots (slot.h), one per token
// and one without a token, say when they can run a poll. The plan assigns the
// source that has been due longest to the slot with the most budget left. The
// slot without a token is used only if no token works, not while tokens have to
// wait.
//
// Pure: the time is passed in. now_ms is on a clock of GitHub's seconds that
// never jumps; with github.time-scale this clock runs faster.
//
// Errors    0 or a negative errno.
// Memory    fetch_plan_destroy() frees everything.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_FETCH_PLAN_H
#define OCTOLOG_ACTORS_FETCH_PLAN_H

#include "actors/fetch/source.h"

#define FETCH_NO_TOKEN SIZE_MAX

// fetch_plan_due_ms(): nothing becomes due without an answer.
#define FETCH_NEVER_MS INT64_MAX

typedef struct fetch_plan fetch_plan_t;

// A request to send. The strings are borrowed until its answer is taken.
typedef struct {
    size_t source;
    size_t token; // its index, or FETCH_NO_TOKEN
    const char *url;
    const char *etag;          // If-None-Match; NULL: do not send it
    const char *last_modified; // If-Modified-Since; NULL: do not send it
} fetch_request_t;

// Makes a plan for at most this many sources and tokens. NULL: out of memory.
fetch_plan_t *fetch_plan_new(const fetch_policy_t *policy, size_t sources,
                             size_t tokens);
void fetch_plan_destroy(fetch_plan_t **plan);

// Adds a source; sources are numbered from 0. -ENOSPC: more sources than given
// to fetch_plan_new(). Other errors are those of fetch_source_init().
int fetch_plan_add(fetch_plan_t *plan, const char *url);

size_t fetch_plan_count(const fetch_plan_t *plan);
const fetch_source_t *fetch_plan_source(const fetch_plan_t *plan, size_t i);

// The slot of source i's poll in progress, or of its last one.
const fetch_slot_t *fetch_plan_slot(const fetch_plan_t *plan, size_t i);

// Continues from a cursor written since_ms ago; call it before the first
// request.
void fetch_plan_resume(fetch_plan_t *plan, size_t i,
                       const fetch_cursor_t *cursor, int64_t since_ms,
                       int64_t now_ms);

// Sets the mark (batch_cursor_mark()) of the cursor of source i that will be in
// the log before any batch of a later poll.
void fetch_plan_set_base(fetch_plan_t *plan, size_t i, uint64_t mark);

// The log is not the one that took the last polls: for each source, nothing may
// be left out until a complete poll of it has been sent.
void fetch_plan_doubt(fetch_plan_t *plan);

// The next request to send now; false: none. Without may_start, only requests
// that continue a poll. Call it until it returns false.
bool fetch_plan_next(fetch_plan_t *plan, int64_t now_ms, bool may_start,
                     fetch_request_t *request);

// Takes the answer to the request of source i.
fetch_step_t fetch_plan_answer(fetch_plan_t *plan, size_t i,
                               const fetch_answer_t *answer, int64_t now_ms);

// What the last poll of source i brought was lost: request it again.
void fetch_plan_forget(fetch_plan_t *plan, size_t i, const char *reason,
                       int64_t now_ms);

// A note about source i to report, returned once; NULL: none. Borrowed until
// the next call about this source.
const char *fetch_plan_take_note(fetch_plan_t *plan, size_t i);

// When source i's next poll can begin, as of now.
int64_t fetch_plan_source_due_ms(const fetch_plan_t *plan, size_t i,
                                 int64_t now_ms);

// When fetch_plan_next() may have a poll to start if no answer arrives before.
int64_t fetch_plan_due_ms(const fetch_plan_t *plan, int64_t now_ms);

// The interval between polls of source i.
int64_t fetch_plan_interval_s(const fetch_plan_t *plan, size_t i);

#endif
