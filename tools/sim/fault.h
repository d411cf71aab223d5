// fault - the faults of the simulated GitHub, and when they occur.
//
// At most one fault is drawn for each request to a feed: first those armed by
// count (for tests), then each by its probability, from a seed.
//
// Errors    0 or a negative errno.
// Threads   One at a time; the server holds its lock.

#ifndef OCTOLOG_TOOLS_SIM_FAULT_H
#define OCTOLOG_TOOLS_SIM_FAULT_H

#include "proto/base/slice.h"
#include "tools/sim/dice.h"

typedef enum {
    FAULT_NONE,
    FAULT_NOT_MODIFIED,     // 304 although there are new events
    FAULT_FORBIDDEN,        // 403, primary quota exhausted until its reset
    FAULT_SECONDARY,        // 403 with Retry-After
    FAULT_SECONDARY_SILENT, // 403 with only a message
    FAULT_TOO_MANY,         // 429 with Retry-After
    FAULT_TOO_MANY_SILENT,  // 429 with only a message
    FAULT_SERVER_ERROR,     // 500 and 502 alternately
    FAULT_SLOW,             // a pause, then the body in small pieces
    FAULT_TRUNCATED,        // body shorter than Content-Length, then closed
    FAULT_RESET,            // closed without a response
    FAULT_MALFORMED,        // 200 with truncated JSON
    FAULT_OBJECT,           // 200 with an object instead of an array
    FAULT_REORDERED,        // 200 with events in a different order
    FAULT_DUPLICATED,       // 200 with one event twice
    FAULT_LATE,             // 200 without one event, which appears later
    FAULT_CHANGED,          // 200 with different bodies for the same ids
    FAULT_UNAUTHORIZED,     // 401
    FAULT_GONE,             // 410
    FAULT_REDIRECT,         // 301 to a different path that works
    FAULT_DEPRECATED,       // 200 with Deprecation and Sunset
    FAULT_KINDS             // one past the last
} fault_t;

// "truncated"; NULL for FAULT_NONE.
const char *fault_name(fault_t kind);

// FAULT_NONE for an unknown name.
fault_t fault_by_name(slice_t name);

typedef struct {
    dice_t dice;
    double chances[FAULT_KINDS];
    uint32_t armed[FAULT_KINDS];
} fault_plan_t;

// Reads "KIND=PROBABILITY" into the plan. -ENOENT: no such kind; -EINVAL: not
// a probability from 0 to 1.
int fault_plan_add(fault_plan_t *plan, const char *text);

// Makes the next `count` requests to which the fault applies fail with it.
void fault_plan_arm(fault_plan_t *plan, fault_t kind, uint32_t count);

// The number of armed faults that have not occurred yet.
uint32_t fault_plan_pending(const fault_plan_t *plan);

// Properties of a request that decide which faults apply.
typedef struct {
    bool conditional; // it has If-None-Match
    size_t events;    // on the page it asks for
} fault_chance_t;

// Draws the fault of a request, only among those that apply: a 304 requires a
// conditional request, and an empty page cannot be reordered.
fault_t fault_plan_draw(fault_plan_t *plan, fault_chance_t chance);

// Whether the fault is in the body of a 200, so that a conditional request must
// not get a 304.
bool fault_shows_in_body(fault_t kind);

// Whether the client does not get the events: not a 200, or a body that is not
// complete and valid.
bool fault_spoils(fault_t kind);

#endif
