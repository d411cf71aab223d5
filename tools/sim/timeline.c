#include "tools/sim/timeline.h"

#include <errno.h>
#include <stdlib.h>

struct timeline {
    sim_event_t **visible; // ring, by position modulo keep; NULL: withheld
    size_t keep;
    uint64_t end;          // position after the newest
    sim_event_t **pending; // binary heap, next one first
    size_t pending_count;
    size_t pending_capacity;
    uint64_t added; // total, keeps the order of equal times
};

timeline_t *timeline_new(size_t keep)
{
    timeline_t *timeline = calloc(1, sizeof *timeline);
    if (!timeline)
        return NULL;
    timeline->keep = keep;
    timeline->visible = calloc(keep, sizeof(sim_event_t *));
    if (!timeline->visible) {
        free(timeline);
        return NULL;
    }
    return timeline;
}

void timeline_destroy(timeline_t **timeline)
{
    timeline_t *gone = *timeline;
    if (!gone)
        return;
    for (size_t i = 0; i < gone->keep; i++)
        free(gone->visible[i]);
    for (size_t i = 0; i < gone->pending_count; i++)
        free(gone->pending[i]);
    free(gone->visible);
    free(gone->pending);
    free(gone);
    *timeline = NULL;
}

static bool s_before(const sim_event_t *a, const sim_event_t *b)
{
    return a->visible_at_us != b->visible_at_us
               ? a->visible_at_us < b->visible_at_us
               : a->order < b->order;
}

static void s_swap(sim_event_t **a, sim_event_t **b)
{
    sim_event_t *kept = *a;
    *a = *b;
    *b = kept;
}

static int s_push(timeline_t *timeline, sim_event_t *event)
{
    if (timeline->pending_count == timeline->pending_capacity) {
        size_t capacity = timeline->pending_capacity * 2 + 64;
        sim_event_t **pending =
            realloc(timeline->pending, capacity * sizeof(sim_event_t *));
        if (!pending)
            return -ENOMEM;
        timeline->pending = pending;
        timeline->pending_capacity = capacity;
    }
    sim_event_t **heap = timeline->pending;
    size_t at = timeline->pending_count++;
    heap[at] = event;
    for (; at > 0 && s_before(heap[at], heap[(at - 1) / 2]); at = (at - 1) / 2)
        s_swap(&heap[at], &heap[(at - 1) / 2]);
    return 0;
}

static sim_event_t *s_pop(timeline_t *timeline)
{
    sim_event_t **heap = timeline->pending;
    sim_event_t *first = heap[0];
    size_t count = --timeline->pending_count;
    heap[0] = heap[count];
    for (size_t at = 0;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++) {
            if (child < count && s_before(heap[child], heap[least]))
                least = child;
        }
        if (least == at)
            return first;
        s_swap(&heap[at], &heap[least]);
        at = least;
    }
}

int timeline_take(timeline_t *timeline, sim_event_t *event,
                  int64_t visible_at_us)
{
    event->visible_at_us = visible_at_us;
    event->order = timeline->added++;
    return s_push(timeline, event);
}

int timeline_add(timeline_t *timeline, const event_t *event,
                 int64_t visible_at_us)
{
    sim_event_t *copy = sim_event_new(event);
    if (!copy)
        return -ENOMEM;
    int rc = timeline_take(timeline, copy, visible_at_us);
    if (rc)
        free(copy);
    return rc;
}

void timeline_advance(timeline_t *timeline, int64_t now_us)
{
    while (timeline->pending_count > 0 &&
           timeline->pending[0]->visible_at_us <= now_us) {
        size_t at = timeline->end++ % timeline->keep;
        free(timeline->visible[at]);
        timeline->visible[at] = s_pop(timeline);
    }
}

uint64_t timeline_end(const timeline_t *timeline)
{
    return timeline->end;
}

static bool s_matches(const sim_event_t *event, timeline_query_t query)
{
    switch (query.filter) {
    case TIMELINE_PUSHES:
        return event->push_sequence;
    case TIMELINE_OTHERS:
        return !event->push_sequence;
    case TIMELINE_REPO_ID:
        return event->repo_id == query.key;
    case TIMELINE_REPO:
        return event->repo_key == query.key;
    case TIMELINE_ORG:
        return event->org_key == query.key;
    case TIMELINE_ACTOR:
        return event->actor_key == query.key;
    case TIMELINE_ALL:
        break;
    }
    return true;
}

static uint64_t s_begin(const timeline_t *timeline)
{
    return timeline->end > timeline->keep ? timeline->end - timeline->keep : 0;
}

size_t timeline_find(const timeline_t *timeline, timeline_query_t query,
                     uint64_t snapshot, sim_event_t **events, size_t limit)
{
    uint64_t begin = s_begin(timeline);
    uint64_t at = snapshot < timeline->end ? snapshot : timeline->end;
    size_t found = 0;
    while (at > begin && found < limit) {
        sim_event_t *event = timeline->visible[--at % timeline->keep];
        if (event && s_matches(event, query))
            events[found++] = event;
    }
    return found;
}

bool timeline_knows(const timeline_t *timeline, timeline_query_t query)
{
    sim_event_t *event;
    if (timeline_find(timeline, query, timeline->end, &event, 1) > 0)
        return true;
    for (size_t i = 0; i < timeline->pending_count; i++) {
        if (s_matches(timeline->pending[i], query))
            return true;
    }
    return false;
}

int timeline_withhold(timeline_t *timeline, sim_event_t *event,
                      int64_t until_us)
{
    for (uint64_t at = s_begin(timeline); at < timeline->end; at++) {
        if (timeline->visible[at % timeline->keep] != event)
            continue;
        int rc = timeline_take(timeline, event, until_us);
        if (rc == 0)
            timeline->visible[at % timeline->keep] = NULL;
        return rc;
    }
    return 0;
}
