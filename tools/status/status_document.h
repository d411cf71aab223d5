// status_document - what is known of an octolog, as one JSON document.
//
//     {"running", "data", "started_at", "disk_free_bytes", "disk_bytes",
//      "events_per_second", "rate_over",
//      "log": GET /v1/log, "actors": those of GET /v1/actors,
//      "fetching", "sources": those of GET /v1/sources}
//
// What does not answer is null.

#ifndef OCTOLOG_TOOLS_STATUS_STATUS_DOCUMENT_H
#define OCTOLOG_TOOLS_STATUS_STATUS_DOCUMENT_H

#include "actors/config/config.h"

#include <cjson/cJSON.h>
#include <stdint.h>

#define STATUS_DOCUMENT_REASON_MAX 512

// The log's end at a moment by clock_tick_ms(); 0: there was none.
typedef struct {
    uint64_t end;
    int64_t at_ms;
} status_look_t;

// Looks before this one, to tell the rate since; zeroed before the first. The
// older one is half a minute to a minute old, as soon as there is such a one.
typedef struct {
    status_look_t older;
    status_look_t newer;
} status_looks_t;

// Asks the octolog that runs on the data directory, or opens its log where none
// does. 0: *document is the caller's. -ENOENT: the same, but none runs. Other
// errors: none, and *reason has one line: -ETIMEDOUT: the supervisor does not
// answer. config->http_deadline_ms bounds each answer.
int status_document_new(cJSON **document, const config_t *config,
                        status_looks_t *looks,
                        char reason[STATUS_DOCUMENT_REASON_MAX]);

#endif
