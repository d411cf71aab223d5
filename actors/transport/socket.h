// socket - opens all ZeroMQ sockets of octolog the same way.
//
// Sets linger, water marks (a socket holds at most SOCKET_HWM messages, so a
// slow peer costs bounded memory), the largest frame accepted, and CURVE on
// tcp:// endpoints; installs no signal handlers. A tcp:// endpoint on another
// machine requires curve.cert-file: one certificate (made by zcert_save()) for
// the whole deployment; holding it is what authenticates an actor.
//
// Errors    0 or a negative errno.
// Memory    Sockets are czmq's: free with zsock_destroy().
// Threads   A socket belongs to the thread that opened it.

#ifndef OCTOLOG_ACTORS_TRANSPORT_SOCKET_H
#define OCTOLOG_ACTORS_TRANSPORT_SOCKET_H

#include "actors/config/config.h"
#include "proto/base/slice.h"
#include "proto/message.h"

#include <czmq.h>

// Turns off czmq's own signal handlers and log output. All socket_ functions
// call it; a program that uses czmq before its first socket (thread_start())
// must call it first.
void socket_init(void);

#define SOCKET_HWM             1000
#define SOCKET_MAX_FRAME_BYTES (96 * 1024 * 1024)

// Calls socket_init() and allows this process `most` sockets. ZeroMQ's default
// is 1,023, and it can only be changed before the first socket is opened.
void socket_reserve(size_t most);

// Opens a socket of ZMQ_XXX type and binds or connects it to the endpoint that
// config calls `name`. Binding creates the folder of an ipc:// path if needed.
// -EADDRINUSE, -ENAMETOOLONG, -EACCES, -EPERM (tcp:// to another machine
// without a certificate), -ENOKEY (curve.cert-file holds none), -EINVAL,
// -ENOMEM.
int socket_bind(zsock_t **socket, const config_t *config, int type,
                const char *name);
int socket_connect(zsock_t **socket, const config_t *config, int type,
                   const char *name);

// Sends a message as one frame; `more`: further frames follow. -EAGAIN: no room
// within the socket's send time-out (one second; PUSH never waits). -ENOMEM.
int socket_send(zsock_t *socket, const message_t *message, bool more);
int socket_send_bytes(zsock_t *socket, slice_t bytes, bool more);

// Opens a DEALER for asking an actor, one question at a time. It accepts a
// question only while a peer is connected, and shows when the peer goes away.
// Its descriptor (zsock_fd()) wakes only for an answer or a change of the
// connection. After any use of the socket, call socket_look() before the next
// wait.
int socket_connect_asker(zsock_t **socket, const config_t *config,
                         const char *name);

// The state of the last question: 1: the answer has arrived; 0: not yet;
// -ECONNRESET: the peer went away and the question is lost.
int socket_look(zsock_t *asker);

#endif
