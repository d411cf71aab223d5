#include "tools/sim/sim_event.h"

#include "tools/sim/dice.h"

#include <ctype.h>
#include <stdlib.h>

uint64_t sim_event_key(slice_t name)
{
    uint64_t key = 0;
    for (size_t i = 0; i < name.bytes; i++)
        key = dice_mix(key ^ (uint64_t)tolower((unsigned char)name.data[i]));
    return key;
}

sim_event_t *sim_event_new(const event_t *event)
{
    sim_event_t *copy = malloc(sizeof *copy + event->json.bytes);
    if (!copy)
        return NULL;
    *copy = (sim_event_t){
        .id = event->id,
        .repo_id = event->repo_id,
        .repo_key = sim_event_key(event->repo_name),
        .actor_key = sim_event_key(event->actor_login),
        .org_key = sim_event_key(event->org_login),
        .created_at = event->created_at,
        .push_sequence = event->type == EVENT_TYPE_PUSH ||
                         event->type == EVENT_TYPE_CREATE ||
                         event->type == EVENT_TYPE_DELETE,
        .bytes = event->json.bytes,
    };
    memcpy(copy->json, event->json.data, event->json.bytes);
    return copy;
}
