// socket - opens every ZeroMQ socket of octolog in one way.
//
// Sets linger, water marks (sockets hold at most SOCKET_HWM messages, so a
// slow peer costs bounded memory), the largest frame accepted, CURVE on tcp://
// endpoints, and leaves signals alone. On a tcp:// endpoint off this machine
// it wants curve.cert-file: one certificate (made by zcert_save()) for the
// whole deployment, in which each actor is known by having it.
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

// Turns off czmq's own signal handlers and chatter. Every socket_ call does so
// by itself; a program that uses czmq before its first socket (thread_start())
// calls it first.
void socket_init(void);

#define SOCKET_HWM             1000
#define SOCKET_MAX_FRAME_BYTES (96 * 1024 * 1024)

// socket_init(), and lets this process have `most` sockets, for ZeroMQ allows
// 1,023 unless it is told before the first of them.
void socket_reserve(size_t most);

// Opens a socket of ZMQ_XXX type and binds or connects it to the endpoint that
// config calls `name`. A bound ipc:// path gets its folder where it is missing.
// -EADDRINUSE, -ENAMETOOLONG, -EACCES, -EPERM (tcp:// off this machine without
// a certificate), -ENOKEY (curve.cert-file holds none), -EINVAL, -ENOMEM.
int socket_bind(zsock_t **socket, const config_t *config, int type,
                const char *name);
int socket_connect(zsock_t **socket, const config_t *config, int type,
                   const char *name);

// Sends one message as the only frame, or with more frames to follow.
// -EAGAIN: no room within the socket's send time-out (PUSH: none, it never
// waits; others a second). -ENOMEM.
int socket_send(zsock_t *socket, const message_t *message, bool more);
int socket_send_bytes(zsock_t *socket, slice_t bytes, bool more);

// Opens a DEALER to ask an actor by, one question at a time. It takes a
// question only while a peer is there, and shows when that goes. Its descriptor
// (zsock_fd()) wakes for an answer and for a change of the connection alone;
// after any use of the socket socket_look() must come before the next wait.
int socket_connect_asker(zsock_t **socket, const config_t *config,
                         const char *name);

// What became of the question sent last: 1: the answer is there; 0: not yet;
// -ECONNRESET: the peer went, and the question with it.
int socket_look(zsock_t *asker);

#endif
