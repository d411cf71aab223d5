// thread - a thread with a pipe to who started it: an actor, or a helper beside
// one.
//
// As czmq's zactor, but it tells when no thread can be had, where zactor_new()
// of czmq 4.2 crashes, and ends by pthread_join(): when thread_destroy() has
// returned, the thread is gone.
//
// Errors    0 or a negative errno. -ENOMEM: no memory for the thread, or no
//           more threads are allowed; both may come back.
// Threads   The owner's: the one that started it also destroys it. czmq is set
//           up before (socket_init(), or any socket opened).

#ifndef OCTOLOG_ACTORS_TRANSPORT_THREAD_H
#define OCTOLOG_ACTORS_TRANSPORT_THREAD_H

#include "actors/transport/loop.h"

#include <czmq.h>

typedef struct thread thread_t;

// What a helper thread does. All of it runs in the thread and gets the state
// that thread_new() was given.
typedef struct {
    // Opens its sockets and names them to the loop. 0 or a negative errno.
    int (*open)(void *self, loop_t *loop);
    // Closes what open() opened, also after it failed.
    void (*close)(void *self);
} thread_class_t;

// Starts a helper thread and waits until it is open. self must outlive it.
// -ENOMEM, or why it could not be opened: then close() was called and no thread
// is left.
int thread_new(thread_t **thread, const thread_class_t *class, void *self);

// Starts a thread that runs a function of zactor's kind, and waits for its
// signal. It must not return before it was told $TERM. args must outlive it.
int thread_start(thread_t **thread, zactor_fn *run, void *args);

// Says $TERM and waits for its end, as long as what it is doing takes.
void thread_destroy(thread_t **thread);

// The owner's end of the pipe; borrowed.
zsock_t *thread_pipe(const thread_t *thread);

#endif
