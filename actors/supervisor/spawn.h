// spawn - starts an actor's process:
//
//     PROGRAM actor NAME --config FILE --parent PID
//
// Uses posix_spawn(), which executes at once. A plain fork would copy this
// process's ZeroMQ context into a child that cannot use it. The child's
// standard input is empty, and its signal mask and handlers are reset.
//
// Threads   One at a time.

#ifndef OCTOLOG_ACTORS_SUPERVISOR_SPAWN_H
#define OCTOLOG_ACTORS_SUPERVISOR_SPAWN_H

#include <sys/types.h>

typedef struct {
    const char *program;     // "/proc/self/exe"
    const char *config_file; // that the actor loads
    int lock_fd;             // inherited by the actor; -1: none
    char **environment;      // of the actor: spawn_environment()
} spawn_t;

// This process's environment without the settings that effective.cfg already
// contains. The caller frees the array; the strings are borrowed from environ.
// NULL: out of memory.
char **spawn_environment(void);

// Starts the actor. Returns 0 and sets *pid, or a negative errno.
int spawn_actor(const spawn_t *spawn, const char *name, pid_t *pid);

#endif
