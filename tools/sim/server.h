// server - serves the simulated GitHub over HTTP.
//
// Faults of delivery happen here: pauses and small pieces (slow), a body that
// ends early (truncated), no response at all (reset).
//
// Errors    0 or a negative errno, with one line of explanation.
// Threads   Starts SERVER_THREADS; one lock around the simulation.

#ifndef OCTOLOG_TOOLS_SIM_SERVER_H
#define OCTOLOG_TOOLS_SIM_SERVER_H

#include "tools/sim/github.h"

#include <stdio.h>

#define SERVER_THREADS   16
#define SERVER_ERROR_MAX 512

typedef struct server server_t;

typedef struct {
    uint16_t port;    // 0: any free one
    uint32_t slow_ms; // duration of a slow response, in real time
    FILE *log;        // NULL: none; borrowed
} server_options_t;

// Listens on 127.0.0.1. github is borrowed until server_stop().
// -EADDRINUSE, -EACCES, -EIO, -ENOMEM.
int server_start(server_t **server, const server_options_t *options,
                 github_t *github, char error[SERVER_ERROR_MAX]);

uint16_t server_port(const server_t *server);

// Aborts responses in progress, including slow ones.
void server_stop(server_t **server);

#endif
