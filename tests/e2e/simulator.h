// simulator - a running octolog-sim, and what came of what it served.
//
// An event is known by its key, "ID CREATED_AT". Functions fail the running
// Criterion test when the machine does not do what it must. One thread.

#ifndef OCTOLOG_TESTS_E2E_SIMULATOR_H
#define OCTOLOG_TESTS_E2E_SIMULATOR_H

#include "tests/e2e/harness.h"

typedef struct {
    e2e_process_t process;
    char url[64];
    int port;
} simulator_t;

// Starts one on a free port, with more arguments.
void simulator_start(simulator_t *sim, const char *const *more);
#define SIMULATOR(sim, ...)                                                    \
    simulator_start(sim, (const char *const[]){__VA_ARGS__, NULL})
void simulator_end(simulator_t *sim);

typedef struct {
    char **keys; // sorted, owned
    size_t count;
} event_keys_t;

void event_keys_free(event_keys_t *keys);

// Of every event it gave in a whole answer, each once.
event_keys_t simulator_served(const simulator_t *sim);

// Of every event in the log of the service on this port.
event_keys_t simulator_logged(int port);

bool event_keys_same(const event_keys_t *a, const event_keys_t *b);

// Every key of `some` is among `all`.
bool event_keys_within(const event_keys_t *some, const event_keys_t *all);

// No key is there twice.
bool event_keys_unique(const event_keys_t *keys);

#endif
