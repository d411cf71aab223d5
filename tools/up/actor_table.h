// actor_table - which actors there are: the one place that knows all of them.
//
// A view is an actor, too: the aggregator, run under the view's name.
//
// Threads   Any; constant.

#ifndef OCTOLOG_TOOLS_UP_ACTOR_TABLE_H
#define OCTOLOG_TOOLS_UP_ACTOR_TABLE_H

#include "actors/runtime/actor.h"
#include "actors/supervisor/supervisor.h"

// What `octolog actor NAME` runs; the name is borrowed. false: no such actor.
bool actor_table_find(const char *name, actor_class_t *actor);

// The actors of this configuration in order of starting, and the stage in which
// each stops: those that bring work in first, the log last. Names are borrowed
// from config. Returns how many.
size_t actor_table_plan(const config_t *config,
                        supervisor_actor_t actors[SUPERVISOR_ACTORS_MAX]);

#endif
