// curve_guard - lets in those who have the deployment's certificate, no one
// else.
//
// Answers ZeroMQ's authentication requests (ZAP, RFC 27) for this process: a
// client of a CURVE server is accepted when its public key is the certificate's
// own. czmq's zauth would do with a folder of public keys; here there is one
// key, and no folder to get wrong.
//
// Errors    0 or a negative errno.
// Threads   Any; the guard answers in a thread of its own until the process
//           ends.

#ifndef OCTOLOG_ACTORS_TRANSPORT_CURVE_GUARD_H
#define OCTOLOG_ACTORS_TRANSPORT_CURVE_GUARD_H

#include <czmq.h>

// The domain of sockets that the guard watches over.
#define CURVE_GUARD_DOMAIN "octolog"

// Starts the guard with this certificate's public key; once in a process, later
// calls do nothing if the key is the same. -EEXIST: it guards another one.
// -EADDRINUSE: somebody else answers ZAP here. -ENOMEM.
int curve_guard_start(zcert_t *certificate);

#endif
