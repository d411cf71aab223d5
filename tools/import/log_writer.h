// log_writer - appends batches straight to a log that no journal has open, by
// the same appender as the journal's.
//
// Errors    0 or a negative errno; after one the log takes no more, and
//           log_writer_reason() has the words.
// Memory    That of the log, and of the group in hand.
// Threads   One at a time.

#ifndef OCTOLOG_TOOLS_IMPORT_LOG_WRITER_H
#define OCTOLOG_TOOLS_IMPORT_LOG_WRITER_H

#include "actors/config/config.h"
#include "log/event_log.h"
#include "proto/message.h"
#include "tools/import/parcel.h"

typedef struct log_writer log_writer_t;

// Opens the log of the data directory, which the caller owns. *reason gets one
// line on failure.
int log_writer_new(log_writer_t **writer, const config_t *config,
                   char reason[EVENT_LOG_REASON_MAX]);

// Moves what was written to where it will stay, and closes the log.
void log_writer_destroy(log_writer_t **writer);

// Appends the parcels, all of one producer's, as one unit, and returns when it
// is on disk. *totals becomes what the log knows of that producer since its
// first batch, in the journal's own words.
int log_writer_commit(log_writer_t *writer, const parcel_t *parcels,
                      uint64_t producer, message_ack_t *totals);

const char *log_writer_reason(const log_writer_t *writer);

#endif
