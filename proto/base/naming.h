// naming - what more than one of octolog's processes spells.
//
// Cursors are called by these names in messages and in the log.
//
// Errors    None.
// Memory    Slices borrow what they were cut from.
// Threads   Any.

#ifndef OCTOLOG_PROTO_BASE_NAMING_H
#define OCTOLOG_PROTO_BASE_NAMING_H

#include "proto/base/slice.h"

#include <stdbool.h>

// Cursors of the log: "source:NAME", where a source stands, and
// "producer:HEX16", what that producer's last batch was.
#define NAMING_SOURCE_CURSOR   "source:"
#define NAMING_PRODUCER_CURSOR "producer:"

// The source whose cursor is called so. false: it is no source's.
bool naming_cut_source(slice_t cursor, slice_t *source);

#endif
