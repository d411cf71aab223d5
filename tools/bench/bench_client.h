// bench_client - an HTTP client for 127.0.0.1: single requests, or load from
// many connections.
//
// Errors    0, or -1; nothing is printed.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_BENCH_BENCH_CLIENT_H
#define OCTOLOG_TOOLS_BENCH_BENCH_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_RESPONSE_MAX 65536

// A keep-alive connection and the last response.
typedef struct {
    int fd; // -1: none
    uint16_t port;
    int status;       // of the last response
    const char *body; // its text, in `bytes`
    size_t used;
    char bytes[BENCH_RESPONSE_MAX + 1];
} bench_client_t;

void bench_client_init(bench_client_t *client, uint16_t port);
void bench_client_close(bench_client_t *client);

// Sends a GET request and waits for the whole response. Connects if needed.
int bench_client_get(bench_client_t *client, const char *path);

// The same in two steps, for many connections: send the request; then, each
// time the socket is readable, receive. 1: the response is complete; 0: not
// yet.
int bench_client_send(bench_client_t *client, const char *path);
int bench_client_receive(bench_client_t *client);

#define BENCH_REFUSAL_MAX 256
typedef struct {
    double per_s;
    double p50_ms;
    double p99_ms;
    char refusal[BENCH_REFUSAL_MAX]; // on failure: the reason
} bench_load_t;

// Writes the path of request `number`, counted from 0.
#define BENCH_TARGET_MAX 512
typedef void bench_target_t(const void *context, uint64_t number,
                            char path[BENCH_TARGET_MAX]);

// Runs `connections` clients, each of which sends the next request when it has
// its response, for `seconds` after a warm-up. -1 if any response is not 200;
// then only load->refusal is set, to one line.
int bench_client_load(uint16_t port, bench_target_t *target,
                      const void *context, int connections, double seconds,
                      bench_load_t *load);

// A port that was free a moment ago; 0: none.
uint16_t bench_client_free_port(void);

#endif
