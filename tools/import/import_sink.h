// import_sink - where an import puts its events: through the journal of a
// running octolog, or straight into the log when none runs.
//
// The caller fills one batch while threads pack those before it, and another
// one writes, in order, what was packed and approved. Nothing goes into the log
// before import_sink_approve(), nor is there one made.
//
// Errors    0 or a negative errno, with the words in import_sink_reason();
//           after one, all calls but import_sink_totals() give it.
//           -ETIMEDOUT: the journal did not take anything for half a minute.
// Memory    Five batches; of what is packed and not yet written
//           spine.window-bytes and a few batches; then one group of
//           journal.group-*, or what spine.window-* permit.
// Threads   The calls are one thread's.

#ifndef OCTOLOG_TOOLS_IMPORT_IMPORT_SINK_H
#define OCTOLOG_TOOLS_IMPORT_IMPORT_SINK_H

#include "actors/config/config.h"
#include "proto/base/buffer.h"
#include "proto/batch/batch.h"
#include "proto/message.h"

#define IMPORT_SINK_REASON_MAX 512

typedef struct import_sink import_sink_t;

// A batch to be filled. Belongs to the sink.
typedef struct {
    batch_builder_t *builder;
    buffer_t rejects; // list of MESSAGE_REJECT
} import_batch_t;

// config is borrowed. running: whether to go through the journal. Otherwise the
// caller owns the data directory from the first approval on.
int import_sink_new(import_sink_t **sink, const config_t *config, bool running);

// What was approved goes into the log first; the rest is forgotten.
void import_sink_destroy(import_sink_t **sink);

// The batch to fill now, the same one until it is sent.
import_batch_t *import_sink_batch(import_sink_t *sink);

// Hands it over, and waits until another one can be filled. At most
// BATCH_MAX_SOURCE_BYTES of source are kept.
int import_sink_send(import_sink_t *sink, slice_t source);

// Whether it holds as much as it should of what was not approved.
bool import_sink_is_full(import_sink_t *sink);

// Lets all that was sent so far go into the log.
void import_sink_approve(import_sink_t *sink);

// Waits until all that was approved is on disk.
int import_sink_finish(import_sink_t *sink);

// What is on disk of that; waits for the threads.
message_ack_t import_sink_totals(import_sink_t *sink);

const char *import_sink_reason(const import_sink_t *sink);

#endif
