#include "actors/transport/socket.h"

#include "actors/config/keys.h"
#include "actors/transport/curve_guard.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// How long a closed socket keeps trying to deliver what it was given: enough
// for a live peer, and nothing to notice where there is none.
#define LINGER_MS 500

// A socket whose peer restarts connects again at this rate, and slower when it
// stays away. An actor's restart should not cost its neighbours more.
#define RECONNECT_MS     20
#define RECONNECT_MAX_MS 100
#define SEND_TIMEOUT_MS  1000

// Sockets an actor has for itself, and files for that and whatever else is not
// counted: some tens. A socket has its signal and its connection.
#define OWN_SOCKETS    16
#define OWN_FILES      128
#define FILES_A_SOCKET 2

// ZeroMQ's own limit, to which a small configuration is not held.
#define LEAST_SOCKETS 1023

// A question whose peer goes is asked once more, of the peer's successor; not
// for ever, for it may be the question that its peers die of.
#define ASK_TIMES 2

static pthread_once_t s_once = PTHREAD_ONCE_INIT;

static void s_init(void)
{
    zsys_init();
    zsys_handler_set(NULL); // signals are read in one place: actor_host()
    zsys_set_logstream(stderr);
}

void socket_init(void)
{
    pthread_once(&s_once, s_init);
}

static size_t s_workers(const config_t *config)
{
    return (size_t)config->http_threads + (size_t)config->http_streams;
}

size_t socket_most(const config_t *config)
{
    return s_workers(config) * (config->view_count + SOCKET_ASKED_ACTORS) +
           OWN_SOCKETS;
}

size_t socket_most_files(const config_t *config)
{
    return FILES_A_SOCKET * socket_most(config) + s_workers(config) + OWN_FILES;
}

void socket_reserve(const config_t *config)
{
    size_t most = socket_most(config);

    socket_init();
    zsys_set_max_sockets(most > LEAST_SOCKETS ? most : LEAST_SOCKETS);
}

static bool s_starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

// A publisher drops what does not fit; PUSH carries beats, of which the next
// is as good. Others may wait a moment for room.
static zsock_t *s_new(int type)
{
    socket_init();
    zsock_t *socket = zsock_new(type);

    if (!socket)
        return NULL;
    zsock_set_linger(socket, type == ZMQ_PUSH ? 0 : LINGER_MS);
    zsock_set_sndhwm(socket, SOCKET_HWM);
    zsock_set_rcvhwm(socket, SOCKET_HWM);
    zsock_set_maxmsgsize(socket, SOCKET_MAX_FRAME_BYTES);
    zsock_set_reconnect_ivl(socket, RECONNECT_MS);
    zsock_set_reconnect_ivl_max(socket, RECONNECT_MAX_MS);
    zsock_set_sndtimeo(socket, type == ZMQ_PUSH ? 0 : SEND_TIMEOUT_MS);
    return socket;
}

static int s_secure(zsock_t *socket, const config_t *config, bool bind)
{
    zcert_t *certificate = zcert_load(config->curve_file);
    int rc = 0;

    if (!certificate)
        return -ENOKEY;
    zcert_apply(certificate, socket);
    if (!bind) {
        zsock_set_curve_serverkey_bin(socket, zcert_public_key(certificate));
    } else {
        rc = curve_guard_start(certificate);
        zsock_set_zap_domain(socket, CURVE_GUARD_DOMAIN);
        zsock_set_curve_server(socket, 1);
    }
    zcert_destroy(&certificate);
    return rc;
}

// What an endpoint's transport needs before it is opened.
static int s_prepare(zsock_t *socket, const config_t *config,
                     const char *endpoint, bool bind)
{
    char host[CONFIG_ENDPOINT_MAX];

    if (s_starts_with(endpoint, "tcp://")) {
        if (config->curve_file)
            return s_secure(socket, config, bind);
        snprintf(host, sizeof host, "%s", endpoint + strlen("tcp://"));
        host[strcspn(host, ":")] = '\0';
        if (!config_keys_is_loopback(host))
            return -EPERM;
    }
    if (bind && s_starts_with(endpoint, "ipc:///")) {
        snprintf(host, sizeof host, "%s", endpoint + strlen("ipc://"));
        *strrchr(host, '/') = '\0';
        // Where it cannot be made, bind says what is wrong.
        (void)mkdir(host, S_IRWXU);
    }
    return 0;
}

// Takes the socket, whose options are set, and gives it back when it is open.
static int s_open(zsock_t **socket, zsock_t *self, const config_t *config,
                  const char *name, bool bind)
{
    char endpoint[CONFIG_ENDPOINT_MAX];

    if (!self)
        return -ENOMEM;
    int rc = config_endpoint(config, name, endpoint);
    if (rc == 0)
        rc = s_prepare(self, config, endpoint, bind);
    if (rc == 0) {
        // Not zsock_bind(): it takes a format, and '%' may be in a path.
        void *handle = zsock_resolve(self);
        if ((bind ? zmq_bind : zmq_connect)(handle, endpoint) != 0)
            rc = -errno;
    }
    if (rc) {
        zsock_destroy(&self);
        return rc;
    }
    *socket = self;
    return 0;
}

int socket_bind(zsock_t **socket, const config_t *config, int type,
                const char *name)
{
    return s_open(socket, s_new(type), config, name, true);
}

int socket_connect(zsock_t **socket, const config_t *config, int type,
                   const char *name)
{
    return s_open(socket, s_new(type), config, name, false);
}

int socket_send_bytes(zsock_t *socket, slice_t bytes, bool more)
{
    void *handle = zsock_resolve(socket);
    int rc;

    do {
        rc = zmq_send(handle, bytes.bytes ? bytes.data : "", bytes.bytes,
                      more ? ZMQ_SNDMORE : 0);
    } while (rc < 0 && errno == EINTR);
    return rc < 0 ? -errno : 0;
}

int socket_send(zsock_t *socket, const message_t *message, bool more)
{
    buffer_t buffer = {0};
    int rc = -ENOMEM;

    message_encode(message, &buffer);
    if (!buffer_failed(&buffer))
        rc = socket_send_bytes(socket, buffer_slice(&buffer), more);
    buffer_free(&buffer);
    return rc;
}

// It has no water mark, whose progress a peer would report: so nothing wakes it
// but what the header says.
int socket_connect_asker(zsock_t **socket, const config_t *config,
                         const char *name)
{
    zsock_t *asker = s_new(ZMQ_DEALER);

    if (asker) {
        zsock_set_linger(asker, 0); // nobody would read the answer
        zsock_set_immediate(asker, 1);
        zsock_set_sndhwm(asker, 0);
    }
    return s_open(socket, asker, config, name, false);
}

int socket_look(zsock_t *asker)
{
    const int events = zsock_events(asker);

    if (events & ZMQ_POLLIN)
        return 1;
    return events & ZMQ_POLLOUT ? 0 : -ECONNRESET;
}

struct request {
    const config_t *config; // borrowed
    char *name;             // owned
    zsock_t *socket;        // NULL before the first call and after a failure
    buffer_t question;      // encoded
    zframe_t **frames;      // of the last answer, an empty one first; owned
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

// All frames of one answer; ZeroMQ delivers them together or not at all.
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

// -ECONNRESET: the peer went, and the question with it, even where another has
// come in its place already.
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
    // Sending waits for a peer. The empty frame is what a REP peer expects of
    // who asks.
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
