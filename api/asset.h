// asset - the files of api/assets, compiled in.
//
// To add one: the file there, and its row in asset.c. All of them together are
// kept small (tests/api/asset_test.c): they are in the binary, and somebody
// opens the dashboard over a slow line.
//
// Memory    Constant.
// Threads   Any.

#ifndef OCTOLOG_API_ASSET_H
#define OCTOLOG_API_ASSET_H

#include "proto/slice.h"

typedef struct {
    const char *name; // "docs.css"
    const char *type; // for Content-Type
    const char *data; // up to end, one past its last byte
    const char *end;
} asset_t;

extern const asset_t assets[];
extern const size_t assets_count;

// The file of this name; NULL: there is none.
const asset_t *asset_find(slice_t name);

#endif
