#include "actors/transport/request.h"

#include "actors/transport/socket.h"

#include <czmq.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

// If the peer goes away, the question is sent once more, to its successor. Not
// more often: the question itself may be what crashes its peers.
#define ASK_TIMES 2

struct request {
    const config_t *config; // borrowed
    char *name;             // owned
    zsock_t *socket;        // NULL before the first call and after a failure
    buffer_t question;      // encoded
    zframe_t **frames;      // of the last answer, after an empty one; owned
    size_t count;
    size_t capacity;
};

request_t *request_new(const config_t *config, const char *name)
{
    request_t *self = calloc(1, sizeof *self);

    if (!self)
        return NULL;
    self->config = config;
    self->name = strdup(name);
    if (!self->name)
        request_destroy(&self);
    return self;
}

static void s_forget_answer(request_t *self)
{
    while (self->count > 0)
        zframe_destroy(&self->frames[--self->count]);
}

void request_destroy(request_t **request)
{
    request_t *self = *request;

    if (!self)
        return;
    *request = NULL;
    s_forget_answer(self);
    free(self->frames);
    zsock_destroy(&self->socket);
    buffer_free(&self->question);
    free(self->name);
    free(self);
}

static int s_keep_frame(request_t *self, zframe_t *frame)
{
    if (self->count == self->capacity) {
        size_t capacity = self->capacity ? self->capacity * 2 : 8;
        zframe_t **frames =
            realloc(self->frames, capacity * sizeof(zframe_t *));

        if (!frames)
            return -ENOMEM;
        self->frames = frames;
        self->capacity = capacity;
    }
    self->frames[self->count++] = frame;
    return 0;
}

// Receives all frames of an answer; ZeroMQ delivers them together.
static int s_receive(request_t *self)
{
    bool more = true;

    while (more) {
        zframe_t *frame = zframe_recv(self->socket);

        if (!frame)
            return -EBADMSG;
        more = zframe_more(frame);
        int rc = s_keep_frame(self, frame);
        if (rc) {
            zframe_destroy(&frame);
            return rc;
        }
    }
    return zframe_size(self->frames[0]) == 0 ? 0 : -EBADMSG;
}

// Waits until something happens to the socket. -ETIMEDOUT; -errno.
static int s_wait(request_t *self, int64_t end_ms)
{
    struct pollfd item = {zsock_fd(self->socket), POLLIN, 0};
    int rc;

    do {
        int64_t left_ms = end_ms - zclock_mono();
        rc = left_ms > 0 ? poll(&item, 1, (int)left_ms) : 0;
    } while (rc < 0 && errno == EINTR);
    return rc < 0 ? -errno : rc == 0 ? -ETIMEDOUT : 0;
}

// -ECONNRESET: the peer went away and the question is lost, even if another
// peer has already connected.
static int s_await_answer(request_t *self, int64_t end_ms)
{
    int rc = socket_look(self->socket);

    if (rc)
        return rc == 1 ? 0 : rc;
    rc = s_wait(self, end_ms);
    if (rc)
        return rc;
    return socket_look(self->socket) == 1 ? 0 : -ECONNRESET;
}

static int s_ask_once(request_t *self, int64_t end_ms)
{
    int64_t left_ms = end_ms - zclock_mono();
    int rc = self->socket ? 0
                          : socket_connect_asker(&self->socket, self->config,
                                                 self->name);

    if (rc)
        return rc;
    // Sending waits for a peer. A REP peer expects the empty frame first.
    zsock_set_sndtimeo(self->socket, left_ms > 0 ? (int)left_ms : 0);
    rc = socket_send_bytes(self->socket, slice(NULL, 0), true);
    if (rc == 0)
        rc = socket_send_bytes(self->socket, buffer_slice(&self->question),
                               false);
    if (rc == 0)
        rc = s_await_answer(self, end_ms);
    return rc ? rc : s_receive(self);
}

static int s_ask(request_t *self, int64_t end_ms)
{
    int rc = -ECONNRESET;

    for (int i = 0; i < ASK_TIMES && rc == -ECONNRESET; i++) {
        s_forget_answer(self);
        rc = s_ask_once(self, end_ms);
        if (rc)
            zsock_destroy(&self->socket);
    }
    if (rc)
        s_forget_answer(self);
    return rc == -EAGAIN ? -ETIMEDOUT : rc;
}

int request_ask(request_t *request, const message_t *question, int deadline_ms,
                message_t *answer)
{
    int64_t end_ms = zclock_mono() + deadline_ms;
    int rc = -ENOMEM;

    s_forget_answer(request);
    buffer_reset(&request->question);
    message_encode(question, &request->question);
    if (!buffer_failed(&request->question))
        rc = s_ask(request, end_ms);
    if (rc)
        return rc;
    return message_decode(answer, request_frame(request, 0)) ? -EBADMSG : 0;
}

slice_t request_frame(const request_t *request, size_t i)
{
    if (i + 1 >= request->count)
        return slice(NULL, 0);
    return slice(zframe_data(request->frames[i + 1]),
                 zframe_size(request->frames[i + 1]));
}
