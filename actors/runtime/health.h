// health - how all actors together are, in words. Pure.
//
// Memory    Everything passed in is borrowed for the call.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_RUNTIME_HEALTH_H
#define OCTOLOG_ACTORS_RUNTIME_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Events a view may be behind and still count as caught up: what it applies in
// far less than a second. /readyz and the service manager go by it.
#define HEALTH_BEHIND_MAX 10000

#define HEALTH_TEXT_MAX 256

// State of an actor that goes on without what the disk has no room for.
#define HEALTH_NO_ROOM "out of disk space"

typedef struct {
    const char *name;
    const char *state; // its own word, or the supervisor's for it
    bool live;         // it serves, and has been at the log's end once
    uint64_t behind;   // events of the log that it has not applied
} health_part_t;

// Whether all of them serve and have caught up.
bool health_is_ready(const health_part_t *parts, size_t count);

// "ready", or what is not: "journal is restarting; pr_interval is catching up,
// 70000 events behind". Cut where it is too long.
void health_describe(const health_part_t *parts, size_t count,
                     char text[HEALTH_TEXT_MAX]);

#endif
