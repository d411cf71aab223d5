// batch_layout - where things lie in an encoded batch.
//
// For batch*.c alone; the words are in proto/README.md, "The batch". Change
// code and words together, by the procedure given there.

#ifndef OCTOLOG_PROTO_BATCH_LAYOUT_H
#define OCTOLOG_PROTO_BATCH_LAYOUT_H

#include "proto/batch/columns.h"

#include <stddef.h>
#include <stdint.h>

#define BATCH_HEAD_MAGIC    "OLB1"
#define BATCH_PAYLOAD_MAGIC "OLP1"
#define BATCH_VERSION       2 // written; those before it are read

// The head. Magic, version, size and the checksum in the last four bytes keep
// their place in every version, so that damage and a newer version can be
// told apart.
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
    HEAD_FIXED_BYTES = 80,    // what follows depends on the version
    HEAD_CHECKSUM_BYTES = 4,  // u32, CRC-32C of all before it
    HEAD_BYTES_PER_EVENT = 54 // at most, over all columns: 4 u64, 5 u32, 2 u8
};

// How each column of numbers is laid out: since version 2 said after the fixed
// part, one for each of batch_column_id_t. In version 1 a column had its
// widest form.
enum {
    COLUMN_BASE = 0,  // u64, what is added to each row
    COLUMN_WIDTH = 8, // u8, bytes of a row, at most its widest form
    COLUMN_BYTES = 9
};

// The widest form of a column: a u64 for ids, else a u32.
#define BATCH_WIDEST(column) ((column) <= BATCH_ORG_ID ? 8u : 4u)

// Zeros before the checksum, since version 2: with it they are the 8 bytes
// that can be read from the start of the last row of any column.
#define HEAD_PADDING_BYTES 4

// One name that has no code. Sorted by event, then column.
enum {
    ESCAPE_EVENT = 0,  // u32
    ESCAPE_COLUMN = 4, // u8, ESCAPE_OF_TYPE or ESCAPE_OF_ACTION
    ESCAPE_STRING = 5, // u32
    ESCAPE_BYTES = 9
};

enum { ESCAPE_OF_TYPE = 0, ESCAPE_OF_ACTION = 1 };

// Where an escape belongs, as one number to sort by.
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

// Names an event can bring: repository, actor, organisation, type, action.
#define BATCH_NAMES_PER_EVENT 5
#define BATCH_MAX_STRINGS     (1 + BATCH_NAMES_PER_EVENT * BATCH_MAX_EVENTS)
#define BATCH_MAX_ESCAPES     (2 * BATCH_MAX_EVENTS)

#endif
