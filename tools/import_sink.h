// import_sink - where an import puts its events: through the journal of a
// running octolog, or straight into the log when none runs.
//
// Errors    0 or a negative errno, with the words in import_sink_reason().
//           -ETIMEDOUT: the journal did not take anything for half a minute.
// Memory    Bounded by spine.window-* or journal.group-*.
// Threads   One.

#ifndef OCTOLOG_TOOLS_IMPORT_SINK_H
#define OCTOLOG_TOOLS_IMPORT_SINK_H

#include "actors/config.h"
#include "proto/batch.h"
#include "proto/message.h"

#define IMPORT_SINK_REASON_MAX 512

typedef struct import_sink import_sink_t;

// running: whether to go through the journal. Otherwise the caller owns the
// data directory. *reason gets one line on failure.
int import_sink_new(import_sink_t **sink, const config_t *config, bool running,
                    char reason[IMPORT_SINK_REASON_MAX]);
void import_sink_destroy(import_sink_t **sink);

// Takes the builder's batch and `rejects`, a list of MESSAGE_REJECT; waits for
// room. The builder is reset.
int import_sink_send(import_sink_t *sink, batch_builder_t *builder,
                     slice_t source, slice_t rejects);

// Waits until all that was sent is on disk.
int import_sink_finish(import_sink_t *sink);

// What is on disk of what was sent.
message_ack_t import_sink_totals(import_sink_t *sink);

const char *import_sink_reason(const import_sink_t *sink);

#endif
