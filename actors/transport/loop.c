#include "actors/transport/loop.h"

#include <assert.h>
#include <errno.h>

void loop_init(loop_t *loop, void *self, zsock_t *pipe)
{
    *loop = (loop_t){.self = self, .pipe = pipe};
    loop->items[0] = (zmq_pollitem_t){zsock_resolve(pipe), -1, ZMQ_POLLIN, 0};
}

static void s_add(loop_t *loop, zmq_pollitem_t item, loop_handler_t *handler)
{
    assert(loop->count < LOOP_INPUTS_MAX);
    loop->count++;
    loop->items[loop->count] = item;
    loop->handlers[loop->count] = handler;
}

void loop_listen(loop_t *loop, zsock_t *socket, loop_handler_t *handler)
{
    s_add(loop, (zmq_pollitem_t){zsock_resolve(socket), -1, ZMQ_POLLIN, 0},
          handler);
}

void loop_wake(loop_t *loop, int fd)
{
    s_add(loop, (zmq_pollitem_t){NULL, fd, ZMQ_POLLIN, 0}, NULL);
}

void loop_clear(loop_t *loop)
{
    loop->count = 0;
}

void loop_await_word(loop_t *loop)
{
    char *word = zstr_recv(loop->pipe);
    // NULL: interrupted, so the owner is stopping too.
    if (!word || streq(word, "$TERM"))
        loop->stopped = true;
    else if (loop->on_word)
        loop->on_word(loop->self, word);
    zstr_free(&word);
}

// A ZeroMQ descriptor only signals what arrives after the socket's events were
// last read, so they are read immediately before sleeping.
static void s_sleep(loop_t *loop, int wait_ms)
{
    int fds[LOOP_INPUTS_MAX + 1];
    for (size_t i = 0; i <= loop->count; i++) {
        void *socket = loop->items[i].socket;
        int events = 0;
        size_t size = sizeof events;
        zmq_getsockopt(socket, ZMQ_EVENTS, &events, &size);
        size = sizeof fds[i];
        zmq_getsockopt(socket, ZMQ_FD, &fds[i], &size);
        if (events & ZMQ_POLLIN)
            wait_ms = 0;
    }
    loop->sleep(loop->self, fds, loop->count + 1, wait_ms);
}

int loop_wait(loop_t *loop, int wait_ms)
{
    int rc = 0;
    if (loop->sleep)
        s_sleep(loop, wait_ms);
    const int ready =
        zmq_poll(loop->items, (int)loop->count + 1, loop->sleep ? 0 : wait_ms);
    if (ready <= 0)
        return ready == 0 || errno == EINTR ? 0 : -errno;
    if (loop->items[0].revents)
        loop_await_word(loop);
    for (size_t i = 1; i <= loop->count && rc == 0 && !loop->stopped; i++)
        if (loop->items[i].revents && loop->handlers[i])
            rc = loop->handlers[i](loop->self);
    return rc;
}

bool loop_is_stopped(loop_t *loop)
{
    while (!loop->stopped && zsock_events(loop->pipe) & ZMQ_POLLIN)
        loop_await_word(loop);
    return loop->stopped;
}

void loop_await_stop(loop_t *loop)
{
    while (!loop->stopped)
        loop_await_word(loop);
}
