// parcel - a batch on its way into the log: finished, packed, and its own
// owner.
//
// Errors    0 or a negative errno.
// Memory    Buffers keep their room from one batch to the next.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_IMPORT_PARCEL_H
#define OCTOLOG_TOOLS_IMPORT_PARCEL_H

#include "proto/base/buffer.h"
#include "proto/base/payload_pack.h"
#include "proto/batch/batch.h"

typedef struct parcel parcel_t;
struct parcel {
    parcel_t *next;  // the list's owner's
    uint64_t number; // the same
    buffer_t head;
    buffer_t payload; // as built; empty: only packed
    buffer_t packed;  // by payload_pack()
    buffer_t rejects; // list of MESSAGE_REJECT
};

// NULL when out of memory.
parcel_t *parcel_new(void);

// Frees the whole list.
void parcel_destroy(parcel_t **parcels);

// Finishes and packs the builder's batch, takes *rejects, and leaves both
// empty. keep: the payload as built, too, for unpacking it again would take
// longer.
int parcel_fill(parcel_t *parcel, batch_builder_t *builder,
                const batch_origin_t *origin, buffer_t *rejects,
                payload_pack_t *pack, bool keep);

size_t parcel_bytes(const parcel_t *parcel);

#endif
