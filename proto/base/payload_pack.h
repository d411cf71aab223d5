// payload_pack - payloads as they lie on disk: packed once, by who makes them.
//
// Packed where it begins, a payload is sent, written, copied and summed at an
// eighth of its size, the log's one writer only unpacks it to check it, and
// neither flush nor compaction packs it again.
// As one piece it also packs better than in the blocks of a table.
//
// Errors    0 or a negative errno; outputs untouched on failure.
// Memory    What comes out is borrowed from what went in, or belongs to the
//           payload_pack_t until its next call. Bounded by the largest payload.
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

// What to store for `raw`: one zstd frame, or raw itself where that would not
// be shorter. -ENOMEM.
int payload_pack(payload_pack_t *pack, slice_t raw, slice_t *stored);

// The payload of `raw_bytes` that `stored` stands for. -EBADMSG: it stands for
// another length, or is damaged. -ENOMEM.
int payload_unpack(payload_pack_t *pack, slice_t stored, size_t raw_bytes,
                   slice_t *raw);

#endif
