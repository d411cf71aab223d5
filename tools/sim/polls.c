#include "tools/sim/polls.h"

#include "tools/sim/timeline.h"

#include <string.h>

size_t polls_line(const polls_t *polls)
{
    size_t last = polls->recording->poll_count - 1;
    return polls->next < last ? polls->next : last;
}

size_t polls_left(const polls_t *polls)
{
    return polls->recording->poll_count - polls->next;
}

size_t polls_find(const polls_t *polls, size_t line, sim_event_t **events,
                  size_t limit)
{
    const recording_list_t *list = &polls->recording->polls[line];
    size_t count = list->count < limit ? list->count : limit;
    if (count > 0)
        memcpy(events, list->events, count * sizeof(sim_event_t *));
    return count;
}

void polls_consume(polls_t *polls, size_t line)
{
    if (line == polls->next)
        polls->next++;
}

static bool s_has(const recording_list_t *list, const sim_event_t *event)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->events[i]->id == event->id &&
            list->events[i]->created_at == event->created_at)
            return true;
    }
    return false;
}

static void s_remove(recording_list_t *list, const sim_event_t *event)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->events[i] != event)
            continue;
        list->count--;
        memmove(list->events + i, list->events + i + 1,
                (list->count - i) * sizeof(sim_event_t *));
        return;
    }
}

int polls_withhold(polls_t *polls, size_t line, sim_event_t *event)
{
    if (line + 1 >= polls->recording->poll_count)
        return 0;
    recording_list_t *next = &polls->recording->polls[line + 1];
    if (next->count == TIMELINE_WINDOW)
        return 0;
    if (!s_has(next, event)) {
        int rc = recording_list_insert(next, 0, event);
        if (rc)
            return rc;
    }
    s_remove(&polls->recording->polls[line], event);
    return 0;
}
