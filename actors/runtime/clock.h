// clock - the only place where octolog's actors and tools read a clock.
//
// Errors    None.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_RUNTIME_CLOCK_H
#define OCTOLOG_ACTORS_RUNTIME_CLOCK_H

#include <stdint.h>

// Wall-clock microseconds since 1970; may jump.
int64_t clock_now_us(void);

// Milliseconds of a clock that never jumps; only differences are meaningful.
int64_t clock_tick_ms(void);

#endif
