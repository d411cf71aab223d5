// curve_guard - accepts clients that have the deployment's certificate, and no
// others.
//
// czmq's zauth answers ZeroMQ's authentication requests (ZAP, RFC 27) for this
// process, with a list of one certificate in memory: a CURVE server accepts a
// client whose public key is that certificate's.
//
// Errors    0 or a negative errno.
// Threads   Any; zauth has a thread of its own until the process ends.

#ifndef OCTOLOG_ACTORS_TRANSPORT_CURVE_GUARD_H
#define OCTOLOG_ACTORS_TRANSPORT_CURVE_GUARD_H

#include <czmq.h>

// The ZAP domain of CURVE servers; without one ZeroMQ does not ask.
#define CURVE_GUARD_DOMAIN "octolog"

// Starts the guard with a copy of this certificate, once in a process; later
// calls do nothing if the certificate is the same. -EEXIST: it is another one.
// -ENOMEM.
int curve_guard_start(zcert_t *certificate);

#endif
