// load - a producer of known events that keeps its own list of what the
// journal acknowledged, and looks for each of them in the log afterwards.
//
// Event number `id`, from 1, is always the same; a tenth are pull requests,
// times go forwards, a day in 21,600 events, with steps back now and then.
//
// Every function fails the running Criterion test, with words, when octolog
// does not do what it must. One thread.

#ifndef OCTOLOG_TESTS_E2E_LOAD_H
#define OCTOLOG_TESTS_E2E_LOAD_H

#include "actors/producer/producer.h"
#include "proto/event/parser.h"
#include "tests/e2e/harness.h"

typedef struct {
    config_t *config;
    producer_t *producer;
    batch_builder_t *builder;
    event_parser_t *parser;
    uint64_t sent;         // events 1 to this were handed to the producer
    uint64_t acknowledged; // events 1 to this
} load_t;

// Begins to produce for the service on the folder `data`.
void load_open(load_t *load, const char *data);
void load_close(load_t *load);

// Keeps the window full and takes in acknowledgements: for some time, or until
// `done` says so, which is waited for with patience.
void load_produce_for(load_t *load, long long ms);
void load_produce_until(load_t *load, bool (*done)(void *context),
                        void *context);

// Sends no more and waits until all is acknowledged.
void load_drain(load_t *load);

// Writes events `from` to `until` (not included) to a file, one a line.
void load_write_file(const char *path, uint64_t from, uint64_t until);

// The log of the folder `data` holds each event 1..acknowledged once, of those
// up to `sent` none twice, no other, and its offsets are dense; but for the
// events before its first offset, which retention dropped. Returns its end.
uint64_t load_check_log(const char *data, uint64_t sent, uint64_t acknowledged);

// `octolog verify` finds nothing wrong, and the views are the fold of the log.
void load_check_views(const char *data);

// The service counts exactly events 1 to this, however many of them its log has
// dropped: by type, and those of one repository.
void load_check_counts(const e2e_service_t *service, uint64_t events);

// A number in [0, below); a seed repeats all of them.
unsigned load_random(unsigned *state, unsigned below);

// A whole number of the environment.
int load_setting(const char *name, int otherwise);

#endif
