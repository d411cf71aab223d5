#include "actors/report/limit.h"

// The slot of this place. If it has none, the slot to use: a free one, or the
// one with the oldest window.
static report_limit_place_t *s_find(report_limit_t *limit, const void *place)
{
    report_limit_place_t *oldest = &limit->places[0];

    for (size_t i = 0; i < REPORT_LIMIT_PLACES; i++) {
        report_limit_place_t *one = &limit->places[i];

        if (one->place == place || !one->place)
            return one;
        if (one->since_ms < oldest->since_ms)
            oldest = one;
    }
    return oldest;
}

report_limit_verdict_t report_limit_judge(report_limit_t *limit,
                                          const void *place, int64_t now_ms,
                                          uint64_t *left_out)
{
    report_limit_place_t *one = s_find(limit, place);

    *left_out = 0;
    if (one->place != place ||
        now_ms - one->since_ms >= REPORT_LIMIT_WINDOW_MS) {
        if (one->place == place && one->lines > REPORT_LIMIT_LINES)
            *left_out = one->lines - REPORT_LIMIT_LINES;
        *one = (report_limit_place_t){.place = place, .since_ms = now_ms};
    }
    one->lines++;
    return one->lines < REPORT_LIMIT_LINES    ? REPORT_LIMIT_PASS
           : one->lines == REPORT_LIMIT_LINES ? REPORT_LIMIT_LAST
                                              : REPORT_LIMIT_LEAVE_OUT;
}
