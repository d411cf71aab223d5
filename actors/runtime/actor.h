// actor - what all actors have in common, and the process that hosts one.
//
// An actor is a zactor function: void NAME_actor(zsock_t *pipe, void *args),
// with args an actor_args_t. It learns socket addresses from config alone, so
// the same function runs in a separate process (actor_host) and, in tests, over
// inproc://. Each calls shell_run() (shell.h).
//
// On its pipe:
//   actor -> host   signal 0 at once (zsock_signal); then "LIVE" when it
//                   serves, or, by actor_fail(), "FAILED" and a reason when it
//                   cannot continue, followed by "NO ROOM" if the disk is full
//                   or "NO MEMORY" if memory ran out. After FAILED it still
//                   waits for $TERM. An actor may send other words for its
//                   tests; the host ignores them.
//   host -> actor   "$TERM": drain, stop, return.
//   host -> actor   "DRAIN": accept no new work, finish what is in progress,
//                   then answer "DRAINED" (fetcher only; others ignore it).
//
// actor_beat() sends heartbeats to the supervisor's endpoint "beats".

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

// Whether the journal, last heard at heard_ms of clock_tick_ms() (0: never),
// still counts as running. It does not after a silence of three heartbeats, but
// always of at least one second: a machine may stall for a moment.
bool actor_hears(const config_t *config, int64_t heard_ms);

// Sends heartbeats at the configured interval; one object per actor, used by
// the actor's thread.
typedef struct actor_beat actor_beat_t;

actor_beat_t *actor_beat_new(const actor_args_t *args);
void actor_beat_destroy(actor_beat_t **beat);

// Sends a heartbeat if one is due or `state` has changed; never blocks. Returns
// the milliseconds until the next is due: the longest an actor may wait in
// poll().
int actor_beat(actor_beat_t *beat, const char *state, uint64_t offset,
               uint64_t end);

// Tells the host that the actor cannot continue. rc: the negative errno.
void actor_fail(zsock_t *pipe, int rc, const char *reason);

// What actor_host() returns, and the exit status the supervisor sees. It does
// not restart an actor that failed to start for a reason that stays (port in
// use, log damaged).
enum {
    ACTOR_STOPPED = 0,   // on request
    ACTOR_REFUSED = 1,   // FAILED before it was ever LIVE
    ACTOR_BROKEN = 3,    // FAILED while LIVE
    ACTOR_NO_ROOM = 4,   // FAILED because the disk is full, LIVE or not
    ACTOR_NO_MEMORY = 5, // FAILED, or aborted by a library, out of memory
};

// Runs one actor in this process until SIGTERM, until the actor sends FAILED
// (which is then reported to standard error), or until the parent process is
// gone. `parent` is its pid. With 0 no parent is watched, and SIGINT stops the
// actor too. With a parent SIGINT is ignored: Ctrl-C reaches the whole process
// group, but the parent decides the order of stopping.
//
// Call it at the start of the process, before any other thread exists.
int actor_host(const actor_class_t *actor, const config_t *config,
               int64_t parent);

#endif
