// crc32c - the checksum of both parts of a batch.
//
// The published CRC-32C (Castagnoli): that of "123456789" is 0xE3069283.
//
// Threads   Any.

#ifndef OCTOLOG_PROTO_BASE_CRC32C_H
#define OCTOLOG_PROTO_BASE_CRC32C_H

#include "proto/base/slice.h"

#include <stdint.h>

uint32_t crc32c(slice_t bytes);

#endif
