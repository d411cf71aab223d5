// sim_clock - what time it is on the simulated GitHub.
//
// Either it runs, N times as fast as the real one, or it stands still until
// it is told to advance, which makes tests exact.
//
// Errors    None.
// Threads   One at a time; the server holds its lock.

#ifndef OCTOLOG_TOOLS_SIM_SIM_CLOCK_H
#define OCTOLOG_TOOLS_SIM_SIM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    bool manual;
    double scale;            // simulated seconds a real second
    int64_t start_us;        // simulated, microseconds since 1970
    int64_t started_real_us; // monotonic
    int64_t advanced_us;     // by sim_clock_advance()
} sim_clock_t;

// start_us 0: now.
void sim_clock_start(sim_clock_t *clock, bool manual, double scale,
                     int64_t start_us);

int64_t sim_clock_now_us(const sim_clock_t *clock);

// Moves it forward, a running one too.
void sim_clock_advance(sim_clock_t *clock, int64_t us);

#endif
