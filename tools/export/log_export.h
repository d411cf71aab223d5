// log_export - a range of the log as hourly archives and a manifest.
//
// The log is walked twice: by heads alone, to count what belongs into each hour
// (export_hours.h), and with the events. What it writes depends on the log's
// range and on nothing else: the same range gives the same bytes.
//
// Errors    0 or a negative errno, with one line in *reason. -ETIMEDOUT: the
//           journal was away for a minute. -ENODATA: events of the range were
//           dropped (retention) while it was read.
// Memory    That of export_hours.h, and a page of batches.
// Threads   One.

#ifndef OCTOLOG_TOOLS_EXPORT_LOG_EXPORT_H
#define OCTOLOG_TOOLS_EXPORT_LOG_EXPORT_H

#include "tools/command/command.h"
#include "tools/command/log_source.h"
#include "tools/command/replay_range.h"
#include "tools/export/export_hours.h"

// What STAGED_FOLDER_MANIFEST of an export begins with.
#define LOG_EXPORT_MARK "{\"format\":\"octolog-export-1\""

typedef struct {
    replay_range_t range; // offsets cut to what the log has
    uint64_t events, bytes, gz_bytes;
    uint64_t joined; // export_hours_joined()
    size_t files;
} log_export_t;

// Writes archives and manifest into the folder. *done is what was written.
// Events that come in meanwhile are left out.
int log_export(log_source_t *source, const replay_range_t *range,
               const char *folder, log_export_t *done,
               char reason[LOG_SOURCE_REASON_MAX]);

#endif
