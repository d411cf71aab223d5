// importer - the events of an archive, cut, parsed and put into batches.
//
// What is no event becomes a dead letter, with the reason and the archive's
// name as its source; the archive's other events are not held up by it.
//
// Errors    0 or a negative errno, with the words in importer_reason().
// Memory    What a chunk left over: one event at the most.
// Threads   One.

#ifndef OCTOLOG_TOOLS_IMPORT_IMPORTER_H
#define OCTOLOG_TOOLS_IMPORT_IMPORTER_H

#include "tools/import/archive_feed.h"
#include "tools/import/import_sink.h"

typedef struct importer importer_t;

typedef struct {
    uint64_t events;   // parsed and handed to the sink
    uint64_t rejected; // handed to it as dead letters
} importer_count_t;

// NULL when out of memory. The sink is borrowed; batches hold at most
// `batch_events`.
importer_t *importer_new(import_sink_t *sink, uint32_t batch_events);
void importer_destroy(importer_t **importer);

// Begins an archive. `source` is the name to be kept with its events, borrowed
// until the next one begins.
int importer_begin(importer_t *importer, const char *source);

// Takes the next chunk of it; with the one that ends it all of it is handed to
// the sink.
int importer_take(importer_t *importer, const archive_chunk_t *chunk);

// Of all archives together.
importer_count_t importer_count(const importer_t *importer);

const char *importer_reason(const importer_t *importer);

#endif
