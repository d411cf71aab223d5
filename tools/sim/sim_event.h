// sim_event - an event in the simulated GitHub.
//
// Errors    NULL when out of memory.
// Memory    One block per event, owned by the list that holds it.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_SIM_SIM_EVENT_H
#define OCTOLOG_TOOLS_SIM_SIM_EVENT_H

#include "proto/event/event.h"

#include <stdbool.h>

typedef struct {
    int64_t visible_at_us;
    uint64_t order; // breaks ties of visible_at_us
    uint64_t id;
    uint64_t repo_id;
    uint64_t repo_key, actor_key, org_key; // sim_event_key(); 0: absent
    uint32_t created_at;
    bool push_sequence; // {Push, Create, Delete}: their own sequence of ids
    size_t bytes;
    char json[];
} sim_event_t;

// A key to compare names, ignoring case; 0 for the empty name.
uint64_t sim_event_key(slice_t name);

// Copies the event; free it with free().
sim_event_t *sim_event_new(const event_t *event);

static inline slice_t sim_event_json(const sim_event_t *event)
{
    return slice(event->json, event->bytes);
}

#endif
