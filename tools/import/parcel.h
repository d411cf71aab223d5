// parcel - a batch on its way into the log: finished, compressed, and in its
// own buffers.
//
// Errors    0 or a negative errno.
// Memory    Buffers keep their capacity from one batch to the next.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_IMPORT_PARCEL_H
#define OCTOLOG_TOOLS_IMPORT_PARCEL_H

#include "proto/base/buffer.h"
#include "proto/base/payload_pack.h"
#include "proto/batch/batch.h"

typedef struct parcel parcel_t;
struct parcel {
    parcel_t *next;  // for the owner of the list
    uint64_t number; // for the owner of the list
    buffer_t head;
    buffer_t payload; // uncompressed; empty: not kept
    buffer_t packed;  // by payload_pack()
    buffer_t rejects; // list of MESSAGE_REJECT
};

// NULL when out of memory.
parcel_t *parcel_new(void);

// Frees the whole list.
void parcel_destroy(parcel_t **parcels);

// Finishes and compresses the builder's batch, takes *rejects, and leaves both
// empty. keep: also keeps the uncompressed payload, which saves decompressing
// it again.
int parcel_fill(parcel_t *parcel, batch_builder_t *builder,
                const batch_origin_t *origin, buffer_t *rejects,
                payload_pack_t *pack, bool keep);

size_t parcel_bytes(const parcel_t *parcel);

#endif
