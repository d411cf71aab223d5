#include "actors/fetch/lane.h"

void fetch_lane_init(fetch_lane_t *lane)
{
    *lane = (fetch_lane_t){
        .limit = -1, .remaining = -1, .reset_ms = -1, .used_ms = -1};
}

// Whether what is known about the budget is still valid.
static bool s_is_known(const fetch_lane_t *lane, int64_t now_ms)
{
    return lane->remaining >= 0 && lane->reset_ms > now_ms;
}

static int64_t s_max(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t fetch_lane_ready_ms(const fetch_lane_t *lane, int cost, int64_t now_ms)
{
    int64_t ready_ms = s_max(now_ms, lane->blocked_ms);
    ready_ms = s_max(ready_ms, lane->quarantine_ms);
    if (!s_is_known(lane, now_ms))
        return ready_ms;
    // A poll that costs more than a full budget may begin with a full one.
    if (lane->limit > 0 && cost > lane->limit)
        cost = (int)lane->limit;
    if (lane->remaining < cost)
        return s_max(ready_ms, lane->reset_ms);
    return s_max(ready_ms, lane->paced_ms);
}

bool fetch_lane_is_quarantined(const fetch_lane_t *lane, int64_t now_ms)
{
    return lane->quarantine_ms > now_ms;
}

void fetch_lane_note(fetch_lane_t *lane, const fetch_headers_t *headers,
                     int64_t now_ms, int64_t wall_s)
{
    if (headers->limit < 0 || headers->remaining < 0 ||
        headers->limit_reset_s < 0)
        return;
    int64_t wait_s =
        fetch_headers_until_s(headers, headers->limit_reset_s, wall_s);
    lane->limit = headers->limit;
    lane->remaining = headers->remaining;
    lane->reset_ms = now_ms + wait_s * 1000 + FETCH_LANE_MARGIN_MS;
}

void fetch_lane_rest(fetch_lane_t *lane, int charged, int64_t begun_ms,
                     int64_t now_ms)
{
    lane->busy = false;
    if (charged == 0 || lane->remaining <= 0 || !s_is_known(lane, now_ms))
        return;
    int64_t rest_ms = (lane->reset_ms - now_ms) * charged / lane->remaining;
    lane->paced_ms = begun_ms + rest_ms;
}
