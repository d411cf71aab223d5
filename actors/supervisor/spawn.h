// spawn - the process of an actor: `PROGRAM actor NAME --config FILE --parent
// PID`.
//
// Made by posix_spawn(), which executes at once: nothing of this process's
// ZeroMQ context, which a plain fork would copy into a child that cannot use
// it, is ever seen there. Nothing comes on its standard input, and it forgets
// this process's signals.
//
// Threads   One at a time.

#ifndef OCTOLOG_ACTORS_SUPERVISOR_SPAWN_H
#define OCTOLOG_ACTORS_SUPERVISOR_SPAWN_H

#include <sys/types.h>

typedef struct {
    const char *program;     // "/proc/self/exe"
    const char *config_file; // that the actor loads
    int lock_fd;             // inherited by it; -1: none
    char **environment;      // of it: spawn_environment()
} spawn_t;

// This process's environment but for what effective.cfg has digested. The array
// is the caller's to free, the strings are borrowed from environ. NULL: no
// memory.
char **spawn_environment(void);

// Starts the actor. 0 or a negative errno; *pid only then.
int spawn_actor(const spawn_t *spawn, const char *name, pid_t *pid);

#endif
