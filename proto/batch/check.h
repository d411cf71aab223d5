// batch_check - checks that the columns of a head are consistent.
//
// Only for batch.c, which has located the columns: every row lies within the
// head.
//
// Errors    Returns a constant text about the failed check; NULL: all passed.
// Threads   Any.

#ifndef OCTOLOG_PROTO_BATCH_CHECK_H
#define OCTOLOG_PROTO_BATCH_CHECK_H

#include "proto/batch/columns.h"

const char *batch_check(const batch_t *batch);

#endif
