// bench_service - a whole octolog at work, and the figures it gives.
//
// Errors    0, or -1 after one line on standard error.
// Threads   One.

#ifndef OCTOLOG_TOOLS_BENCH_BENCH_SERVICE_H
#define OCTOLOG_TOOLS_BENCH_BENCH_SERVICE_H

#include "tools/bench/bench_client.h"
#include "tools/bench/bench_process.h"

typedef struct {
    bench_process_t process;
    uint16_t port;
    double ready_s; // from its start until it was ready
    char data[FOLDER_PATH_MAX];
    bench_client_t client;
} bench_service_t;

// Starts `octolog up` on FOLDER/`name` and waits until it is ready. `source`
// NULL: it fetches nothing. NULL when it failed.
bench_service_t *bench_service_start(const bench_t *bench, const char *name,
                                     const char *source);
void bench_service_stop(bench_service_t **service);

// One answer, kept in service->client; -1 after a line unless it is 200.
int bench_service_get(bench_service_t *service, const char *path);

// One round each. They give the figures that their names tell.
int bench_start_round(bench_t *bench);
int bench_rest_round(bench_t *bench);
int bench_freshness_round(bench_t *bench);
int bench_recovery_round(bench_t *bench);
int bench_memory_round(bench_t *bench);
int bench_growth_round(bench_t *bench);

#endif
