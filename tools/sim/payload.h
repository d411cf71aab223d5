// payload - the `payload` of one event, by type and shape.
//
// Errors    Out of memory shows in the buffer.
// Threads   Any, one per buffer and dice.

#ifndef OCTOLOG_TOOLS_SIM_PAYLOAD_H
#define OCTOLOG_TOOLS_SIM_PAYLOAD_H

#include "tools/sim/objects.h"

// The facts of an event. `number` and `pull_id` are for issues and pull
// requests; `action` is as GitHub sends it.
typedef struct {
    objects_shape_t shape;
    uint8_t type; // event_type_t
    const char *action;
    bool merged; // 2016: closed by a merge
    const names_repo_t *repo;
    const names_user_t *actor;
    uint32_t number;
    uint64_t pull_id;
    uint64_t serial; // increases with each event; ids are derived from it
    uint32_t created_at;
} payload_facts_t;

void payload_write(buffer_t *out, const payload_facts_t *facts, dice_t *dice);

#endif
