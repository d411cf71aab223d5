// sign_head - makes a head's length and checksum right, as an attacker would
// who signs what he made up: else no changed head passes the first check.

#ifndef OCTOLOG_TESTS_FUZZ_SIGN_HEAD_H
#define OCTOLOG_TESTS_FUZZ_SIGN_HEAD_H

#include "proto/base/crc32c.h"
#include "proto/batch/batch.h"
#include "proto/batch/layout.h"

static inline void fuzz_put_u32(char *at, uint32_t value)
{
    value = htole32(value);
    memcpy(at, &value, sizeof value);
}

// Leaves alone what is too short to be a head.
static inline void fuzz_sign_head(char *head, size_t bytes)
{
    if (bytes < HEAD_FIXED_BYTES + HEAD_CHECKSUM_BYTES)
        return;
    fuzz_put_u32(head + HEAD_BYTES, (uint32_t)bytes);
    size_t at = bytes - HEAD_CHECKSUM_BYTES;
    fuzz_put_u32(head + at, crc32c(slice(head, at)));
}

#endif
