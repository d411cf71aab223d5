// bench - what octolog-bench measures, and the figures it has so far.
//
// A measure is a row of the table; a scenario is one piece of work that gives
// figures for some rows each time it runs. Scenarios drive octolog, as child
// processes on data of the seeded generator, in a folder of their own.
//
// Errors    0, or -1 after one line on standard error.
// Memory    Bounded: BENCH_ROUNDS_MAX figures a measure.
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
    BENCH_SPINE,
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
    BENCH_MEASURES // how many
} bench_measure_t;

typedef struct {
    // What was asked for.
    uint64_t events;      // in the archive
    uint64_t long_events; // in the long log
    uint32_t rounds;
    bool json;
    char program[PROGRAM_PATH_MAX]; // the octolog that is measured
    // Where it works: removed at the end.
    char folder[FOLDER_PATH_MAX];
    // What the data hold.
    char pull_repo[256]; // a repository with pull requests
    uint32_t created_min, created_max;
    // Figures, by measure.
    double figures[BENCH_MEASURES][BENCH_ROUNDS_MAX];
    uint32_t counts[BENCH_MEASURES];
    // Of the processors' time that was asked for meanwhile, by anybody on this
    // machine, what its host gave to others: 0 to 1, NAN where it does not say.
    double stolen[BENCH_MEASURES];
} bench_t;

// The processors' time since the machine started, in the kernel's ticks.
typedef struct {
    uint64_t stolen;
    uint64_t asked_for; // used or stolen
} bench_ticks_t;

// One piece of work: `prepare` once, then `run` once to warm up and once a
// round. Either may be NULL.
typedef struct {
    const char *name; // for --only
    int (*prepare)(bench_t *bench);
    int (*run)(bench_t *bench);
} bench_scenario_t;

// The scenarios of this program, ended by one without a name.
extern const bench_scenario_t bench_scenarios[];

// Keeps a figure.
void bench_add(bench_t *bench, bench_measure_t measure, double figure);

// Forgets the figures of what only warmed up.
void bench_forget_warm_up(bench_t *bench, const uint32_t *counts);

// All 0 where /proc/stat (proc(5)) does not say.
bench_ticks_t bench_ticks(void);

// Notes what was stolen since `before` for each measure that has figures beyond
// `counts`.
void bench_add_stolen(bench_t *bench, const uint32_t *counts,
                      bench_ticks_t before);

// "FOLDER/name".
const char *bench_path(const bench_t *bench, const char *name,
                       char path[FOLDER_PATH_MAX]);

// Prints the table, or JSON.
int bench_print(bench_t *bench);

// The figure below which `part` (0 to 1) of them lie. Sorts them.
double bench_quantile(double *figures, size_t count, double part);

int bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
