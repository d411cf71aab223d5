// rendering_metrics - renders metrics in the text format of Prometheus, 0.0.4.
//
// A metric is one row of a table: name, type, help, and where its value is.
// Names begin with octolog_, units are seconds and bytes, counters end in
// _total. Unknown values have no sample, nor do those of a part that did not
// answer; octolog_part_up shows which parts did. Pure.
//
// Errors    0, or the error of message_list_next() for a damaged list in a
//           message; the buffer then holds half a document. Out of memory shows
//           in the buffer.
// Memory    Everything passed in is borrowed for the call.
// Threads   Any.

#ifndef OCTOLOG_API_RENDER_METRICS_H
#define OCTOLOG_API_RENDER_METRICS_H

#include "api/render/traffic.h"
#include "proto/base/buffer.h"
#include "proto/base/slice.h"
#include "proto/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RENDERING_METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

// An actor that was asked, and whether it answered.
typedef struct {
    slice_t name;
    uint64_t up;
} rendering_part_t;

typedef struct {
    slice_t name;
    uint64_t offset;
    uint64_t lag; // events
    uint64_t fresh;
    uint64_t since;
    uint64_t sealed; // covered by its snapshot
} rendering_view_t;

// A part that did not answer leaves its list empty, or `log` NULL.
typedef struct {
    const rendering_part_t *parts;
    size_t part_count;
    const rendering_view_t *views;
    size_t view_count;
    const message_log_stats_t *log;
    slice_t actors;  // list of ACTOR
    slice_t sources; // list of SOURCE
    const traffic_t *traffic;
    const char *const *routes; // names of the routes in `traffic`
    size_t route_count;
    uint64_t streams;             // open live tails
    int64_t certificate_expiry_s; // since 1970; 0: plain HTTP
} rendering_metrics_t;

int rendering_metrics(buffer_t *out, const rendering_metrics_t *from);

#endif
