// bench_data - events of the seeded generator, as archives, logs and streams.
//
// Errors    0, or -1 after one line on standard error.
// Threads   One.

#ifndef OCTOLOG_TOOLS_BENCH_BENCH_DATA_H
#define OCTOLOG_TOOLS_BENCH_BENCH_DATA_H

#include "tools/bench/bench_process.h"

// Makes FOLDER/events.json.gz, packed as archives are, and FOLDER/events.json,
// unless they are there. Fills in what bench_t tells of the data.
int bench_data_archive(bench_t *bench);

// Makes FOLDER/`name`, the data directory of a log of `events` events, a
// second apart in thousands, with short payloads.
int bench_data_log(bench_t *bench, const char *name, uint64_t events);

// Bytes of all files in FOLDER/`name`.
double bench_data_bytes(const bench_t *bench, const char *name);

// Removes FOLDER/`name` and all in it.
void bench_data_remove(const bench_t *bench, const char *name);

// A stream of events at a rate, into an import for a data directory.
typedef struct {
    pid_t writer;
    bench_process_t import;
} bench_stream_t;

int bench_stream_start(const bench_t *bench, bench_stream_t *stream,
                       const char *data_dir, double events_per_s);
void bench_stream_stop(bench_stream_t *stream);

#endif
