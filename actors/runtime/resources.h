// resources - how many sockets and files a process of octolog may need.
//
// The REST service needs most: each of its workers may have a socket to each
// actor it asks. All processes are given as many.
//
// Errors    None.
// Threads   Any.

#ifndef OCTOLOG_ACTORS_RUNTIME_RESOURCES_H
#define OCTOLOG_ACTORS_RUNTIME_RESOURCES_H

#include "actors/config/config.h"

#include <stddef.h>

// Actors beside the views that the REST service asks.
#define RESOURCES_ASKED_ACTORS 3

// Sockets that a process of this configuration opens at most.
size_t resources_sockets(const config_t *config);

// Open files for those sockets and for connections.
size_t resources_files(const config_t *config);

#endif
