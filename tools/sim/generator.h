// generator - an endless, seeded stream of realistic GitHub events.
//
// Pure: the same options give the same bytes on every machine at any time. It
// uses no clock and no sockets; time is part of the stream.
//
// It imitates the mix of event types, the activity of repositories and accounts
// (Zipf, slope 0.84), bursts (variance of the count per second 2.5 times its
// mean), body sizes by type, lifecycles of pull requests, two parallel
// sequences of ids, events a few seconds out of order, renamed repositories and
// reused names, bots, and non-Latin scripts and escapes in texts.
//
// Errors    generator_next() returns -ENOMEM; nothing else can fail.
// Memory    Events belong to the generator and are valid until the next call.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_SIM_GENERATOR_H
#define OCTOLOG_TOOLS_SIM_GENERATOR_H

#include "proto/event/event.h"
#include "tools/sim/objects.h"

typedef struct generator generator_t;

typedef struct {
    uint64_t seed;
    objects_shape_t shape;
    double rate;      // average events per second, above 0
    int64_t start_us; // start, in microseconds since 1970
} generator_options_t;

// NULL when out of memory.
generator_t *generator_new(const generator_options_t *options);
void generator_destroy(generator_t **generator);

// Generates the next event. event->json is its text.
int generator_next(generator_t *generator, event_t *event);

// The time of the next event, in microseconds since 1970. It never goes back,
// although created_at of some events does, by up to 4 s.
int64_t generator_next_us(const generator_t *generator);

// The number of events generated so far; names of repositories depend on it
// (names.h).
uint64_t generator_events(const generator_t *generator);

#endif
