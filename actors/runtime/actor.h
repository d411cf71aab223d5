// actor - what all actors have in common, and the process around one.
//
// An actor is a zactor function: void NAME_actor(zsock_t *pipe, void *args),
// with args an actor_args_t. It knows socket addresses from config alone, so
// the same function runs in a process of its own (actor_host) and, in tests,
// over inproc://. All of them are a shell_run() (shell.h).
//
// On its pipe:
//   actor -> host   signal 0 at once (zsock_signal); then "LIVE" when it
//                   serves, or by actor_fail(): "FAILED", reason: it cannot go
//                   on; with "NO ROOM" if the disk is full, "NO MEMORY" if
//                   memory ran out. After FAILED it waits for $TERM like any
//                   other. Other words an actor may have for its tests; the
//                   host ignores them.
//   host -> actor   "$TERM": drain, stop, return.
//   host -> actor   "DRAIN": stop taking in new work, finish what is under
//                   way, then answer "DRAINED" (fetcher only; others ignore).
//
// Beats go to the supervisor's "beats" endpoint by actor_beat().

#ifndef OCTOLOG_ACTORS_RUNTIME_ACTOR_H
#define OCTOLOG_ACTORS_RUNTIME_ACTOR_H

#include "actors/config/config.h"

#include <czmq.h>

typedef struct {
    const config_t *config; // borrowed, outlives the actor
    const char *name;       // "journal", "event_counts", ...
} actor_args_t;

typedef void actor_function_t(zsock_t *pipe, void *args);

// A row of the table of actors (tools/main): what `octolog actor NAME` runs.
typedef struct {
    const char *name;
    actor_function_t *run;
    bool drains; // it answers DRAIN with DRAINED
} actor_class_t;

// Is the journal, last heard at heard_ms of clock_tick_ms() (0: never), still
// heard? Not after a silence of three heartbeats, and of a second at least: a
// machine that stalls is not a journal that went.
bool actor_hears(const config_t *config, int64_t heard_ms);

// Sends beats at config's heartbeat rate; one an actor, in its own thread.
typedef struct actor_beat actor_beat_t;

actor_beat_t *actor_beat_new(const actor_args_t *args);
void actor_beat_destroy(actor_beat_t **beat);

// Sends a beat when one is due or when `state` changed; never blocks. Returns
// milliseconds until the next is due: the longest an actor may wait in its
// poll.
int actor_beat(actor_beat_t *beat, const char *state, uint64_t offset,
               uint64_t end);

// Tells the host that the actor cannot go on; rc: the negative errno of it.
void actor_fail(zsock_t *pipe, int rc, const char *reason);

// What actor_host() returns. The supervisor reads them as exit statuses: an
// actor that cannot even start for a reason that will not go away (port in use,
// log damaged) is not worth a restart.
enum {
    ACTOR_STOPPED = 0,   // as it was asked to
    ACTOR_REFUSED = 1,   // FAILED before it was ever LIVE
    ACTOR_BROKEN = 3,    // FAILED while LIVE
    ACTOR_NO_ROOM = 4,   // FAILED for a full disk, LIVE or not
    ACTOR_NO_MEMORY = 5, // FAILED, or aborted by a library, for want of memory
};

// Runs one actor in this process until SIGTERM, until the actor reports FAILED
// (which it reports to standard error), or until the process that started it is
// gone. `parent` is its pid, 0: none to watch; then SIGINT stops it, too. With
// a parent SIGINT is ignored: Ctrl-C reaches the whole process group, and the
// order of stopping is the parent's affair.
//
// Call it first thing in the process, before there is any other thread.
int actor_host(const actor_class_t *actor, const config_t *config,
               int64_t parent);

#endif
