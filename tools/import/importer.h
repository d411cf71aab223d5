// importer - splits an archive into events, parses them and fills batches.
//
// Input that is not an event becomes a dead letter, with the reason and the
// archive as source. Other events of the archive are not affected.
//
// Errors    0 or a negative errno; importer_reason() says why.
// Memory    The rest of a chunk: at most one event.
// Threads   One.

#ifndef OCTOLOG_TOOLS_IMPORT_IMPORTER_H
#define OCTOLOG_TOOLS_IMPORT_IMPORTER_H

#include "tools/import/archive_feed.h"
#include "tools/import/import_sink.h"

typedef struct importer importer_t;

typedef struct {
    uint64_t events;   // parsed and handed to the sink
    uint64_t rejected; // handed to the sink as dead letters
} importer_count_t;

// NULL when out of memory. The sink is borrowed; batches hold at most
// `batch_events`.
importer_t *importer_new(import_sink_t *sink, uint32_t batch_events);
void importer_destroy(importer_t **importer);

// Begins an archive. `source` is stored with its events; borrowed until the
// next archive begins.
int importer_begin(importer_t *importer, const char *source);

// Takes the next chunk. With the one that ends the archive, everything is
// handed to the sink.
int importer_take(importer_t *importer, const archive_chunk_t *chunk);

// Totals of all archives.
importer_count_t importer_count(const importer_t *importer);

const char *importer_reason(const importer_t *importer);

#endif
