#include "actors/transport/thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct thread {
    pthread_t id;
    zsock_t *pipe;  // the owner's end
    zsock_t *inner; // the thread's end, closed by it
    zactor_fn *run;
    void *args;                  // of run; borrowed
    const thread_class_t *class; // of a helper; else NULL
    void *self;                  // of a helper; borrowed
    _Atomic int rc;              // of open(); set before the thread's signal
};

static void *s_main(void *context)
{
    thread_t *thread = context;
    thread->run(thread->inner, thread->args);
    zsock_destroy(&thread->inner);
    return NULL;
}

// A helper: open, loop, close.
static void s_help(zsock_t *pipe, void *args)
{
    thread_t *thread = args;
    const thread_class_t *class = thread->class;
    void *self = thread->self;
    loop_t loop;
    loop_init(&loop, self, pipe);
    int rc = class->open(self, &loop);
    atomic_store(&thread->rc, rc);
    zsock_signal(pipe, 0);
    while (rc == 0 && !loop.stopped)
        rc = loop_wait(&loop, -1);
    class->close(self);
    loop_await_stop(&loop);
}

static int s_start(thread_t *self)
{
    self->pipe = zsys_create_pipe(&self->inner);
    if (!self->pipe)
        return -ENOMEM;
    // EAGAIN: also no memory for the stack.
    if (pthread_create(&self->id, NULL, s_main, self) != 0) {
        zsock_destroy(&self->inner);
        zsock_destroy(&self->pipe);
        return -ENOMEM;
    }
    while (zsock_wait(self->pipe) < 0 && errno == EINTR)
        ;
    return 0;
}

static int s_new(thread_t **thread, const thread_t *wanted)
{
    thread_t *self = malloc(sizeof *self);
    if (!self)
        return -ENOMEM;
    *self = *wanted;
    if (!self->run) {
        self->run = s_help;
        self->args = self;
    }
    int rc = s_start(self);
    if (rc != 0)
        free(self);
    else if ((rc = atomic_load(&self->rc)) != 0)
        thread_destroy(&self);
    else
        *thread = self;
    return rc;
}

int thread_new(thread_t **thread, const thread_class_t *class, void *self)
{
    return s_new(thread, &(thread_t){.class = class, .self = self});
}

int thread_start(thread_t **thread, zactor_fn *run, void *args)
{
    return s_new(thread, &(thread_t){.run = run, .args = args});
}

void thread_destroy(thread_t **thread)
{
    thread_t *self = *thread;
    if (!self)
        return;
    *thread = NULL;
    zstr_send(self->pipe, "$TERM");
    pthread_join(self->id, NULL);
    zsock_destroy(&self->pipe);
    free(self);
}

zsock_t *thread_pipe(const thread_t *thread)
{
    return thread->pipe;
}
