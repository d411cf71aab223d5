// rendering_metrics - what is known of an octolog as Prometheus' text, 0.0.4.
//
// A metric is one row of a table: name, type, help, and where its value is.
// Names begin with octolog_, units are seconds and bytes, counters end in
// _total. A value that is not known has no sample; so have those of a part that
// does not answer, which octolog_part_up tells. Pure.
//
// Errors    0, or what message_list_next() says of a list in a message that is
//           damaged: then the buffer holds half a document. Out of memory shows
//           in the buffer.
// Memory    All that is passed in is borrowed for the call.
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
    uint64_t sealed;
} rendering_view_t;

// Empty lists, and a log that is NULL, are what nobody told.
typedef struct {
    const rendering_part_t *parts;
    size_t part_count;
    const rendering_view_t *views;
    size_t view_count;
    const message_log_stats_t *log;
    slice_t actors;  // list of ACTOR
    slice_t sources; // list of SOURCE
    const traffic_t *traffic;
    const char *const *routes; // names of the traffic's
    size_t route_count;
    uint64_t streams;             // under way
    int64_t certificate_expiry_s; // UTC; 0: plain HTTP
} rendering_metrics_t;

int rendering_metrics(buffer_t *out, const rendering_metrics_t *from);

#endif
