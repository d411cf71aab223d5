// fault - what can go wrong on the simulated GitHub, and when it does.
//
// A fault is drawn for each request of a feed: first those armed by count
// (tests), then each by its probability, from a seed. One fault a request.
//
// Errors    0 or a negative errno.
// Threads   One at a time; the server holds its lock.

#ifndef OCTOLOG_TOOLS_SIM_FAULT_H
#define OCTOLOG_TOOLS_SIM_FAULT_H

#include "proto/base/slice.h"
#include "tools/sim/dice.h"

typedef enum {
    FAULT_NONE,
    FAULT_NOT_MODIFIED,     // 304 although there is news
    FAULT_FORBIDDEN,        // 403, primary quota exhausted until its reset
    FAULT_SECONDARY,        // 403 with Retry-After
    FAULT_SECONDARY_SILENT, // 403 with nothing but its message
    FAULT_TOO_MANY,         // 429 with Retry-After
    FAULT_TOO_MANY_SILENT,  // 429 with nothing but its message
    FAULT_SERVER_ERROR,     // 500 and 502 in turn
    FAULT_SLOW,             // silence, then the body in drops
    FAULT_TRUNCATED,        // less body than Content-Length says, then closed
    FAULT_RESET,            // closed without an answer
    FAULT_MALFORMED,        // 200, and the JSON breaks off
    FAULT_OBJECT,           // 200, and an object where the array belongs
    FAULT_REORDERED,        // 200, events in another order
    FAULT_DUPLICATED,       // 200, one event twice
    FAULT_LATE,             // 200, one event left out; it comes later
    FAULT_CHANGED,          // 200, other bodies for the same ids
    FAULT_UNAUTHORIZED,     // 401
    FAULT_GONE,             // 410
    FAULT_REDIRECT,         // 301 to another path that works
    FAULT_DEPRECATED,       // 200 with Deprecation and Sunset
    FAULT_KINDS             // one past the last
} fault_t;

// "truncated"; NULL for FAULT_NONE.
const char *fault_name(fault_t kind);

// FAULT_NONE for a name that is none of these.
fault_t fault_by_name(slice_t name);

typedef struct {
    dice_t dice;
    double chances[FAULT_KINDS];
    uint32_t armed[FAULT_KINDS];
} fault_plan_t;

// Reads "KIND=PROBABILITY" into the plan. -ENOENT: no such kind; -EINVAL: not
// a probability from 0 to 1.
int fault_plan_add(fault_plan_t *plan, const char *text);

// Makes the next `count` requests that the kind applies to fail so.
void fault_plan_arm(fault_plan_t *plan, fault_t kind, uint32_t count);

// Armed faults that have not happened yet.
uint32_t fault_plan_pending(const fault_plan_t *plan);

// What is known of a request when its fault is drawn.
typedef struct {
    bool conditional; // it has If-None-Match
    size_t events;    // on the page it asks for
} fault_chance_t;

// What happens to this request: only what can happen to it. A 304 answers
// conditional requests only, and an empty page has nothing to be shuffled.
fault_t fault_plan_draw(fault_plan_t *plan, fault_chance_t chance);

// Whether the fault shows in the body of an answer 200, so that a conditional
// request must get one.
bool fault_shows_in_body(fault_t kind);

// Whether the client has to do without the events: no answer 200, or a body
// that is not whole and valid.
bool fault_spoils(fault_t kind);

#endif
