// status_document - the state of octolog as one JSON document.
//
//     {"running", "data", "started_at", "disk_free_bytes", "disk_bytes",
//      "events_per_second", "rate_over",
//      "log": GET /v1/log, "actors": those of GET /v1/actors,
//      "fetching", "sources": those of GET /v1/sources}
//
// Parts that do not answer are null.

#ifndef OCTOLOG_TOOLS_STATUS_STATUS_DOCUMENT_H
#define OCTOLOG_TOOLS_STATUS_STATUS_DOCUMENT_H

#include "actors/config/config.h"
#include "proto/base/failure.h"

#include <cjson/cJSON.h>
#include <stdint.h>

// A sample: the end of the log at a time of clock_tick_ms(). at_ms 0: none.
typedef struct {
    uint64_t end;
    int64_t at_ms;
} status_look_t;

// Earlier samples, for the rate since; zeroed before the first. Once available,
// the older one is 30 to 60 s old.
typedef struct {
    status_look_t older;
    status_look_t newer;
} status_looks_t;

// Asks the octolog that runs on the data directory; if none runs, opens its
// log. 0: *document is the caller's. -ENOENT: the same, but octolog is not
// running. Other errors: no document, and *failure has one line; -ETIMEDOUT:
// the supervisor does not answer. config->http_deadline_ms is the time limit of
// each answer.
int status_document_new(cJSON **document, const config_t *config,
                        status_looks_t *looks, failure_t *failure);

#endif
