// fetch_slot - a token slot: how much may be requested with a token, and when.
//
// There is one slot per token, and a last one for requests without a token.
// GitHub wants one request at a time per user, so a slot runs one poll at a
// time. The budget is spread evenly: after each poll the slot waits long enough
// that the remaining requests last until the budget is reset.
//
// Times are milliseconds on the plan's clock (plan.h). Pure arithmetic.
//
// Errors    None.
// Memory    No allocations.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_FETCH_SLOT_H
#define OCTOLOG_ACTORS_FETCH_SLOT_H

#include "actors/fetch/headers.h"

#include <stdbool.h>
#include <stdint.h>

// The reset happens at some point within its second: wait one second longer.
#define FETCH_SLOT_MARGIN_MS 1000

typedef struct {
    int64_t limit;         // requests per hour; -1: unknown
    int64_t remaining;     // as of the last response; -1: unknown
    int64_t reset_ms;      // when it is `limit` again; -1: unknown
    int64_t paced_ms;      // no poll before: spreads the budget
    int64_t blocked_ms;    // no poll before: GitHub said so
    int64_t quarantine_ms; // no poll before: the token was refused
    unsigned strikes;      // secondary limits in a row
    bool busy;             // a poll is in progress
    int64_t used_ms;       // when the last one began
} fetch_slot_t;

// Initializes a slot about which nothing is known.
void fetch_slot_init(fetch_slot_t *slot);

// When a poll of `cost` requests may begin: now_ms or later.
int64_t fetch_slot_ready_ms(const fetch_slot_t *slot, int cost, int64_t now_ms);

bool fetch_slot_is_quarantined(const fetch_slot_t *slot, int64_t now_ms);

// Reads the budget from a response's headers. wall_s: see
// fetch_headers_until_s().
void fetch_slot_note(fetch_slot_t *slot, const fetch_headers_t *headers,
                     int64_t now_ms, int64_t wall_s);

// A poll that began at begun_ms and cost `charged` requests has ended.
void fetch_slot_rest(fetch_slot_t *slot, int charged, int64_t begun_ms,
                     int64_t now_ms);

#endif
