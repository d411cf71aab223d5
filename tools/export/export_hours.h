// export_hours - the hours of an export: what belongs into each, and their
// archives in the making.
//
// Events of an hour lie anywhere in the log. So they are counted first, all of
// them, and put after that: an hour whose last event was put is finished at
// once, and few are open at a time. Should more than EXPORT_HOURS_OPEN be, the
// one that waits longest ends its gzip member and is opened again for the next.
//
// Errors    0 or a negative errno, with one line in export_hours_reason().
// Memory    An archive_writer_t for each open hour; 200 bytes for each hour
//           there is, 1.7 MiB a year.
// Threads   One.

#ifndef OCTOLOG_TOOLS_EXPORT_EXPORT_HOURS_H
#define OCTOLOG_TOOLS_EXPORT_EXPORT_HOURS_H

#include "proto/base/slice.h"

#include <stddef.h>
#include <stdint.h>

#define EXPORT_HOURS_OPEN 32
#define EXPORT_SHA256_HEX 65
// "2016-01-01-0.json.gz" and its terminator.
#define EXPORT_NAME_BYTES 24

typedef struct export_hours export_hours_t;

// One hour; whole once all its events were put.
typedef struct {
    uint32_t number; // hours since 1970
    uint64_t events;
    uint64_t bytes;    // of their JSON, a line each
    uint64_t gz_bytes; // of the file
    uint64_t first_offset, last_offset;
    uint32_t first_created_at, last_created_at; // earliest and latest
    char sha256[EXPORT_SHA256_HEX];             // of the lines, unpacked
} export_hour_t;

// folder: where archives are made; borrowed. NULL when out of memory.
export_hours_t *export_hours_new(const char *folder);
void export_hours_destroy(export_hours_t **hours);

// Counts an event and the bytes of its JSON; in order of offset. -ENOMEM.
int export_hours_count(export_hours_t *hours, uint32_t created_at,
                       uint64_t offset, size_t bytes);

// Puts the event into its archive. All were counted before; in the same order.
// A break of a line inside the JSON, which only a pretty-printed source has
// and only between its parts, becomes a blank: one event is one line.
// -EUCLEAN: it was not counted.
int export_hours_put(export_hours_t *hours, uint32_t created_at, slice_t json);

// Hours in order of time, and how many.
size_t export_hours_size(const export_hours_t *hours);
const export_hour_t *export_hours_at(const export_hours_t *hours, size_t i);

// Hours whose events were not all put yet.
size_t export_hours_unfinished(const export_hours_t *hours);

// Events whose JSON did not go out as it is stored, but in one line.
uint64_t export_hours_joined(const export_hours_t *hours);

// As public archives call it: "2016-01-01-0.json.gz".
void export_hours_name(uint32_t number, char name[EXPORT_NAME_BYTES]);

const char *export_hours_reason(const export_hours_t *hours);

#endif
