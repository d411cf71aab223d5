// importer - the events of an archive, cut, parsed and put into batches.
//
// What is no event becomes a dead letter, with the reason and the archive's
// name as its source; the archive's other events are not held up by it.
//
// Errors    0 or a negative errno, with the words in importer_reason().
// Memory    One event at the most beside a fixed buffer.
// Threads   One.

#ifndef OCTOLOG_TOOLS_IMPORTER_H
#define OCTOLOG_TOOLS_IMPORTER_H

#include "tools/archive_reader.h"
#include "tools/import_sink.h"

typedef struct importer importer_t;

typedef struct {
    uint64_t events;   // parsed and handed to the sink
    uint64_t rejected; // handed to it as dead letters
} importer_count_t;

// Called now and then with bytes of the archive done.
typedef void importer_progress_t(void *context, uint64_t bytes);

// NULL when out of memory. The sink is borrowed; batches hold at most
// `batch_events`.
importer_t *importer_new(import_sink_t *sink, uint32_t batch_events);
void importer_destroy(importer_t **importer);

// Takes all that an opened archive holds. `source` is the name to be kept with
// its events. progress may be NULL.
int importer_run(importer_t *importer, archive_reader_t *archive,
                 const char *source, importer_progress_t *progress,
                 void *context);

// Of all runs together.
importer_count_t importer_count(const importer_t *importer);

const char *importer_reason(const importer_t *importer);

#endif
