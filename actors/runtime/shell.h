// shell - the life of an actor, the same for all of them: open, loop, close.
//
// An actor names what it does in a shell_class_t; shell_run() is its thread's
// function and speaks with the host as actor.h says:
//
//   signal 0, at once
//   beat "starting", open()     a failure goes on with close()
//   LIVE
//   work(), a beat, a wait      again and again until $TERM or a failure
//   leave()                     unless something failed
//   close()                     at once, for whoever is started next
//   FAILED, reason              if something failed; the cause, "NO MEMORY" or
//                               "NO ROOM", is that of the errno
//   waits for $TERM, in any case: who destroys an actor that has returned
//   before hangs
//
// Errors    A class's functions return 0 or a negative errno and tell the
//           reason by shell_because().
// Threads   The actor's.

#ifndef OCTOLOG_ACTORS_RUNTIME_SHELL_H
#define OCTOLOG_ACTORS_RUNTIME_SHELL_H

#include "actors/runtime/actor.h"
#include "actors/transport/loop.h"

#define SHELL_REASON_MAX 512

// The part of an actor's state that its shell works with.
typedef struct {
    const actor_args_t *args; // borrowed
    actor_beat_t *beat;
    loop_t loop;                   // what the actor waits for
    char reason[SHELL_REASON_MAX]; // why it cannot go on
} shell_t;

// What an actor does; each function gets its state. Those that may be NULL are
// left out then.
typedef struct {
    // Opens what it needs and names its sockets to the loop.
    int (*open)(void *self);
    // Does what is due without anything having come. *wait_ms: how long the
    // actor may sleep then; to be made less, never more. May be NULL.
    int (*work)(void *self, int *wait_ms);
    // What its beats say; *offset and *end are 0 before. The text is constant.
    const char *(*state)(const void *self, uint64_t *offset, uint64_t *end);
    // Ends in good order what is under way. May be NULL.
    int (*leave)(void *self);
    // Closes what open() opened, also after that failed half way.
    void (*close)(void *self);
} shell_class_t;

// Lives the actor's life. shell is a part of self.
void shell_run(shell_t *shell, const shell_class_t *class, void *self,
               zsock_t *pipe, const actor_args_t *args);

// Remembers why the actor cannot go on, "WHAT: WHY". why: NULL or empty: what
// the errno is called. Returns rc.
int shell_because(shell_t *shell, int rc, const char *what, const char *why);

#endif
