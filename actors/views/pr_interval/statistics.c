#include "actors/views/pr_interval/statistics.h"

#include <string.h>

// Moves the values to `to`, sorted by one of their bytes, keeping the order of
// equal ones. Returns false, and moves nothing, if all have the same byte.
static bool s_sort_by_byte(const uint32_t *from, uint32_t *to, size_t count,
                           unsigned shift)
{
    size_t places[256] = {0};
    for (size_t i = 0; i < count; i++)
        places[from[i] >> shift & 0xff]++;
    if (places[from[0] >> shift & 0xff] == count)
        return false;
    size_t place = 0;
    for (size_t i = 0; i < 256; i++) {
        size_t here = places[i];
        places[i] = place;
        place += here;
    }
    for (size_t i = 0; i < count; i++)
        to[places[from[i] >> shift & 0xff]++] = from[i];
    return true;
}

// A radix sort: some busy repositories have a hundred thousand events, and a
// query should still take a millisecond. Returns the array with the result.
static uint32_t *s_sort(uint32_t *values, uint32_t *scratch, size_t count)
{
    for (unsigned shift = 0; shift < 32; shift += 8) {
        if (s_sort_by_byte(values, scratch, count, shift)) {
            uint32_t *sorted = scratch;
            scratch = values;
            values = sorted;
        }
    }
    return values;
}

// Returns the quantile at tenths / 10 of the sorted values, by linear
// interpolation between the closest ranks. Ranks are counted in tenths, so that
// only the result is rounded.
static double s_quantile(const uint32_t *values, size_t count, size_t tenths)
{
    size_t rank = tenths * (count - 1);
    size_t below = rank / 10;
    size_t above = below + 1 < count ? below + 1 : below;
    double step = (double)values[above] - (double)values[below];
    return (double)values[below] + step * (double)(rank % 10) / 10;
}

void view_pr_statistics(uint32_t *times, uint32_t *scratch, size_t count,
                        view_pr_interval_t *interval)
{
    interval->count = count;
    interval->first_at = count ? times[0] : 0;
    interval->last_at = count ? times[count - 1] : 0;
    interval->average_s = 0;
    interval->median_s = 0;
    interval->p90_s = 0;
    if (count < 2)
        return;
    size_t gaps = count - 1;
    interval->average_s =
        (double)(interval->last_at - interval->first_at) / (double)gaps;
    for (size_t i = 0; i < gaps; i++)
        times[i] = times[i + 1] - times[i];
    const uint32_t *sorted = s_sort(times, scratch, gaps);
    interval->median_s = s_quantile(sorted, gaps, 5);
    interval->p90_s = s_quantile(sorted, gaps, 9);
}
