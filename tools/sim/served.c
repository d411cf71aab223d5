#include "tools/sim/served.h"

#include "tools/sim/dice.h"

#include <errno.h>
#include <stdlib.h>

#define FIRST_CAPACITY 1024u

static size_t s_slot(const served_t *served, uint64_t id, uint32_t created_at)
{
    size_t mask = served->slot_count - 1;
    size_t at = dice_mix(id ^ dice_mix(created_at)) & mask;
    for (; served->slots[at]; at = (at + 1) & mask) {
        const served_event_t *event = &served->events[served->slots[at] - 1];
        if (event->id == id && event->created_at == created_at)
            break;
    }
    return at;
}

static int s_grow(served_t *served)
{
    size_t capacity = served->capacity ? 2 * served->capacity : FIRST_CAPACITY;
    served_event_t *events = realloc(served->events, capacity * sizeof *events);
    if (!events)
        return -ENOMEM;
    served->events = events;
    uint32_t *slots = calloc(4 * capacity, sizeof *slots);
    if (!slots)
        return -ENOMEM;
    free(served->slots);
    served->slots = slots;
    served->slot_count = 4 * capacity;
    served->capacity = capacity;
    for (size_t i = 0; i < served->count; i++)
        slots[s_slot(served, events[i].id, events[i].created_at)] =
            (uint32_t)i + 1;
    return 0;
}

int served_add(served_t *served, uint64_t id, uint32_t created_at)
{
    if (served->count == served->capacity && served->count < SERVED_MAX) {
        int rc = s_grow(served);
        if (rc)
            return rc;
    }
    size_t slot = s_slot(served, id, created_at);
    if (served->slots[slot]) {
        served->repeats++;
    } else if (served->count == SERVED_MAX) {
        served->dropped++;
    } else {
        served->events[served->count++] = (served_event_t){id, created_at};
        served->slots[slot] = (uint32_t)served->count;
    }
    return 0;
}

void served_free(served_t *served)
{
    free(served->events);
    free(served->slots);
    *served = (served_t){0};
}
