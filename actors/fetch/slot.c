#include "actors/fetch/slot.h"

void fetch_slot_init(fetch_slot_t *slot)
{
    *slot = (fetch_slot_t){
        .limit = -1, .remaining = -1, .reset_ms = -1, .used_ms = -1};
}

// Whether what is known about the budget is still valid.
static bool s_is_known(const fetch_slot_t *slot, int64_t now_ms)
{
    return slot->remaining >= 0 && slot->reset_ms > now_ms;
}

static int64_t s_max(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t fetch_slot_ready_ms(const fetch_slot_t *slot, int cost, int64_t now_ms)
{
    int64_t ready_ms = s_max(now_ms, slot->blocked_ms);
    ready_ms = s_max(ready_ms, slot->quarantine_ms);
    if (!s_is_known(slot, now_ms))
        return ready_ms;
    // A poll that costs more than a full budget may begin with a full one.
    if (slot->limit > 0 && cost > slot->limit)
        cost = (int)slot->limit;
    if (slot->remaining < cost)
        return s_max(ready_ms, slot->reset_ms);
    return s_max(ready_ms, slot->paced_ms);
}

bool fetch_slot_is_quarantined(const fetch_slot_t *slot, int64_t now_ms)
{
    return slot->quarantine_ms > now_ms;
}

void fetch_slot_note(fetch_slot_t *slot, const fetch_headers_t *headers,
                     int64_t now_ms, int64_t wall_s)
{
    if (headers->limit < 0 || headers->remaining < 0 ||
        headers->limit_reset_s < 0)
        return;
    int64_t wait_s =
        fetch_headers_until_s(headers, headers->limit_reset_s, wall_s);
    slot->limit = headers->limit;
    slot->remaining = headers->remaining;
    slot->reset_ms = now_ms + wait_s * 1000 + FETCH_SLOT_MARGIN_MS;
}

void fetch_slot_rest(fetch_slot_t *slot, int charged, int64_t begun_ms,
                     int64_t now_ms)
{
    slot->busy = false;
    if (charged == 0 || slot->remaining <= 0 || !s_is_known(slot, now_ms))
        return;
    int64_t rest_ms = (slot->reset_ms - now_ms) * charged / slot->remaining;
    slot->paced_ms = begun_ms + rest_ms;
}
