// naming - names that several of octolog's processes must spell alike.
//
// They name cursors, in messages and in the log.
//
// Errors    None.
// Memory    Slices borrow the text that they were cut from.
// Threads   Any.

#ifndef OCTOLOG_PROTO_BASE_NAMING_H
#define OCTOLOG_PROTO_BASE_NAMING_H

#include "proto/base/slice.h"

#include <stdbool.h>
#include <stdint.h>

// Cursors of the log: "source:NAME", the position of a source, and
// "producer:HEX16", the last batch of a producer.
#define NAMING_SOURCE_CURSOR   "source:"
#define NAMING_PRODUCER_CURSOR "producer:"
#define NAMING_PRODUCER_BYTES  26 // of the name and its terminator

// Extracts the source from the name of its cursor. false: the cursor is not a
// source's.
bool naming_cut_source(slice_t cursor, slice_t *source);
// The name of a producer's cursor, and the producer whose cursor is called so;
// false: it is no producer's.
void naming_producer_cursor(uint64_t producer,
                            char name[NAMING_PRODUCER_BYTES]);
bool naming_cut_producer(slice_t cursor, uint64_t *producer);

#endif
