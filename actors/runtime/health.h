// health - the health of all actors together, as one line of text. Pure.
//
// Memory    All arguments are borrowed for the call.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_RUNTIME_HEALTH_H
#define OCTOLOG_ACTORS_RUNTIME_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Events a view may be behind and still count as caught up; it applies this
// many in far less than a second. Used by /readyz and the service manager.
#define HEALTH_BEHIND_MAX 10000

#define HEALTH_TEXT_MAX 256

// State of an actor that keeps running although the disk is full.
#define HEALTH_NO_ROOM "out of disk space"

typedef struct {
    const char *name;
    const char *state; // as it reports it, or as the supervisor sees it
    bool live;         // it serves, and has reached the log's end once
    uint64_t behind;   // events in the log that it has not applied
} health_part_t;

// Whether all of them serve and have caught up.
bool health_is_ready(const health_part_t *parts, size_t count);

// "ready", or which are not: "journal is restarting; pr_interval is catching
// up, 70000 events behind". Cut if too long.
void health_describe(const health_part_t *parts, size_t count,
                     char text[HEALTH_TEXT_MAX]);

#endif
