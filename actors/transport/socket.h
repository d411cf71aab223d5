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
// by itself; a program that uses czmq before its first socket (zactor_new())
// calls it first.
void socket_init(void);

#define SOCKET_HWM             1000
#define SOCKET_MAX_FRAME_BYTES (96 * 1024 * 1024)

// Actors beside the views that the REST service asks.
#define SOCKET_ASKED_ACTORS 3

// Sockets that an actor of this configuration opens at most, and files for them
// and for connections. Those of the REST service: each of its workers may have
// one to each actor it asks.
size_t socket_most(const config_t *config);
size_t socket_most_files(const config_t *config);

// socket_init(), and lets this process have that many, for ZeroMQ allows 1,023
// unless it is told before the first of them.
void socket_reserve(const config_t *config);

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

// Request and answer with a deadline, for a thread that asks.
//
// A socket that timed out is closed and opened anew by the next call, so that a
// late answer can never be taken for the next one's. A peer that goes before it
// answered is noticed at once, and its successor is asked the same: so what a
// question does must be the same when it is done twice.
typedef struct request request_t;

// Connects lazily. NULL when out of memory. `name` is copied, config borrowed
// for the life of the object.
request_t *request_new(const config_t *config, const char *name);
void request_destroy(request_t **request);

// Sends the question and waits for the answer; its first frame is decoded into
// *answer, valid until the next call; further frames by request_frame(). A
// FAILURE is an answer like any other: 0.
// -ETIMEDOUT: nobody answered in time. -ECONNRESET: two peers, one after the
// other, went instead of answering. -EBADMSG: the answer is no message. -ENOMEM
// and those of socket_connect(): it was not asked.
int request_ask(request_t *request, const message_t *question, int deadline_ms,
                message_t *answer);

// Frame number i of the last answer, 0 being what was decoded; the empty slice
// past the last.
slice_t request_frame(const request_t *request, size_t i);

#endif
