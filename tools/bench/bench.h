// bench - the measures of octolog-bench, and their figures so far.
//
// A measure is a row of the table. A scenario is a workload that yields figures
// for some rows each time it runs. Scenarios run octolog as child processes, on
// data from the seeded generator, in a temporary folder.
//
// Errors    0, or -1 after one line on standard error.
// Memory    Bounded: BENCH_ROUNDS_MAX figures per measure.
// Threads   One.

#ifndef OCTOLOG_TOOLS_BENCH_BENCH_H
#define OCTOLOG_TOOLS_BENCH_BENCH_H

#include "log/folder.h"
#include "tools/command/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_ROUNDS_MAX 100

typedef enum {
    BENCH_IMPORT,
    BENCH_IMPORT_CPU,
    BENCH_APPEND,
    BENCH_REPLAY,
    BENCH_REPLAY_CPU,
    BENCH_REPLAY_ALL_CPU,
    BENCH_COUNTS_RATE,
    BENCH_COUNTS_P50,
    BENCH_COUNTS_P99,
    BENCH_WINDOWS_RATE,
    BENCH_WINDOWS_P50,
    BENCH_WINDOWS_P99,
    BENCH_PULLS_RATE,
    BENCH_PULLS_P50,
    BENCH_PULLS_P99,
    BENCH_FRESH_P50,
    BENCH_FRESH_P99,
    BENCH_START,
    BENCH_RECOVERY,
    BENCH_MEMORY,
    BENCH_MEMORY_SHARED,
    BENCH_DISK,
    BENCH_GROWTH,
    BENCH_GROWTH_START,
    BENCH_MEASURES // number of measures
} bench_measure_t;

typedef struct {
    // From the command line.
    uint64_t events;      // in the archive
    uint64_t long_events; // in the long log
    uint32_t rounds;
    bool json;
    char program[PROGRAM_PATH_MAX]; // the octolog to measure
    // The temporary folder, removed at the end.
    char folder[FOLDER_PATH_MAX];
    // Properties of the data.
    char pull_repo[256]; // a repository with pull requests
    uint32_t created_min, created_max;
    // Figures, by measure.
    double figures[BENCH_MEASURES][BENCH_ROUNDS_MAX];
    uint32_t counts[BENCH_MEASURES];
    // On a virtual machine: the share of the requested processor time that the
    // host gave to other guests (steal time), 0 to 1; NAN: unknown.
    double stolen[BENCH_MEASURES];
} bench_t;

// Processor time since boot, in kernel ticks.
typedef struct {
    uint64_t stolen;
    uint64_t asked_for; // used or stolen
} bench_ticks_t;

// A workload: `prepare` runs once, then `run` once to warm up and once per
// round. `prepare` may be NULL.
typedef struct {
    const char *name; // for --only
    int (*prepare)(bench_t *bench);
    int (*run)(bench_t *bench);
} bench_scenario_t;

// All scenarios, terminated by one without a name.
extern const bench_scenario_t bench_scenarios[];

// Adds a figure to a measure.
void bench_add(bench_t *bench, bench_measure_t measure, double figure);

// Resets the counts to `counts`, to discard the figures of the warm-up.
void bench_forget_warm_up(bench_t *bench, const uint32_t *counts);

// All 0 if /proc/stat (proc(5)) cannot be read.
bench_ticks_t bench_ticks(void);

// Stores the share of time stolen since `before`, for each measure that has
// more figures than in `counts`.
void bench_add_stolen(bench_t *bench, const uint32_t *counts,
                      bench_ticks_t before);

// "FOLDER/name".
const char *bench_path(const bench_t *bench, const char *name,
                       char path[FOLDER_PATH_MAX]);

// Prints the results as a table or as JSON.
int bench_print(bench_t *bench);

// The quantile `part` (0 to 1) of the figures. Sorts them.
double bench_quantile(double *figures, size_t count, double part);

int bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
