#include "actors/transport/socket.h"

#include "actors/config/keys.h"
#include "actors/transport/curve_guard.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

// How long a closed socket keeps trying to deliver its messages: enough for a
// live peer, and no noticeable delay without one.
#define LINGER_MS 500

// How often a socket tries to reconnect to a peer that restarts; less often if
// it stays away. An actor's restart should not delay its neighbours longer.
#define RECONNECT_MS     20
#define RECONNECT_MAX_MS 100
#define SEND_TIMEOUT_MS  1000

// ZeroMQ's default limit; never set a lower one.
#define LEAST_SOCKETS 1023

static pthread_once_t s_once = PTHREAD_ONCE_INIT;

static void s_init(void)
{
    zsys_init();
    zsys_handler_set(NULL); // actor_host() alone handles signals
    zsys_set_logstream(stderr);
}

void socket_init(void)
{
    pthread_once(&s_once, s_init);
}

void socket_reserve(size_t most)
{
    socket_init();
    zsys_set_max_sockets(most > LEAST_SOCKETS ? most : LEAST_SOCKETS);
}

static bool s_starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

// A publisher drops what does not fit. PUSH carries heartbeats and never waits:
// the next heartbeat is as good. Other sockets may wait a moment for room.
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

// Prepares what an endpoint's transport needs before it is opened.
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
        // If this fails, bind reports what is wrong.
        (void)mkdir(host, S_IRWXU);
    }
    return 0;
}

// Takes a socket whose options are set, opens it and returns it.
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
        // Not zsock_bind(): it takes a format, and a path may contain '%'.
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

// Has no water mark: with one, the peer would report its progress and wake the
// descriptor for more than the header promises.
int socket_connect_asker(zsock_t **socket, const config_t *config,
                         const char *name)
{
    zsock_t *asker = s_new(ZMQ_DEALER);

    if (asker) {
        zsock_set_linger(asker, 0); // after closing nobody reads the answer
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
