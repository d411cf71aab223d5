// log_source - reads the batches of a log, from the journal of a running
// octolog or, if none runs, from disk.
//
// Errors    0 or a negative errno; log_source_reason() says why. -ETIMEDOUT:
//           the journal does not answer at present; try again.
// Memory    One page of batches at a time.
// Threads   One.

#ifndef OCTOLOG_TOOLS_COMMAND_LOG_SOURCE_H
#define OCTOLOG_TOOLS_COMMAND_LOG_SOURCE_H

#include "actors/config/config.h"
#include "proto/base/failure.h"
#include "proto/batch/batch.h"

typedef struct log_source log_source_t;

// The offsets in the log: [first, end).
typedef struct {
    uint64_t first;
    uint64_t end;
} log_source_range_t;

// Called with each batch of a page, in order; non-zero ends the page.
typedef int log_source_each_t(void *context, const batch_t *batch);

// running: ask the journal. Otherwise the log is read from disk as it is when
// opened. *reason gets one line on failure.
int log_source_new(log_source_t **source, const config_t *config, bool running,
                   failure_t *failure);
void log_source_destroy(log_source_t **source);

int log_source_range(log_source_t *source, log_source_range_t *range);

// Finds an offset before which no event was created at or after the time.
int log_source_seek_created(log_source_t *source, uint32_t created_at,
                            uint64_t *offset);

// Calls `each` for a page of batches, starting with the one that holds *offset,
// or the first kept; with their payloads if `payload`. *offset moves past the
// page; at the end of the log it stays. Returns what `each` returned.
int log_source_read(log_source_t *source, uint64_t *offset, bool payload,
                    log_source_each_t *each, void *context);

const char *log_source_reason(const log_source_t *source);

#endif
