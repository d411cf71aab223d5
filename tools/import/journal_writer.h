// journal_writer - sends batches to the journal of a running octolog.
//
// Errors    0 or a negative errno. -ETIMEDOUT: the journal did not accept
//           anything for 30 s.
// Memory    What spine.window-* allow.
// Threads   One at a time.

#ifndef OCTOLOG_TOOLS_IMPORT_JOURNAL_WRITER_H
#define OCTOLOG_TOOLS_IMPORT_JOURNAL_WRITER_H

#include "actors/producer/producer.h"
#include "tools/import/parcel.h"

// Publishes the parcels, with this producer's id and its next sequence numbers.
// Waits while the window is full.
int journal_writer_send(producer_t *producer, const parcel_t *parcels);

// Waits until everything sent is acknowledged.
int journal_writer_finish(producer_t *producer);

#endif
