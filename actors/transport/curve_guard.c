#include "actors/transport/curve_guard.h"

#include "actors/transport/thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t s_lock = PTHREAD_MUTEX_INITIALIZER;
static thread_t *s_guard;  // under s_lock
static zcert_t *s_guarded; // the certificate it accepts; under s_lock

// Runs before czmq's own exit handler, which warns about open sockets.
static void s_stop(void)
{
    thread_destroy(&s_guard);
    zcert_destroy(&s_guarded);
}

// A certificate store with this one certificate. NULL: out of memory.
static zcertstore_t *s_list(zcert_t *certificate)
{
    zcertstore_t *known = zcertstore_new(NULL);
    zcert_t *copy = zcert_dup(certificate);
    if (known && copy)
        zcertstore_insert(known, &copy);
    else
        zcertstore_destroy(&known);
    zcert_destroy(&copy);
    return known;
}

static int s_start(zcert_t *certificate)
{
    zcertstore_t *known = s_list(certificate);
    s_guarded = zcert_dup(certificate);
    if (known && s_guarded && thread_start(&s_guard, zauth, known) == 0)
        return atexit(s_stop) ? -ENOMEM : 0; // the guard owns the list
    zcertstore_destroy(&known);
    zcert_destroy(&s_guarded);
    return -ENOMEM;
}

int curve_guard_start(zcert_t *certificate)
{
    int rc = 0;

    pthread_mutex_lock(&s_lock);
    if (!s_guard)
        rc = s_start(certificate);
    else if (!zcert_eq(s_guarded, certificate))
        rc = -EEXIST;
    pthread_mutex_unlock(&s_lock);
    return rc;
}
