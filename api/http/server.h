// server - the web server: CivetWeb's threads and sockets, and nothing else.
//
// One callback gets every request before CivetWeb looks for files, CGI,
// passwords or WebSockets. There is no document root, and all of CivetWeb's own
// handling is switched off. A worker thread serves one connection at a time and
// owns what it needs for that (sockets to the actors, buffers), so requests
// take no lock here.
//
// Bounds    Connections: http.threads are served, plus http.streams live tails;
//           a fixed number wait. URL, headers and bodies: see dispatch.h;
//           bodies are never read. A client is disconnected when its handshake
//           or request takes more than a few seconds, or its answer more than
//           half a minute.
// Errors    0 or a negative errno, with one line for people.
// Threads   One owner starts and stops the server, which runs its own workers.

#ifndef OCTOLOG_API_HTTP_SERVER_H
#define OCTOLOG_API_HTTP_SERVER_H

#include "actors/config/config.h"
#include "proto/base/failure.h"

#include <stdint.h>

typedef struct server server_t;

// Listens where config says; port 0 picks a free port. config must outlive the
// server. -EADDRINUSE, -EACCES; -EAFNOSUPPORT: IPv6; -EPERM: the port would be
// open to other machines without a token; -EINVAL: no such address, or the
// certificate or key cannot be used; -EIO: CivetWeb did not start.
int server_start(server_t **server, const config_t *config, failure_t *failure);

// The address it listens on, as in a URL ("127.0.0.1", 8000).
const char *server_host(const server_t *server);
uint16_t server_port(const server_t *server);

// Finishes the requests under way and frees the server. CivetWeb needs up to
// two seconds for that while idle connections are open.
void server_stop(server_t **server);

#endif
