// asset - the files of api/assets, compiled in.
//
// To add one: the file there, and its row in asset.c. All of them together are
// kept small (tests/api/handler/asset_test.c): they are in the binary, and
// somebody opens the dashboard over a slow line.
//
// Memory    Constant.
// Threads   Any.

#ifndef OCTOLOG_API_HANDLER_ASSET_H
#define OCTOLOG_API_HANDLER_ASSET_H

#include "proto/base/slice.h"

typedef struct asset {
    const char *name; // "docs.css"
    const char *type; // for Content-Type
    const char *data; // up to end, one past its last byte
    const char *end;
} asset_t;

extern const asset_t assets[];
extern const size_t assets_count;

// Headers of every file: a page may load from and ask this server alone, and
// run nothing but its scripts.
#define ASSET_HEADERS                                                          \
    "Content-Security-Policy: default-src 'none'; script-src 'self'; "         \
    "style-src 'self'; img-src 'self'; connect-src 'self'; "                   \
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"          \
    "Referrer-Policy: no-referrer\r\n"

// The file of this name; NULL: there is none.
const asset_t *asset_find(slice_t name);

#endif
