// journal_writer - hands batches to the journal of a running octolog, and waits
// for it as long as is reasonable.
//
// Errors    0 or a negative errno. -ETIMEDOUT: the journal took nothing for
//           half a minute.
// Memory    What spine.window-* permit.
// Threads   One at a time.

#ifndef OCTOLOG_TOOLS_IMPORT_JOURNAL_WRITER_H
#define OCTOLOG_TOOLS_IMPORT_JOURNAL_WRITER_H

#include "actors/producer/producer.h"
#include "tools/import/parcel.h"

// Publishes the parcels, with this producer's id and the sequence numbers that
// follow its last one; waits while there is no room for one.
int journal_writer_send(producer_t *producer, const parcel_t *parcels);

// Waits until all that was sent is acknowledged.
int journal_writer_finish(producer_t *producer);

#endif
