// fetch_lane - what one token (or none) may ask of GitHub, and when.
//
// A lane is a token's way to GitHub; the last one is the way without a token.
// GitHub asks for one request at a time per user, so a lane carries one poll at
// a time. Its budget is spread: after each poll it rests for as long as makes
// what is left last until the budget is reset.
//
// Times are milliseconds of the plan's own clock (fetch_plan.h).
//
// Pure arithmetic.
//
// Errors    None.
// Memory    The struct holds it all.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_FETCH_LANE_H
#define OCTOLOG_ACTORS_FETCH_LANE_H

#include "actors/fetch/headers.h"

#include <stdbool.h>
#include <stdint.h>

// The reset comes somewhere within its second: one more is safe.
#define FETCH_LANE_MARGIN_MS 1000

typedef struct {
    int64_t limit;         // requests an hour; -1: not known
    int64_t remaining;     // of them, as last heard; -1: not known
    int64_t reset_ms;      // when it is `limit` again; -1: not known
    int64_t paced_ms;      // no poll before: spreads the budget
    int64_t blocked_ms;    // no poll before: GitHub said so
    int64_t quarantine_ms; // the token was refused; not used before
    unsigned strikes;      // secondary limits in a row
    bool busy;             // a poll is under way
    int64_t used_ms;       // when the last one began
} fetch_lane_t;

// Nothing is known of it yet.
void fetch_lane_init(fetch_lane_t *lane);

// When a poll of `cost` requests may begin: now_ms, or later.
int64_t fetch_lane_ready_ms(const fetch_lane_t *lane, int cost, int64_t now_ms);

bool fetch_lane_is_quarantined(const fetch_lane_t *lane, int64_t now_ms);

// Takes the budget from an answer's headers. wall_s: see
// fetch_headers_until_s().
void fetch_lane_note(fetch_lane_t *lane, const fetch_headers_t *headers,
                     int64_t now_ms, int64_t wall_s);

// A poll that began at begun_ms and cost `charged` requests is over.
void fetch_lane_rest(fetch_lane_t *lane, int charged, int64_t begun_ms,
                     int64_t now_ms);

#endif
