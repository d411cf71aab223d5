// export_hours - the hours of an export: their events are counted, then
// written.
//
// Events of an hour may be anywhere in the log. All events are therefore
// counted first and written in a second pass: an hour is finished as soon as
// its last event is written, so few hours are open at a time. If more than
// EXPORT_HOURS_OPEN are, the least recently used one ends its gzip member and
// is reopened for its next event.
//
// Errors    0 or a negative errno, with one line in export_hours_reason().
// Memory    An archive_writer_t per open hour, and 200 bytes per hour in the
//           range: 1.7 MiB a year.
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

// One hour; complete once all its events were written.
typedef struct {
    uint32_t number; // hours since 1970
    uint64_t events;
    uint64_t bytes;    // of their JSON, a line each
    uint64_t gz_bytes; // of the file
    uint64_t first_offset, last_offset;
    uint32_t first_created_at, last_created_at; // earliest and latest
    char sha256[EXPORT_SHA256_HEX];             // of the lines, unpacked
} export_hour_t;

// folder: where to write archives; borrowed. NULL when out of memory.
export_hours_t *export_hours_new(const char *folder);
void export_hours_destroy(export_hours_t **hours);

// Counts an event and the bytes of its JSON; in order of offset. -ENOMEM.
int export_hours_count(export_hours_t *hours, uint32_t created_at,
                       uint64_t offset, size_t bytes);

// Writes the event to its archive. All events must have been counted, in the
// same order. Line breaks inside the JSON, which only occur between tokens of
// pretty-printed JSON, become blanks, so that one event is one line. -EUCLEAN:
// it was not counted.
int export_hours_put(export_hours_t *hours, uint32_t created_at, slice_t json);

// The number of hours, and each hour, ordered by time.
size_t export_hours_size(const export_hours_t *hours);
const export_hour_t *export_hours_at(const export_hours_t *hours, size_t i);

// Hours whose events were not all written yet.
size_t export_hours_unfinished(const export_hours_t *hours);

// Events whose JSON was changed to be on one line.
uint64_t export_hours_joined(const export_hours_t *hours);

// The file name in public archives: "2016-01-01-0.json.gz".
void export_hours_name(uint32_t number, char name[EXPORT_NAME_BYTES]);

const char *export_hours_reason(const export_hours_t *hours);

#endif
