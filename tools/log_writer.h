// log_writer - appends batches straight to a log that no journal has open.
//
// What is sent is packed by the caller's thread and committed by one of the
// writer's own, in groups, by the same appender as the journal's.
//
// Errors    0 or a negative errno; after one of the log's, all calls give it,
//           and log_writer_reason() has the words.
// Memory    What waits for the thread is bounded by journal.group-batches and
//           journal.group-bytes, twice over.
// Threads   The calls are one thread's.

#ifndef OCTOLOG_TOOLS_LOG_WRITER_H
#define OCTOLOG_TOOLS_LOG_WRITER_H

#include "actors/config.h"
#include "log/event_log.h"
#include "proto/batch.h"
#include "proto/message.h"

typedef struct log_writer log_writer_t;

// Opens the log of the data directory, which the caller owns. *reason gets one
// line on failure.
int log_writer_new(log_writer_t **writer, const config_t *config,
                   char reason[EVENT_LOG_REASON_MAX]);
void log_writer_destroy(log_writer_t **writer);

// Finishes and packs the builder's batch and hands it to the thread, with
// `rejects`, a list of MESSAGE_REJECT; waits while too much is waiting. The
// builder is reset.
int log_writer_send(log_writer_t *writer, batch_builder_t *builder,
                    slice_t source, slice_t rejects);

// Waits until all that was sent is on disk.
int log_writer_finish(log_writer_t *writer);

// What became of all that was sent, so far, in the journal's own words.
message_ack_t log_writer_totals(log_writer_t *writer);

const char *log_writer_reason(log_writer_t *writer);

#endif
