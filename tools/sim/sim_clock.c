#include "tools/sim/sim_clock.h"

#include <time.h>

static int64_t s_read_us(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void sim_clock_start(sim_clock_t *clock, bool manual, double scale,
                     int64_t start_us)
{
    *clock = (sim_clock_t){.manual = manual,
                           .scale = scale,
                           .start_us =
                               start_us ? start_us : s_read_us(CLOCK_REALTIME),
                           .started_real_us = s_read_us(CLOCK_MONOTONIC)};
}

int64_t sim_clock_now_us(const sim_clock_t *clock)
{
    int64_t now = clock->start_us + clock->advanced_us;
    if (clock->manual)
        return now;
    int64_t passed = s_read_us(CLOCK_MONOTONIC) - clock->started_real_us;
    return now + (int64_t)((double)passed * clock->scale);
}

void sim_clock_advance(sim_clock_t *clock, int64_t us)
{
    clock->advanced_us += us;
}
