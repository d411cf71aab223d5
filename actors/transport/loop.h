// loop - how a thread that somebody owns waits: at its sockets and at the
// owner's end of its pipe, until that says $TERM.
//
// Each socket has a handler, which is called when the socket has something. The
// pipe comes first: once $TERM was read, no handler is called any more.
//
//   owner -> thread   "$TERM": the loop is stopped
//                     any other word: on_word
//
// Errors    0 or a negative errno.
// Memory    Allocates nothing. The sockets are borrowed.
// Threads   The one whose loop it is.

#ifndef OCTOLOG_ACTORS_TRANSPORT_LOOP_H
#define OCTOLOG_ACTORS_TRANSPORT_LOOP_H

#include <czmq.h>

// Sockets and descriptors beside the pipe.
#define LOOP_INPUTS_MAX 7

// Takes in what a socket has. A negative errno ends the wait that called it.
typedef int loop_handler_t(void *self);

typedef struct {
    void *self;    // handed to all of the functions; borrowed
    zsock_t *pipe; // to the owner; borrowed
    // What the owner says; NULL: it is ignored.
    void (*on_word)(void *self, const char *word);
    // Waits in poll()'s place until one of the descriptors can be read, or for
    // wait_ms at most; for a thread that has more to wait for. NULL: poll().
    void (*sleep)(void *self, const int *fds, size_t count, int wait_ms);
    bool stopped; // $TERM was said
    size_t count; // of inputs, the pipe not counted
    zmq_pollitem_t items[LOOP_INPUTS_MAX + 1]; // the pipe first
    loop_handler_t *handlers[LOOP_INPUTS_MAX + 1];
} loop_t;

// A loop that hears nobody but its owner. More of its fields may be set after.
void loop_init(loop_t *loop, void *self, zsock_t *pipe);

// From now on the loop hears the socket, too.
void loop_listen(loop_t *loop, zsock_t *socket, loop_handler_t *handler);

// From now on something to read at the descriptor ends a wait; what it is, the
// thread finds by itself. Not together with `sleep`.
void loop_wake(loop_t *loop, int fd);

// Hears nobody but its owner again, for what is heard to be named anew.
void loop_clear(loop_t *loop);

// Waits for at most wait_ms, -1: for ever, and calls the handlers of what came.
// It may return early. The first error of a handler, or of poll().
int loop_wait(loop_t *loop, int wait_ms);

// Takes in what the owner said, without waiting. Whether the loop is stopped.
bool loop_is_stopped(loop_t *loop);

// Waits for one word of the owner's, whatever it is.
void loop_await_word(loop_t *loop);

// Waits until the owner says $TERM.
void loop_await_stop(loop_t *loop);

#endif
