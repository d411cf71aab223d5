// bench_service - a running octolog, and the scenarios that need one.
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
    double ready_s; // time from start until ready
    char data[FOLDER_PATH_MAX];
    bench_client_t client;
} bench_service_t;

// Starts `octolog up` on FOLDER/`name` and waits until it is ready. source
// NULL: it does not poll. NULL on failure.
bench_service_t *bench_service_start(const bench_t *bench, const char *name,
                                     const char *source);
void bench_service_stop(bench_service_t **service);

// GETs a path; the response is in service->client. -1 and a line on standard
// error unless it is 200.
int bench_service_get(bench_service_t *service, const char *path);

// One round of a scenario each; they add the figures of its measures.
int bench_start_round(bench_t *bench);
int bench_rest_round(bench_t *bench);
int bench_freshness_round(bench_t *bench);
int bench_recovery_round(bench_t *bench);
int bench_memory_round(bench_t *bench);
int bench_growth_round(bench_t *bench);

#endif
