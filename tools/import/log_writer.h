// log_writer - appends batches directly to a log that no journal has open, with
// the journal's appender.
//
// Errors    0 or a negative errno, with the reason in the failure. After an
//           error the log accepts no more batches.
// Memory    That of the log, and of the current group.
// Threads   One at a time.

#ifndef OCTOLOG_TOOLS_IMPORT_LOG_WRITER_H
#define OCTOLOG_TOOLS_IMPORT_LOG_WRITER_H

#include "actors/config/config.h"
#include "log/event_log.h"
#include "proto/base/failure.h"
#include "proto/message.h"
#include "tools/import/parcel.h"

typedef struct log_writer log_writer_t;

// Opens the log of the data directory, which the caller must own.
int log_writer_new(log_writer_t **writer, const config_t *config,
                   failure_t *failure);

// Flushes the log's write buffer to its files, and closes the log.
void log_writer_destroy(log_writer_t **writer);

// Appends the parcels, all of one producer, as one unit, and returns when it is
// on disk. *totals becomes the totals of that producer since its first batch,
// as the journal acknowledges them.
int log_writer_commit(log_writer_t *writer, const parcel_t *parcels,
                      uint64_t producer, message_ack_t *totals,
                      failure_t *failure);

#endif
