// curve_guard - accepts only clients that have the deployment's certificate.
//
// czmq's zauth answers ZeroMQ's authentication requests (ZAP, RFC 27) for this
// process from a list, in memory, of one certificate: a CURVE server accepts a
// client whose public key is that of the certificate.
//
// Errors    0 or a negative errno.
// Threads   Any. zauth runs in a separate thread until the process ends.

#ifndef OCTOLOG_ACTORS_TRANSPORT_CURVE_GUARD_H
#define OCTOLOG_ACTORS_TRANSPORT_CURVE_GUARD_H

#include <czmq.h>

// The ZAP domain of CURVE servers; without one ZeroMQ does not ask.
#define CURVE_GUARD_DOMAIN "octolog"

// Starts the guard with a copy of this certificate, once per process; later
// calls do nothing if the certificate is the same. -EEXIST: it is a different
// one. -ENOMEM.
int curve_guard_start(zcert_t *certificate);

#endif
