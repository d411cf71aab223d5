// log_export - writes a range of the log as hourly archives with a manifest.
//
// The log is read twice: without payloads, to count the events of each hour
// (export_hours.h), and then with them. The output depends only on the range of
// the log: the same range gives the same bytes.
//
// Errors    0 or a negative errno, with one line in *reason. -ETIMEDOUT: the
//           journal did not answer for a minute. -ENODATA: retention dropped
//           events of the range while it was read.
// Memory    That of export_hours.h, plus a page of batches.
// Threads   One.

#ifndef OCTOLOG_TOOLS_EXPORT_LOG_EXPORT_H
#define OCTOLOG_TOOLS_EXPORT_LOG_EXPORT_H

#include "proto/base/failure.h"
#include "tools/command/command.h"
#include "tools/command/log_source.h"
#include "tools/command/replay_range.h"
#include "tools/export/export_hours.h"

// The start of an export's STAGED_FOLDER_MANIFEST.
#define LOG_EXPORT_MARK "{\"format\":\"octolog-export-1\""

typedef struct {
    replay_range_t range; // offsets limited to those in the log
    uint64_t events, bytes, gz_bytes;
    uint64_t joined; // export_hours_joined()
    size_t files;
} log_export_t;

// Writes archives and manifest into the folder. *done describes what was
// written. Events that arrive meanwhile are left out.
int log_export(log_source_t *source, const replay_range_t *range,
               const char *folder, log_export_t *done, failure_t *failure);

#endif
