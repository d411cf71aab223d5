#include "actors/supervisor/spawn.h"

#include "actors/config/config.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern char **environ;

char **spawn_environment(void)
{
    size_t count = 0, kept = 0;

    while (environ[count])
        count++;
    char **result = calloc(count + 1, sizeof *result);
    for (size_t i = 0; result && i < count; i++) {
        if (!config_is_variable(environ[i]))
            result[kept++] = environ[i];
    }
    return result;
}

// Sets up what happens between fork and exec. Returns 0 or a positive errno,
// like posix_spawn; so does the next function.
static int s_prepare(const spawn_t *spawn, posix_spawn_file_actions_t *actions,
                     posix_spawnattr_t *attributes)
{
    sigset_t none, defaults;
    const int lock = spawn->lock_fd;

    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    int rc = posix_spawnattr_setsigmask(attributes, &none);
    if (!rc)
        rc = posix_spawnattr_setsigdefault(attributes, &defaults);
    if (!rc)
        rc = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
                                                      POSIX_SPAWN_SETSIGDEF);
    if (!rc)
        rc = posix_spawn_file_actions_addopen(actions, STDIN_FILENO,
                                              "/dev/null", O_RDONLY, 0);
    // A dup2 onto itself clears the close-on-exec flag.
    if (!rc && lock >= 0)
        rc = posix_spawn_file_actions_adddup2(actions, lock, lock);
    return rc;
}

static int s_spawn(const spawn_t *spawn, const char *name, pid_t *pid,
                   posix_spawn_file_actions_t *actions,
                   posix_spawnattr_t *attributes)
{
    char parent[24];
    const char *const argv[] = {
        "octolog",          "actor",    name,   "--config",
        spawn->config_file, "--parent", parent, NULL};

    snprintf(parent, sizeof parent, "%ld", (long)getpid());
    int rc = s_prepare(spawn, actions, attributes);
    return rc ? rc
              : posix_spawn(pid, spawn->program, actions, attributes,
                            (char *const *)argv, spawn->environment);
}

int spawn_actor(const spawn_t *spawn, const char *name, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t started;

    int rc = posix_spawn_file_actions_init(&actions);
    if (rc)
        return -rc;
    rc = posix_spawnattr_init(&attributes);
    if (!rc) {
        rc = s_spawn(spawn, name, &started, &actions, &attributes);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    if (!rc)
        *pid = started;
    return -rc;
}
