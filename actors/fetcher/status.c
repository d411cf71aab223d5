#include "actors/fetcher/status.h"

#include "proto/message.h"

static int64_t s_wall_us(const fetcher_status_clock_t *clock, int64_t ms)
{
    return clock->now_us +
           (int64_t)((double)(ms - clock->now_ms) * 1000 / clock->scale);
}

static message_source_t s_source(const fetch_plan_t *plan, size_t i,
                                 const fetcher_status_clock_t *clock)
{
    const fetch_source_t *source = fetch_plan_source(plan, i);
    const fetch_cursor_t *cursor = &source->cursor;
    const fetch_slot_t *slot = fetch_plan_slot(plan, i);
    int64_t due_ms = fetch_plan_source_due_ms(plan, i, clock->now_ms);
    if (due_ms < clock->now_ms) // may be far in the past before the first poll
        due_ms = clock->now_ms;
    message_source_t out = {
        .name = slice_of(source->url),
        .state = slice_of(fetch_source_state_name(source)),
        .error = slice_of(source->error),
        .last_status = (uint32_t)source->last_status,
        .last_poll_at_us = source->answered_at_us
                               ? source->answered_at_us
                               : (int64_t)cursor->polled_at_us,
        .next_poll_at_us = s_wall_us(clock, due_ms),
        .last_event_at_us = (int64_t)cursor->newest * 1000000,
        .poll_interval_s = (uint32_t)fetch_plan_interval_s(plan, i),
        .quota_limit = slot->limit,
        .quota_remaining = slot->remaining,
        .polls = cursor->polls,
        .not_modified = cursor->not_modified,
        .failures = cursor->failures,
        .events = cursor->events,
        .gaps = cursor->gaps,
        .last_gap_from_us = (int64_t)cursor->last_gap_from * 1000000,
        .last_gap_until_us = (int64_t)cursor->last_gap_until * 1000000,
        .coverage = fetch_cursor_coverage(cursor),
    };
    if (slot->reset_ms >= 0)
        out.quota_reset_at_us = s_wall_us(clock, slot->reset_ms);
    return out;
}

void fetcher_status_write(const fetch_plan_t *plan,
                          const fetcher_status_clock_t *clock,
                          buffer_t *message)
{
    buffer_t list = {0};
    for (size_t i = 0; i < fetch_plan_count(plan); i++) {
        const message_t item = {.kind = MESSAGE_SOURCE,
                                .source = s_source(plan, i, clock)};
        message_list_add(&list, &item);
    }
    const message_t sources = {.kind = MESSAGE_SOURCES,
                               .sources = {buffer_slice(&list)}};
    if (buffer_failed(&list))
        message->failed = true;
    else
        message_encode(&sources, message);
    buffer_free(&list);
}
