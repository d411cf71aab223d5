// bench_process - octolog as a child process, timed.
//
// Errors    0, or -1 after one line on standard error.
// Threads   One.

#ifndef OCTOLOG_TOOLS_BENCH_BENCH_PROCESS_H
#define OCTOLOG_TOOLS_BENCH_BENCH_PROCESS_H

#include "tools/bench/bench.h"

#include <sys/types.h>

#define BENCH_OUTPUT_MAX 4096

typedef struct {
    pid_t pid;     // 0: none
    int output;    // its standard output
    double wall_s; // after bench_process_end(): how long it ran,
    double cpu_s;  // and the processor time it used
    double begun_s;
} bench_process_t;

// Starts `octolog ARGUMENT...` (terminated by NULL) with `input` as standard
// input (-1: empty). quiet: its standard error is discarded.
int bench_process_start(const bench_t *bench, bench_process_t *process,
                        int input, bool quiet, const char *const *arguments);

// Reads its output, the start of which goes to `output` (may be NULL), and
// waits for its end. -1 unless it exits with 0.
int bench_process_end(bench_process_t *process, char output[BENCH_OUTPUT_MAX]);

// Terminates it and waits, for cleaning up.
void bench_process_stop(bench_process_t *process);

// Seconds on a monotonic clock.
double bench_now_s(void);
void bench_sleep_ms(int ms);

// The number after "key": in a JSON text; NAN if there is none.
double bench_json_number(const char *json, const char *key);

#endif
