// shell - the life of an actor, the same for all of them: open, loop, close.
//
// An actor lists its functions in a shell_class_t. shell_run() is the function
// of its thread and follows the protocol of actor.h with the host:
//
//   signal 0, at once
//   heartbeat "starting", open()   on failure continues at close()
//   LIVE
//   work(), heartbeat, wait        repeated until $TERM or a failure
//   leave()                        unless something failed
//   close()                        at once, so that a successor can start
//   FAILED, reason                 if something failed, with "NO MEMORY" or
//                                  "NO ROOM" if the errno says so
//   waits for $TERM                always: destroying an actor that returned
//                                  before $TERM hangs
//
// Errors    A class's functions return 0 or a negative errno and set the
//           reason with shell_because().
// Threads   The actor's.

#ifndef OCTOLOG_ACTORS_RUNTIME_SHELL_H
#define OCTOLOG_ACTORS_RUNTIME_SHELL_H

#include "actors/runtime/actor.h"
#include "actors/transport/loop.h"
#include "proto/base/failure.h"

// The part of an actor's state that its shell uses.
typedef struct {
    const actor_args_t *args; // borrowed
    actor_beat_t *beat;
    loop_t loop;       // what the actor waits for
    failure_t failure; // why it cannot continue
} shell_t;

// An actor's functions; each gets its state.
typedef struct {
    // Opens what the actor needs and adds its sockets to the loop.
    int (*open)(void *self);
    // Does work that is due regardless of input. *wait_ms is how long the actor
    // may then wait; the function may reduce it, never raise it. May be NULL.
    int (*work)(void *self, int *wait_ms);
    // What heartbeats report; *offset and *end are 0 on entry. Returns a
    // constant string.
    const char *(*state)(const void *self, uint64_t *offset, uint64_t *end);
    // Finishes work in progress in an orderly stop. May be NULL.
    int (*leave)(void *self);
    // Closes what open() opened, even if open() failed half-way.
    void (*close)(void *self);
} shell_class_t;

// Runs the actor until $TERM. shell is a part of self.
void shell_run(shell_t *shell, const shell_class_t *class, void *self,
               zsock_t *pipe, const actor_args_t *args);

// Records why the actor cannot continue, as "WHAT: WHY". If why is NULL or
// empty, the errno's text is used. Returns rc.
int shell_because(shell_t *shell, int rc, const char *what, const char *why);

#endif
