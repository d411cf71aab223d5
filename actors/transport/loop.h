// loop - the event loop of a thread: waits for its sockets and for its owner's
// pipe, until the owner sends $TERM.
//
// Each socket has a handler, called when there is something to read. The pipe
// comes first: after $TERM no handler is called.
//
//   owner -> thread   "$TERM": the loop stops
//                     any other word: on_word
//
// Errors    0 or a negative errno.
// Memory    Allocates nothing. The sockets are borrowed.
// Threads   The thread that runs the loop.

#ifndef OCTOLOG_ACTORS_TRANSPORT_LOOP_H
#define OCTOLOG_ACTORS_TRANSPORT_LOOP_H

#include <czmq.h>

// Sockets and descriptors, not counting the pipe.
#define LOOP_INPUTS_MAX 7

// Reads from a socket. A negative errno ends the wait that called it.
typedef int loop_handler_t(void *self);

typedef struct {
    void *self;    // passed to all functions; borrowed
    zsock_t *pipe; // to the owner; borrowed
    // Called for a word from the owner. NULL: words are ignored.
    void (*on_word)(void *self, const char *word);
    // Used instead of poll() by a thread that has more to wait for: returns
    // when a descriptor is readable, or after wait_ms. NULL: poll().
    void (*sleep)(void *self, const int *fds, size_t count, int wait_ms);
    bool stopped; // $TERM was received
    size_t count; // of inputs, not counting the pipe
    zmq_pollitem_t items[LOOP_INPUTS_MAX + 1]; // the pipe first
    loop_handler_t *handlers[LOOP_INPUTS_MAX + 1];
} loop_t;

// Makes a loop that waits for its owner only. Set on_word and sleep afterwards.
void loop_init(loop_t *loop, void *self, zsock_t *pipe);

// Adds a socket and its handler.
void loop_listen(loop_t *loop, zsock_t *socket, loop_handler_t *handler);

// Adds a descriptor: if it is readable, the wait ends, and the thread checks
// for itself. Must not be combined with `sleep`.
void loop_wake(loop_t *loop, int fd);

// Removes all sockets and descriptors.
void loop_clear(loop_t *loop);

// Waits for at most wait_ms (-1: for ever) and calls the handlers of sockets
// that are readable. May return early. Returns 0, or the first error of a
// handler or of poll().
int loop_wait(loop_t *loop, int wait_ms);

// Reads words from the owner without waiting; whether the loop has stopped.
bool loop_is_stopped(loop_t *loop);

// Waits for one word from the owner.
void loop_await_word(loop_t *loop);

// Waits until the owner sends $TERM.
void loop_await_stop(loop_t *loop);

#endif
