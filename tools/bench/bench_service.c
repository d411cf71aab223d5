#include "tools/bench/bench_service.h"

#include "proto/base/time_text.h"
#include "tools/bench/bench_data.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_S  60
#define CONNECTIONS 32
#define LOAD_S      2.0
#define STEADY_S    4
#define STEADY_RATE 1000
#define BUSY_RATE   10000
#define ASKED       400 // requests per growth figure, their median

// Life.

static int s_wait_ready(bench_service_t *service)
{
    const double begun_s = service->process.begun_s;
    while (bench_now_s() - begun_s < PATIENCE_S) {
        if (bench_client_get(&service->client, "/readyz") == 0 &&
            service->client.status == 200) {
            service->ready_s = bench_now_s() - begun_s;
            return 0;
        }
        bench_sleep_ms(1);
    }
    return bench_fail("octolog up was not ready within %d s", PATIENCE_S);
}

static int s_start(const bench_t *bench, bench_service_t *service,
                   const char *source)
{
    char listen[32];
    service->port = bench_client_free_port();
    snprintf(listen, sizeof listen, "127.0.0.1:%u", service->port);
    bench_client_init(&service->client, service->port);
    // The client of the bench uses plain HTTP without a token, so unset what
    // the environment may have.
    unsetenv("OCTOLOG_HTTP_CERTIFICATE");
    unsetenv("OCTOLOG_HTTP_PRIVATE_KEY");
    unsetenv("OCTOLOG_HTTP_TOKEN");
    const char *const arguments[] = {
        "up",       "--data", service->data,
        "--listen", listen,   source ? "--source" : "--no-fetch",
        source,     NULL};
    int rc = bench_process_start(bench, &service->process, -1, true, arguments);
    return rc ? rc : s_wait_ready(service);
}

bench_service_t *bench_service_start(const bench_t *bench, const char *name,
                                     const char *source)
{
    bench_service_t *self = calloc(1, sizeof *self);
    if (!self) {
        bench_fail("out of memory");
        return NULL;
    }
    self->client.fd = -1;
    bench_path(bench, name, self->data);
    if (s_start(bench, self, source) != 0)
        bench_service_stop(&self);
    return self;
}

void bench_service_stop(bench_service_t **service)
{
    bench_service_t *self = *service;
    if (!self)
        return;
    bench_client_close(&self->client);
    bench_process_stop(&self->process);
    free(self);
    *service = NULL;
}

int bench_service_get(bench_service_t *service, const char *path)
{
    bench_client_t *client = &service->client;
    if (bench_client_get(client, path) != 0)
        return bench_fail("no answer to %s", path);
    if (client->status != 200)
        return bench_fail("%s: status %d: %.200s", path, client->status,
                          client->body);
    return 0;
}

// Start.

int bench_start_round(bench_t *bench)
{
    bench_service_t *service = bench_service_start(bench, "filled", NULL);
    if (!service)
        return -1;
    bench_add(bench, BENCH_START, service->ready_s * 1e3);
    bench_service_stop(&service);
    return 0;
}

// REST.

// A different window for each request: its start moves by a second each time,
// and wraps around.
static void s_windows(const void *context, uint64_t number,
                      char path[BENCH_TARGET_MAX])
{
    const bench_t *bench = context;
    const uint32_t seconds = bench->created_max - bench->created_min;
    char start[TIME_TEXT_BYTES], end[TIME_TEXT_BYTES];
    time_text_format(bench->created_min +
                         (uint32_t)((7 + number) % (seconds ? seconds : 1)),
                     start);
    time_text_format(bench->created_max, end);
    snprintf(path, BENCH_TARGET_MAX, "/v1/agg_event_counts?start=%s&end=%s",
             start, end);
}

static void s_counts(const void *context, uint64_t number,
                     char path[BENCH_TARGET_MAX])
{
    (void)number;
    s_windows(context, 0, path);
}

static void s_pulls(const void *context, uint64_t number,
                    char path[BENCH_TARGET_MAX])
{
    const bench_t *bench = context;
    (void)number;
    snprintf(path, BENCH_TARGET_MAX, "/v1/avg_pr_interval/%s",
             bench->pull_repo);
}

// `rate` is followed by the measures of its p50 and its p99.
static int s_load(bench_t *bench, bench_service_t *service,
                  bench_target_t *target, bench_measure_t rate)
{
    bench_load_t load;
    char path[BENCH_TARGET_MAX];
    target(bench, 0, path);
    if (bench_service_get(service, path) != 0)
        return -1;
    if (bench_client_load(service->port, target, bench, CONNECTIONS, LOAD_S,
                          &load) != 0)
        return bench_fail("%s, under load: %s", path, load.refusal);
    bench_add(bench, rate, load.per_s);
    bench_add(bench, rate + 1, load.p50_ms);
    bench_add(bench, rate + 2, load.p99_ms);
    return 0;
}

int bench_rest_round(bench_t *bench)
{
    bench_service_t *service = bench_service_start(bench, "filled", NULL);
    if (!service)
        return -1;
    int rc = s_load(bench, service, s_counts, BENCH_COUNTS_RATE);
    if (rc == 0)
        rc = s_load(bench, service, s_windows, BENCH_WINDOWS_RATE);
    if (rc == 0)
        rc = s_load(bench, service, s_pulls, BENCH_PULLS_RATE);
    bench_service_stop(&service);
    return rc;
}

// Recovery.

// The end of the log; NAN if there is no response.
static double s_log_end(bench_service_t *service)
{
    bench_client_t *client = &service->client;
    if (bench_client_get(client, "/v1/log") != 0 || client->status != 200)
        return NAN;
    return bench_json_number(client->body, "end_offset");
}

static int s_wait_end_above(bench_service_t *service, double end)
{
    const double begun_s = bench_now_s();
    while (bench_now_s() - begun_s < PATIENCE_S) {
        if (s_log_end(service) > end)
            return 0;
        bench_sleep_ms(1);
    }
    return bench_fail("nothing was appended within %d s", PATIENCE_S);
}

static pid_t s_journal(bench_service_t *service)
{
    if (bench_service_get(service, "/v1/actors") != 0)
        return 0;
    const char *found = strstr(service->client.body, "\"journal\"");
    const double pid = found ? bench_json_number(found, "pid") : NAN;
    return pid > 0 ? (pid_t)pid : 0;
}

static int s_recover(bench_t *bench, bench_service_t *service)
{
    if (s_wait_end_above(service, 5000) != 0)
        return -1;
    const pid_t journal = s_journal(service);
    if (journal == 0 || kill(journal, SIGKILL) != 0)
        return bench_fail("the journal cannot be killed");
    const double killed_s = bench_now_s();
    // The end of the log at the time of the kill is known once the journal has
    // restarted.
    double end;
    while (isnan(end = s_log_end(service)) &&
           bench_now_s() - killed_s < PATIENCE_S)
        bench_sleep_ms(1);
    if (s_wait_end_above(service, end) != 0)
        return -1;
    bench_add(bench, BENCH_RECOVERY, (bench_now_s() - killed_s) * 1e3);
    return 0;
}

int bench_recovery_round(bench_t *bench)
{
    bench_stream_t stream = {0};
    bench_data_remove(bench, "recovery");
    bench_service_t *service = bench_service_start(bench, "recovery", NULL);
    int rc = service
                 ? bench_stream_start(bench, &stream, service->data, BUSY_RATE)
                 : -1;
    if (rc == 0)
        rc = s_recover(bench, service);
    bench_stream_stop(&stream);
    bench_service_stop(&service);
    return rc;
}

// Memory.

typedef struct {
    double resident_mib;
    double shared_mib; // shared pages divided among the processes
} weight_t;

// Adds the memory of a process; 0 if it has exited.
static void s_add_weight(weight_t *weight, pid_t pid)
{
    char path[64], line[256];
    double kib;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "Rss: %lf", &kib) == 1)
            weight->resident_mib += kib / 1024;
        else if (sscanf(line, "Pss: %lf", &kib) == 1)
            weight->shared_mib += kib / 1024;
    }
    fclose(file);
}

static int s_weigh(bench_t *bench, bench_service_t *service)
{
    if (bench_service_get(service, "/v1/actors") != 0)
        return -1;
    weight_t total = {0};
    s_add_weight(&total, service->process.pid);
    const char *at = service->client.body;
    while ((at = strstr(at, "\"pid\":"))) {
        const pid_t pid = (pid_t)bench_json_number(at, "pid");
        if (pid != service->process.pid)
            s_add_weight(&total, pid);
        at++;
    }
    bench_add(bench, BENCH_MEMORY, total.resident_mib);
    bench_add(bench, BENCH_MEMORY_SHARED, total.shared_mib);
    return 0;
}

int bench_memory_round(bench_t *bench)
{
    bench_stream_t stream = {0};
    bench_data_remove(bench, "memory");
    bench_service_t *service = bench_service_start(bench, "memory", NULL);
    int rc =
        service ? bench_stream_start(bench, &stream, service->data, STEADY_RATE)
                : -1;
    if (rc == 0)
        rc = s_wait_end_above(service, STEADY_RATE * STEADY_S);
    if (rc == 0)
        rc = s_weigh(bench, service);
    bench_stream_stop(&stream);
    bench_service_stop(&service);
    return rc;
}

// Growth.

// The median latency in ms of many requests for different windows.
static double s_cost(const bench_t *bench, bench_service_t *service)
{
    double figures[ASKED];
    for (size_t i = 0; i < ASKED; i++) {
        char path[BENCH_TARGET_MAX];
        s_windows(bench, i, path);
        const double begun_s = bench_now_s();
        if (bench_service_get(service, path) != 0)
            return NAN;
        figures[i] = (bench_now_s() - begun_s) * 1e3;
    }
    return bench_quantile(figures, ASKED, 0.5);
}

// The latency of a window and the start-up time, in ms, for a log whose views
// are built.
static int s_costs_of(const bench_t *bench, const char *name, double *window_ms,
                      double *start_ms)
{
    bench_service_t *service = bench_service_start(bench, name, NULL);
    if (!service)
        return -1;
    *start_ms = service->ready_s * 1e3;
    *window_ms = s_cost(bench, service);
    bench_service_stop(&service);
    return isnan(*window_ms) ? -1 : 0;
}

int bench_growth_round(bench_t *bench)
{
    double small_ms, large_ms, small_start_ms, large_start_ms;
    if (s_costs_of(bench, "short", &small_ms, &small_start_ms) != 0 ||
        s_costs_of(bench, "long", &large_ms, &large_start_ms) != 0)
        return -1;
    bench_add(bench, BENCH_GROWTH, large_ms / small_ms);
    bench_add(bench, BENCH_GROWTH_START, large_start_ms / small_start_ms);
    return 0;
}
