// batch_check - whether the columns of a head hold together.
//
// For batch.c alone, which laid them out: every row lies within the head.
//
// Errors    The check that failed, in words that stay; NULL: all hold.
// Threads   Any.

#ifndef OCTOLOG_PROTO_BATCH_CHECK_H
#define OCTOLOG_PROTO_BATCH_CHECK_H

#include "proto/batch/columns.h"

const char *batch_check(const batch_t *batch);

#endif
