// import_sink - where an import puts its events: through the journal of a
// running octolog, or straight into the log when none runs.
//
// The caller fills one batch while a thread of the sink's own finishes, packs
// and sends the one before it.
//
// Errors    0 or a negative errno, with the words in import_sink_reason();
//           after one, all calls but import_sink_totals() give it.
//           -ETIMEDOUT: the journal did not take anything for half a minute.
// Memory    Three batches, and what spine.window-* or journal.group-* permit.
// Threads   The calls are one thread's.

#ifndef OCTOLOG_TOOLS_IMPORT_SINK_H
#define OCTOLOG_TOOLS_IMPORT_SINK_H

#include "actors/config.h"
#include "proto/batch.h"
#include "proto/buffer.h"
#include "proto/message.h"

#define IMPORT_SINK_REASON_MAX 512

typedef struct import_sink import_sink_t;

// A batch to be filled. Belongs to the sink.
typedef struct {
    batch_builder_t *builder;
    buffer_t rejects; // list of MESSAGE_REJECT
} import_batch_t;

// running: whether to go through the journal. Otherwise the caller owns the
// data directory. *reason gets one line on failure.
int import_sink_new(import_sink_t **sink, const config_t *config, bool running,
                    char reason[IMPORT_SINK_REASON_MAX]);
void import_sink_destroy(import_sink_t **sink);

// The batch to fill now, the same one until it is sent.
import_batch_t *import_sink_batch(import_sink_t *sink);

// Hands it to the thread, and waits until another one can be filled. At most
// BATCH_MAX_SOURCE_BYTES of source are kept.
int import_sink_send(import_sink_t *sink, slice_t source);

// Waits until all that was sent is on disk.
int import_sink_finish(import_sink_t *sink);

// What is on disk of what was sent; waits for the thread.
message_ack_t import_sink_totals(import_sink_t *sink);

const char *import_sink_reason(const import_sink_t *sink);

#endif
