// server - the web server: CivetWeb's threads and sockets, and nothing else.
//
// Every request goes to one callback, before CivetWeb looks at files, CGI,
// passwords or WebSockets: it has no document root, and what it would do itself
// is switched off. A worker thread serves one connection at a time and owns
// what it needs for that (sockets to the actors, buffers), so no lock is taken
// here.
//
// Bounds    Connections: http.threads are served, and http.streams of live
//           tails beside them; a fixed number wait. URL, headers and bodies:
//           see dispatch.h; bodies are never read. A client that takes longer
//           than a few seconds for its handshake or its request, or half a
//           minute for its answer, is dropped.
// Errors    0 or a negative errno, with one line for a person.
// Threads   One owner starts and stops; its workers are its own.

#ifndef OCTOLOG_API_HTTP_SERVER_H
#define OCTOLOG_API_HTTP_SERVER_H

#include "actors/config/config.h"

#include <stdint.h>

#define SERVER_REASON_MAX 256

typedef struct server server_t;

// Listens where config says; port 0 takes any that is free. config must
// outlive it. -EADDRINUSE, -EACCES; -EAFNOSUPPORT: IPv6; -EPERM: other machines
// could ask without a token; -EINVAL: no such address, or no certificate
// and key that would serve; -EIO: CivetWeb did not start.
int server_start(server_t **server, const config_t *config,
                 char reason[SERVER_REASON_MAX]);

// The address it listens on, as a URL shows it ("127.0.0.1", 8000).
const char *server_host(const server_t *server);
uint16_t server_port(const server_t *server);

// Finishes the requests under way and frees it; while idle connections are
// open, CivetWeb takes up to two seconds for that.
void server_stop(server_t **server);

#endif
