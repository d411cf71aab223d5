// sim_clock - the clock of the simulated GitHub.
//
// It either runs N times as fast as real time, or only moves when it is
// advanced, which makes tests exact.
//
// Errors    None.
// Threads   One at a time; the server holds its lock.

#ifndef OCTOLOG_TOOLS_SIM_SIM_CLOCK_H
#define OCTOLOG_TOOLS_SIM_SIM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    bool manual;
    double scale;            // simulated seconds per real second
    int64_t start_us;        // simulated, microseconds since 1970
    int64_t started_real_us; // monotonic
    int64_t advanced_us;     // by sim_clock_advance()
} sim_clock_t;

// start_us 0: now.
void sim_clock_start(sim_clock_t *clock, bool manual, double scale,
                     int64_t start_us);

int64_t sim_clock_now_us(const sim_clock_t *clock);

// Advances the clock, also a running one.
void sim_clock_advance(sim_clock_t *clock, int64_t us);

#endif
