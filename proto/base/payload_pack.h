// payload_pack - payloads as stored on disk: packed once, by their producer.
//
// Because the producer packs it, a payload is sent, written, copied and
// checksummed at an eighth of its size. The journal only unpacks it to check
// it, and neither flush nor compaction packs it again. In one piece it also
// packs better than in the blocks of a table.
//
// Errors    0 or a negative errno; outputs untouched on failure.
// Memory    A result either borrows the input or belongs to the payload_pack_t
//           until its next call. Bounded by the largest payload.
// Threads   One at a time per object. No disk, no RocksDB.

#ifndef OCTOLOG_PROTO_BASE_PAYLOAD_PACK_H
#define OCTOLOG_PROTO_BASE_PAYLOAD_PACK_H

#include "proto/base/slice.h"

// All zeros is ready for use.
typedef struct {
    void *packer; // of zstd; NULL until needed
    void *unpacker;
    char *bytes;
    size_t capacity;
} payload_pack_t;

void payload_pack_free(payload_pack_t *pack);

// Packs `raw` for storage: *stored is one zstd frame, or raw itself if a frame
// would not be shorter. -ENOMEM.
int payload_pack(payload_pack_t *pack, slice_t raw, slice_t *stored);

// Restores the payload of `raw_bytes` from `stored`. -EBADMSG: it has another
// length, or is damaged. -ENOMEM.
int payload_unpack(payload_pack_t *pack, slice_t stored, size_t raw_bytes,
                   slice_t *raw);

#endif
