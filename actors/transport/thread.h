// thread - a thread with a pipe to its owner: an actor, or a helper thread of
// one.
//
// Like czmq's zactor, but it reports when no thread can be created, where
// zactor_new() of czmq 4.2 crashes, and it joins: once thread_destroy() has
// returned, the thread is gone.
//
// Errors    0 or a negative errno. -ENOMEM: no memory for the thread, or no
//           more threads are allowed; a later call may succeed.
// Threads   The owner's: the thread that started it also destroys it. czmq must
//           be initialized first (socket_init(), or any socket opened).

#ifndef OCTOLOG_ACTORS_TRANSPORT_THREAD_H
#define OCTOLOG_ACTORS_TRANSPORT_THREAD_H

#include "actors/transport/loop.h"

#include <czmq.h>

typedef struct thread thread_t;

// A helper thread's functions. They run in the thread and get the state passed
// to thread_new().
typedef struct {
    // Opens the sockets and adds them to the loop. 0 or a negative errno.
    int (*open)(void *self, loop_t *loop);
    // Closes what open() opened, even if open() failed.
    void (*close)(void *self);
} thread_class_t;

// Starts a helper thread and waits until it is open. self must outlive it.
// -ENOMEM, or the error of open(): close() was then called and no thread is
// left.
int thread_new(thread_t **thread, const thread_class_t *class, void *self);

// Starts a thread that runs a zactor function and waits for its signal. The
// function must not return before $TERM. args must outlive it.
int thread_start(thread_t **thread, zactor_fn *run, void *args);

// Sends $TERM and waits until the thread has ended, however long it takes.
void thread_destroy(thread_t **thread);

// The owner's end of the pipe; borrowed.
zsock_t *thread_pipe(const thread_t *thread);

#endif
