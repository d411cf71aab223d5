// import_sink - writes the events of an import, through the journal of a
// running octolog or, if none runs, directly into the log.
//
// The caller fills one batch while threads pack earlier ones and another thread
// writes, in order, those that are packed and approved. Before
// import_sink_approve(), nothing is written and no log is created.
//
// Errors    0 or a negative errno; import_sink_reason() says why. After an
//           error, all calls except import_sink_totals() return it. -ETIMEDOUT:
//           the journal did not accept anything for 30 s.
// Memory    Five batches; spine.window-bytes and a few batches packed but not
//           yet written; plus one group of journal.group-*, or what
//           spine.window-* allow.
// Threads   One thread makes all calls.

#ifndef OCTOLOG_TOOLS_IMPORT_IMPORT_SINK_H
#define OCTOLOG_TOOLS_IMPORT_IMPORT_SINK_H

#include "actors/config/config.h"
#include "proto/base/buffer.h"
#include "proto/batch/batch.h"
#include "proto/message.h"

typedef struct import_sink import_sink_t;

// A batch to fill. Belongs to the sink.
typedef struct {
    batch_builder_t *builder;
    buffer_t rejects; // list of MESSAGE_REJECT
} import_batch_t;

// config is borrowed. running: write through the journal; otherwise the caller
// must own the data directory from the first approval on.
int import_sink_new(import_sink_t **sink, const config_t *config, bool running);

// Writes what was approved, discards the rest, and frees.
void import_sink_destroy(import_sink_t **sink);

// The batch to fill now, the same one until it is sent.
import_batch_t *import_sink_batch(import_sink_t *sink);

// Hands the batch over, and waits until another one can be filled. At most
// BATCH_MAX_SOURCE_BYTES of source are kept.
int import_sink_send(import_sink_t *sink, slice_t source);

// Whether the limit of unapproved data is reached.
bool import_sink_is_full(import_sink_t *sink);

// Allows everything sent so far to be written.
void import_sink_approve(import_sink_t *sink);

// Waits until everything approved is on disk.
int import_sink_finish(import_sink_t *sink);

// Totals of what is on disk; waits for the threads.
message_ack_t import_sink_totals(import_sink_t *sink);

const char *import_sink_reason(const import_sink_t *sink);

#endif
