#include "proto/base/crc32c.h"

#include <isa-l/crc.h>

// ISA-L takes lengths as int. Chaining pieces gives the checksum of the whole.
#define PIECE_BYTES ((size_t)1 << 30)

uint32_t crc32c(slice_t bytes)
{
    uint32_t sum = UINT32_MAX;
    while (bytes.bytes > 0) {
        size_t piece = bytes.bytes < PIECE_BYTES ? bytes.bytes : PIECE_BYTES;
        sum = crc32_iscsi((unsigned char *)bytes.data, (int)piece, sum);
        bytes = slice(bytes.data + piece, bytes.bytes - piece);
    }
    return ~sum;
}
