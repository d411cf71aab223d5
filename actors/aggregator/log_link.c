#include "actors/aggregator/log_link.h"

#include "actors/transport/socket.h"

#include <errno.h>

// The shortest wait is enough for a journal that reads from a cold disk, the
// longest for one that recovers its log.
#define WAIT_MIN_MS 1000
#define WAIT_MAX_MS 8000

// Bounds of an answer: some milliseconds of work, after which the reader can do
// other things.
#define READ_EVENTS 65536u
#define READ_BYTES  (4u * 1024 * 1024)

static int s_connect(log_link_t *link)
{
    int rc = socket_connect_asker(&link->socket, link->config, "log");
    if (rc == 0)
        zsock_set_sndtimeo(link->socket, 0);
    return rc;
}

int log_link_open(log_link_t *link, const config_t *config)
{
    *link = (log_link_t){.config = config, .wait_ms = WAIT_MIN_MS};
    zmq_msg_init(&link->frame);
    return s_connect(link);
}

void log_link_close(log_link_t *link)
{
    if (!link->config)
        return;
    zmq_msg_close(&link->frame);
    zsock_destroy(&link->socket);
}

int log_link_ask(log_link_t *link, uint64_t from, int64_t now_ms)
{
    const message_t question = {.kind = MESSAGE_LOG_READ,
                                .log_read = {.from = from,
                                             .until = UINT64_MAX,
                                             .max_events = READ_EVENTS,
                                             .max_bytes = READ_BYTES}};
    int rc = link->socket ? 0 : s_connect(link);
    // A REP peer expects the empty frame that a REQ socket would send.
    if (rc == 0)
        rc = socket_send_bytes(link->socket, slice(NULL, 0), true);
    if (rc == 0)
        rc = socket_send(link->socket, &question, false);
    link->absent = rc == -EAGAIN;
    if (rc != 0)
        return rc;
    link->asked = true;
    link->deadline_ms = now_ms + link->wait_ms;
    return 0;
}

void log_link_cancel(log_link_t *link)
{
    link->absent = false;
    if (!link->asked)
        return;
    zsock_destroy(&link->socket); // the next question opens a new one
    link->asked = false;
}

bool log_link_give_up(log_link_t *link, int64_t now_ms)
{
    if (!link->asked || now_ms < link->deadline_ms)
        return false;
    log_link_cancel(link);
    link->wait_ms =
        link->wait_ms * 2 < WAIT_MAX_MS ? link->wait_ms * 2 : WAIT_MAX_MS;
    return true;
}

int log_link_fd(const log_link_t *link)
{
    return link->asked || link->absent ? zsock_fd(link->socket) : -1;
}

bool log_link_has_news(log_link_t *link)
{
    return link->asked && socket_look(link->socket) != 0;
}

static bool s_receive(log_link_t *link)
{
    void *handle = zsock_resolve(link->socket);
    if (zmq_msg_recv(&link->frame, handle, ZMQ_DONTWAIT) < 0)
        return false;
    link->more = zmq_msg_more(&link->frame);
    return true;
}

static slice_t s_frame(log_link_t *link)
{
    return slice(zmq_msg_data(&link->frame), zmq_msg_size(&link->frame));
}

int log_link_begin(log_link_t *link, message_log_batches_t *answer)
{
    int rc = link->asked ? socket_look(link->socket) : 0;
    if (rc < 0)
        log_link_cancel(link);
    if (rc != 1 || !s_receive(link))
        return rc < 0 ? rc : 0;
    link->asked = false;
    link->wait_ms = WAIT_MIN_MS;
    message_t message;
    if (s_frame(link).bytes != 0 || !link->more || !s_receive(link) ||
        message_decode(&message, s_frame(link)) != 0 ||
        message.kind != MESSAGE_LOG_BATCHES)
        return -EBADMSG;
    *answer = message.log_batches;
    return 1;
}

bool log_link_next(log_link_t *link, slice_t *head)
{
    if (!link->more || !s_receive(link))
        return false;
    *head = s_frame(link);
    return true;
}

void log_link_end(log_link_t *link)
{
    while (link->more && s_receive(link))
        ;
    link->more = false;
}
