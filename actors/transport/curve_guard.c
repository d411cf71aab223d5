#include "actors/transport/curve_guard.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define ZAP_ENDPOINT "inproc://zeromq.zap.01"
#define KEY_BYTES    32

// Frames of a request: version, request id, domain, address, identity,
// mechanism, client's public key.
enum {
    ZAP_VERSION,
    ZAP_ID,
    ZAP_DOMAIN,
    ZAP_ADDRESS,
    ZAP_IDENTITY,
    ZAP_MECHANISM,
    ZAP_KEY,
    ZAP_FRAMES
};

static pthread_mutex_t s_lock = PTHREAD_MUTEX_INITIALIZER;
static zactor_t *s_guard;         // under s_lock
static byte s_guarded[KEY_BYTES]; // written before s_guard starts

static bool s_is_known(zframe_t **frames, size_t count)
{
    return count == ZAP_FRAMES && zframe_streq(frames[ZAP_VERSION], "1.0") &&
           zframe_streq(frames[ZAP_DOMAIN], CURVE_GUARD_DOMAIN) &&
           zframe_streq(frames[ZAP_MECHANISM], "CURVE") &&
           zframe_size(frames[ZAP_KEY]) == KEY_BYTES &&
           memcmp(zframe_data(frames[ZAP_KEY]), s_guarded, KEY_BYTES) == 0;
}

static void s_on_request(zsock_t *zap)
{
    zframe_t *frames[ZAP_FRAMES + 1] = {0};
    zmsg_t *request = zmsg_recv(zap);
    size_t count = 0;

    if (!request)
        return;
    for (zframe_t *frame; count <= ZAP_FRAMES && (frame = zmsg_pop(request));)
        frames[count++] = frame;
    zmsg_destroy(&request);

    bool known = s_is_known(frames, count);
    char *id = count > ZAP_ID ? zframe_strdup(frames[ZAP_ID]) : NULL;
    zstr_sendx(zap, "1.0", id ? id : "", known ? "200" : "400",
               known ? "OK" : "unknown key", "", "", NULL);
    zstr_free(&id);
    while (count > 0)
        zframe_destroy(&frames[--count]);
}

static void s_guard_actor(zsock_t *pipe, void *args)
{
    zsock_t *zap = args;
    zpoller_t *poller = zpoller_new(pipe, zap, NULL);

    zsock_signal(pipe, 0);
    if (poller) {
        zpoller_set_nonstop(poller, true);
        while (zpoller_wait(poller, -1) == zap)
            s_on_request(zap);
    }
    zpoller_destroy(&poller);
    zsock_destroy(&zap);
}

// Before czmq's own exit handler, which complains of sockets left open.
static void s_stop(void)
{
    zactor_destroy(&s_guard);
}

static int s_start(const byte *key)
{
    zsock_t *zap = zsock_new(ZMQ_REP);

    if (!zap)
        return -ENOMEM;
    zsock_set_linger(zap, 0);
    if (zsock_bind(zap, "%s", ZAP_ENDPOINT) < 0) {
        int rc = -errno;
        zsock_destroy(&zap);
        return rc;
    }
    memcpy(s_guarded, key, KEY_BYTES);
    s_guard = zactor_new(s_guard_actor, zap);
    if (!s_guard) {
        zsock_destroy(&zap);
        return -ENOMEM;
    }
    return atexit(s_stop) ? -ENOMEM : 0;
}

int curve_guard_start(zcert_t *certificate)
{
    const byte *key = zcert_public_key(certificate);
    int rc = 0;

    pthread_mutex_lock(&s_lock);
    if (!s_guard)
        rc = s_start(key);
    else if (memcmp(s_guarded, key, KEY_BYTES) != 0)
        rc = -EEXIST;
    pthread_mutex_unlock(&s_lock);
    return rc;
}
