#include "actors/runtime/shell.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int shell_because(shell_t *shell, int rc, const char *what, const char *why)
{
    return failure_set(&shell->failure, rc, "%s: %s", what,
                       why && *why ? why : strerrordesc_np(-rc));
}

static int s_open(shell_t *shell, const shell_class_t *class, void *self)
{
    shell->beat = actor_beat_new(shell->args);
    if (!shell->beat)
        return shell_because(shell, -ENOMEM, "cannot start", NULL);
    actor_beat(shell->beat, "starting", 0, 0);
    return class->open(self);
}

static int s_turn(shell_t *shell, const shell_class_t *class, void *self)
{
    uint64_t offset = 0, end = 0;
    int own_ms = INT_MAX;
    int rc = class->work ? class->work(self, &own_ms) : 0;
    if (rc != 0)
        return rc;
    const char *state = class->state(self, &offset, &end);
    const int beat_ms = actor_beat(shell->beat, state, offset, end);
    return loop_wait(&shell->loop, own_ms < beat_ms ? own_ms : beat_ms);
}

static int s_loop(shell_t *shell, const shell_class_t *class, void *self)
{
    int rc = 0;
    while (rc == 0 && !shell->loop.stopped)
        rc = s_turn(shell, class, self);
    return rc == 0 && class->leave ? class->leave(self) : rc;
}

void shell_run(shell_t *shell, const shell_class_t *class, void *self,
               zsock_t *pipe, const actor_args_t *args)
{
    shell->args = args;
    loop_init(&shell->loop, self, pipe);
    zsock_signal(pipe, 0);
    int rc = s_open(shell, class, self);
    if (rc == 0) {
        zstr_send(pipe, "LIVE");
        rc = s_loop(shell, class, self);
    }
    class->close(self);
    actor_beat_destroy(&shell->beat);
    if (rc != 0)
        actor_fail(pipe, rc, shell->failure.reason);
    loop_await_stop(&shell->loop);
}
