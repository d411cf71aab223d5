// bench_data - archives, logs and streams of events from the seeded generator.
//
// Errors    0, or -1 after one line on standard error.
// Threads   One.

#ifndef OCTOLOG_TOOLS_BENCH_BENCH_DATA_H
#define OCTOLOG_TOOLS_BENCH_BENCH_DATA_H

#include "tools/bench/bench_process.h"

// Creates FOLDER/events.json.gz and FOLDER/events.json unless they exist. Sets
// the properties of the data in bench_t.
int bench_data_archive(bench_t *bench);

// Creates FOLDER/`name`, a data directory whose log has `events` events with
// short payloads, a thousand per second of created_at.
int bench_data_log(bench_t *bench, const char *name, uint64_t events);

// Total size of the files in FOLDER/`name`.
double bench_data_bytes(const bench_t *bench, const char *name);

// Removes FOLDER/`name` recursively.
void bench_data_remove(const bench_t *bench, const char *name);

// A stream of events at a fixed rate into `octolog import`.
typedef struct {
    pid_t writer;
    bench_process_t import;
} bench_stream_t;

int bench_stream_start(const bench_t *bench, bench_stream_t *stream,
                       const char *data_dir, double events_per_s);
void bench_stream_stop(bench_stream_t *stream);

#endif
