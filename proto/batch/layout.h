// batch_layout - the layout of an encoded batch, as described in
// proto/README.md, "The batch".
//
// Only for the sources of proto/batch. Change code and description together, by
// the procedure given there.

#ifndef OCTOLOG_PROTO_BATCH_LAYOUT_H
#define OCTOLOG_PROTO_BATCH_LAYOUT_H

#include "proto/batch/columns.h"

#include <stddef.h>
#include <stdint.h>

#define BATCH_HEAD_MAGIC    "OLB1"
#define BATCH_PAYLOAD_MAGIC "OLP1"
#define BATCH_VERSION       2 // written; older ones are read

// The head. Magic, version, size, and the checksum in the last four bytes have
// the same place in every version, so that damage can be distinguished from a
// newer version.
enum {
    HEAD_MAGIC = 0,
    HEAD_VERSION = 4,         // u16
    HEAD_FLAGS = 6,           // u16, 0
    HEAD_BYTES = 8,           // u32, of the whole head
    HEAD_COUNT = 12,          // u32
    HEAD_OFFSET = 16,         // u64
    HEAD_JOURNALED_AT = 24,   // i64, microseconds
    HEAD_PRODUCER = 32,       // u64
    HEAD_SEQUENCE = 40,       // u64
    HEAD_CREATED_MIN = 48,    // u32
    HEAD_CREATED_MAX = 52,    // u32
    HEAD_PAYLOAD_BYTES = 56,  // u32
    HEAD_PAYLOAD_CRC = 60,    // u32
    HEAD_SOURCE_BYTES = 64,   // u16
    HEAD_CURSOR_BYTES = 66,   // u16
    HEAD_STRING_COUNT = 68,   // u32
    HEAD_STRING_BYTES = 72,   // u32
    HEAD_ESCAPE_COUNT = 76,   // u32
    HEAD_FIXED_BYTES = 80,    // the rest depends on the version
    HEAD_CHECKSUM_BYTES = 4,  // u32, CRC-32C of everything before it
    HEAD_BYTES_PER_EVENT = 54 // at most, over all columns: 4 u64, 5 u32, 2 u8
};

// The form of each column of numbers. Version 2 stores one for each
// batch_column_id_t after the fixed part; in version 1 every column has its
// widest form.
enum {
    COLUMN_BASE = 0,  // u64, added to each row
    COLUMN_WIDTH = 8, // u8, bytes of a row, at most its widest form
    COLUMN_BYTES = 9
};

// The widest form of a column: a u64 for ids, else a u32.
#define BATCH_WIDEST(column) ((column) <= BATCH_ORG_ID ? 8u : 4u)

// Zeros before the checksum, since version 2. Together they make 8 bytes, so
// that 8 bytes can be read from the start of the last row of any column.
#define HEAD_PADDING_BYTES 4

// One name that has no code. Sorted by event, then column.
enum {
    ESCAPE_EVENT = 0,  // u32
    ESCAPE_COLUMN = 4, // u8, ESCAPE_OF_TYPE or ESCAPE_OF_ACTION
    ESCAPE_STRING = 5, // u32
    ESCAPE_BYTES = 9
};

enum { ESCAPE_OF_TYPE = 0, ESCAPE_OF_ACTION = 1 };

// The place that an escape belongs to, as one number to sort by.
static inline uint64_t batch_escape_place(uint32_t event, uint8_t column)
{
    return (uint64_t)event << 8 | column;
}

// The payload part: a frame, then the raw JSON.
enum {
    PAYLOAD_MAGIC = 0,
    PAYLOAD_SIZE = 4, // u32, of the JSON
    PAYLOAD_CRC = 8,  // u32, CRC-32C of the JSON
    PAYLOAD_FIXED_BYTES = 12
};

// Names that an event can have: repository, actor, organisation, type, action.
#define BATCH_NAMES_PER_EVENT 5
#define BATCH_MAX_STRINGS     (1 + BATCH_NAMES_PER_EVENT * BATCH_MAX_EVENTS)
#define BATCH_MAX_ESCAPES     (2 * BATCH_MAX_EVENTS)

#endif
