// bench_client - HTTP to 127.0.0.1, one request at a time or many connections
// at once.
//
// Errors    0, or -1; nothing is printed.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_BENCH_BENCH_CLIENT_H
#define OCTOLOG_TOOLS_BENCH_BENCH_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_RESPONSE_MAX 65536

// A keep-alive connection and what was answered last.
typedef struct {
    int fd; // -1: none
    uint16_t port;
    int status;       // of the last answer
    const char *body; // its text, in `bytes`
    size_t used;
    char bytes[BENCH_RESPONSE_MAX + 1];
} bench_client_t;

void bench_client_init(bench_client_t *client, uint16_t port);
void bench_client_close(bench_client_t *client);

// Sends GET and waits for the whole answer; opens the connection where there
// is none.
int bench_client_get(bench_client_t *client, const char *path);

// Sends the request; then reads what is there: 1: the answer is whole, 0: not
// yet. For many connections at once.
int bench_client_send(bench_client_t *client, const char *path);
int bench_client_receive(bench_client_t *client);

#define BENCH_REFUSAL_MAX 256
typedef struct {
    double per_s;
    double p50_ms;
    double p99_ms;
    char refusal[BENCH_REFUSAL_MAX]; // on failure: what ended it
} bench_load_t;

// What to ask in request `number`, from 0: writes the path.
#define BENCH_TARGET_MAX 512
typedef void bench_target_t(const void *context, uint64_t number,
                            char path[BENCH_TARGET_MAX]);

// `connections` clients that each ask again once they are answered, for
// `seconds` after a moment of warming up. -1 unless all answers are 200; then
// load->refusal alone is set, to one line.
int bench_client_load(uint16_t port, bench_target_t *target,
                      const void *context, int connections, double seconds,
                      bench_load_t *load);

// A port that was free a moment ago; 0: none.
uint16_t bench_client_free_port(void);

#endif
