// gzip - compresses a body into one gzip member. Pure.

#ifndef OCTOLOG_API_TEXT_GZIP_H
#define OCTOLOG_API_TEXT_GZIP_H

#include "proto/base/buffer.h"
#include "proto/base/slice.h"

// Appends the compressed bytes to *out. -ENOMEM: *out is unchanged.
int gzip_add(buffer_t *out, slice_t body);

#endif
