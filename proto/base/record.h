// record - encodes the fields of a struct in the order of a table.
//
// The table is the format: one row per field, with the type of the member, and
// RECORD_END after the last. u8, u32, u64, i64 and doubles are encoded as their
// bits, little-endian; a slice as its length (u32) and its bytes. There is no
// padding between fields, nor between the records of a list.
//
// Errors    0 or a negative errno; the buffer records that memory ran out.
//           Decoding is safe for any bytes: it neither crashes nor reads beyond
//           them.
// Memory    A decoded record borrows the bytes it was decoded from.
// Threads   Any.

#ifndef OCTOLOG_PROTO_BASE_RECORD_H
#define OCTOLOG_PROTO_BASE_RECORD_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    RECORD_LAST, // the end mark
    RECORD_U8,
    RECORD_U32,
    RECORD_U64,
    RECORD_I64,
    RECORD_F64,
    RECORD_BYTES,
} record_type_t;

typedef struct {
    uint8_t type;    // record_type_t
    uint16_t offset; // in the struct
} record_field_t;

// clang-format off
// A row for a member of a struct. The type is taken from the member, so the two
// cannot disagree.
#define RECORD_FIELD(struct_type, member)                                      \
    {_Generic(((struct_type *)0)->member,                                      \
         uint8_t: RECORD_U8, uint32_t: RECORD_U32, uint64_t: RECORD_U64,       \
         int64_t: RECORD_I64, double: RECORD_F64, slice_t: RECORD_BYTES),      \
     offsetof(struct_type, member)}
#define RECORD_END {RECORD_LAST, 0}
// clang-format on

// Appends the record.
void record_add(buffer_t *out, const record_field_t *fields,
                const void *record);

// Takes a record off the front of *bytes; members that are not in the table are
// left unchanged. false: the record is cut short; *bytes is unchanged, but
// *record may hold part of it.
bool record_take(slice_t *bytes, const record_field_t *fields, void *record);

// Takes the next record off a list: 1, 0 at the end, or -EBADMSG if the record
// is cut short.
int record_next(slice_t *list, const record_field_t *fields, void *record);

// Takes a length and as many bytes off the front; false, with nothing changed,
// if they are cut short.
bool record_take_bytes(slice_t *bytes, slice_t *value);

#endif
