// resources - how many sockets and files an octolog process may need.
//
// The REST service needs the most: each of its workers may have a socket to
// each actor it asks. All processes get the same limit.
//
// Errors    None.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_RUNTIME_RESOURCES_H
#define OCTOLOG_ACTORS_RUNTIME_RESOURCES_H

#include "actors/config/config.h"

#include <stddef.h>

// Actors that the REST service asks, views not counted.
#define RESOURCES_ASKED_ACTORS 3

// The most sockets a process opens with this configuration.
size_t resources_sockets(const config_t *config);

// The open files needed for those sockets and for connections.
size_t resources_files(const config_t *config);

#endif
