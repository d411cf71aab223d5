// generator - an endless, seeded stream of realistic GitHub events.
//
// Pure: the same options give the same bytes on every machine, whenever they
// are asked for. It knows no clock and no sockets; time is part of the stream.
//
// What it imitates: the mix of types, how busy repositories and accounts are
// (Zipf, slope 0.84), bursts (variance of the count per second 2.5 times its
// mean), sizes of bodies by type, lives of pull requests, two sequences of ids
// side by side, events a few seconds out of order, renamed repositories and
// names used again, bots, other scripts and escapes in texts.
//
// Errors    generator_next() gives -ENOMEM; nothing else can fail.
// Memory    What comes out is the generator's, valid until the next call.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_SIM_GENERATOR_H
#define OCTOLOG_TOOLS_SIM_GENERATOR_H

#include "proto/event/event.h"
#include "tools/sim/objects.h"

typedef struct generator generator_t;

typedef struct {
    uint64_t seed;
    objects_shape_t shape;
    double rate;      // events a second on average, above 0
    int64_t start_us; // microseconds since 1970 of the beginning
} generator_options_t;

// NULL when out of memory.
generator_t *generator_new(const generator_options_t *options);
void generator_destroy(generator_t **generator);

// Makes the next event. event->json is its text.
int generator_next(generator_t *generator, event_t *event);

// When the next event happens, in microseconds since 1970. It never goes
// back, although created_at of single events does by up to 4 s.
int64_t generator_next_us(const generator_t *generator);

// How many events it made, which names of repositories depend on (names.h).
uint64_t generator_events(const generator_t *generator);

#endif
