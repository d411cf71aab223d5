// supervisor - starts the actors, keeps them running, stops them in order.
//
// Each actor is a process (spawn.h). They inherit the lock on the data
// directory, so that it stays taken until the last of them is gone, and none of
// the environment that effective.cfg has digested already.
//
//   "beats"        BEAT  every actor -> supervisor; a beat of a process that
//                  is no longer the actor's is ignored
//   "supervisor"   ACTORS_ASK -> ACTORS (list of ACTOR), one for each actor
//
// The decisions are in supervision.h. An actor that says "live" or "catching
// up" (a view that answers, from behind) is live; when all are, the whole is
// ready. The service manager, where there is one, is told more strictly
// (service_manager.h, health.h): it is ready when /readyz would say so.
//
// Signals   SIGTERM, SIGINT, SIGHUP: stop, stage by stage, all within
//           supervisor.stop-ms. SIGINT while stopping (Ctrl-C once more): kill
//           what still runs. SIGTERM may come twice, from a script and from
//           its process group, and counts once.
// Threads   One, which must be the process's main one: its children die with
//           it (PR_SET_PDEATHSIG counts threads).

#ifndef OCTOLOG_ACTORS_SUPERVISOR_SUPERVISOR_H
#define OCTOLOG_ACTORS_SUPERVISOR_SUPERVISOR_H

#include "actors/config/config.h"

#include <stdbool.h>
#include <stddef.h>

#define SUPERVISOR_ACTORS_MAX (CONFIG_VIEWS_MAX + 8)

typedef struct {
    const char *name;
    int stage; // of stopping: 0 stops first; those of a stage stop together
} supervisor_actor_t;

typedef struct {
    const config_t *config;
    const char *program;              // of the actors, "/proc/self/exe"
    const char *config_file;          // that they load: effective.cfg
    int lock_fd;                      // inherited by the actors; -1: none
    const supervisor_actor_t *actors; // in order of starting
    size_t count;                     // 1..SUPERVISOR_ACTORS_MAX
    void (*ready)(void *context);     // all are live, for the first time
    void *context;
} supervisor_t;

// Runs until a signal stops it (0), or until an actor is given up and all
// others are stopped (1, after one line that says which and why).
int supervisor_run(const supervisor_t *supervisor);

#endif
