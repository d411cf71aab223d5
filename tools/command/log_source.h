// log_source - reads a log's batches, wherever they can be had: from the
// journal of a running octolog, or from the disk when none runs.
//
// Errors    0 or a negative errno, with the words in log_source_reason().
//           -ETIMEDOUT: the journal does not answer (now); ask again.
// Memory    A page of batches at a time.
// Threads   One.

#ifndef OCTOLOG_TOOLS_COMMAND_LOG_SOURCE_H
#define OCTOLOG_TOOLS_COMMAND_LOG_SOURCE_H

#include "actors/config/config.h"
#include "proto/batch/batch.h"

#define LOG_SOURCE_REASON_MAX 512

typedef struct log_source log_source_t;

// Where the log stands.
typedef struct {
    uint64_t first;
    uint64_t end;
} log_source_range_t;

// Called with each batch of a page, in order; non-zero ends the page.
typedef int log_source_each_t(void *context, const batch_t *batch);

// running: whether to ask the journal. On disk, the log is read as it stood
// when opened. *reason gets one line on failure.
int log_source_new(log_source_t **source, const config_t *config, bool running,
                   char reason[LOG_SOURCE_REASON_MAX]);
void log_source_destroy(log_source_t **source);

int log_source_range(log_source_t *source, log_source_range_t *range);

// The offset before which nothing was created at or after the time.
int log_source_seek_created(log_source_t *source, uint32_t created_at,
                            uint64_t *offset);

// Gives a page of batches, the first being the one that holds *offset, or the
// first kept; with their payloads when `payload`. *offset moves past what was
// given; it stays at the end. Returns what `each` did.
int log_source_read(log_source_t *source, uint64_t *offset, bool payload,
                    log_source_each_t *each, void *context);

const char *log_source_reason(const log_source_t *source);

#endif
