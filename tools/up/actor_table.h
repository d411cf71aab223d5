// actor_table - the table of all actors.
//
// Each view is an actor: the aggregator, run under the name of the view.
//
// Threads   Any; constant.

#ifndef OCTOLOG_TOOLS_UP_ACTOR_TABLE_H
#define OCTOLOG_TOOLS_UP_ACTOR_TABLE_H

#include "actors/runtime/actor.h"
#include "actors/supervisor/supervisor.h"

// The actor that `octolog actor NAME` runs; the name is borrowed. false: no
// such actor.
bool actor_table_find(const char *name, actor_class_t *actor);

// The actors of this configuration in the order of starting, and the stage in
// which each one stops: producers first, the journal last. Names are borrowed
// from config. Returns the number of actors.
size_t actor_table_plan(const config_t *config,
                        supervisor_actor_t actors[SUPERVISOR_ACTORS_MAX]);

#endif
