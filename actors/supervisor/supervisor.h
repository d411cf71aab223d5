// supervisor - starts the actors, keeps them running, stops them in order.
//
// Each actor is a process (spawn.h). It inherits the lock on the data
// directory, which so stays locked until the last actor is gone, but not the
// environment settings that effective.cfg already contains.
//
//   "beats"        BEAT  every actor -> supervisor; heartbeats of an actor's
//                  former process are ignored
//   "supervisor"   ACTORS_ASK -> ACTORS (list of ACTOR), one for each actor
//
// The decisions are in supervision.h. An actor that reports "live" or "catching
// up" (a view that answers but is behind) is live; when all are, ready() is
// called. The service manager, if there is one, gets a stricter answer
// (service_manager.h, health.h): ready when /readyz says so.
//
// Signals   SIGTERM, SIGINT, SIGHUP: stop, stage by stage, all within
//           supervisor.stop-ms. SIGINT while stopping (a second Ctrl-C): kill
//           all actors still running. SIGTERM may arrive twice, from a script
//           and from its process group, and counts once.
// Threads   One, which must be the main thread: the children die with it
//           (PR_SET_PDEATHSIG refers to the parent thread).

#ifndef OCTOLOG_ACTORS_SUPERVISOR_SUPERVISOR_H
#define OCTOLOG_ACTORS_SUPERVISOR_SUPERVISOR_H

#include "actors/config/config.h"

#include <stdbool.h>
#include <stddef.h>

#define SUPERVISOR_ACTORS_MAX (CONFIG_VIEWS_MAX + 8)

typedef struct {
    const char *name;
    int stage; // of stopping: 0 stops first; a stage stops together
} supervisor_actor_t;

typedef struct {
    const config_t *config;
    const char *program;              // of the actors, "/proc/self/exe"
    const char *config_file;          // that the actors load: effective.cfg
    int lock_fd;                      // inherited by the actors; -1: none
    const supervisor_actor_t *actors; // in order of starting
    size_t count;                     // 1..SUPERVISOR_ACTORS_MAX
    void (*ready)(void *context);     // all are live, for the first time
    void *context;
} supervisor_t;

// Runs until a signal stops it (returns 0), or until it gives up on an actor
// and has stopped all others (returns 1, after reporting which and why).
int supervisor_run(const supervisor_t *supervisor);

#endif
