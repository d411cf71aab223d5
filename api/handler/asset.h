// asset - the files of api/assets, compiled into the binary.
//
// To add one, add the file there and a row in asset.c. Their total size is kept
// small (tests/api/handler/asset_test.c), because the binary contains them and
// the dashboard may be opened over a slow line.
//
// Memory    Constant.
// Threads   Any.

#ifndef OCTOLOG_API_HANDLER_ASSET_H
#define OCTOLOG_API_HANDLER_ASSET_H

#include "proto/base/slice.h"

typedef struct asset {
    const char *name; // "docs.css"
    const char *type; // for Content-Type
    const char *data; // ends before `end`
    const char *end;
} asset_t;

extern const asset_t assets[];
extern const size_t assets_count;

// Headers sent with every file. A page may load from and connect to this server
// only, and run only its scripts.
#define ASSET_HEADERS                                                          \
    "Content-Security-Policy: default-src 'none'; script-src 'self'; "         \
    "style-src 'self'; img-src 'self'; connect-src 'self'; "                   \
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"          \
    "Referrer-Policy: no-referrer\r\n"

// Returns the file of this name, or NULL if there is none.
const asset_t *asset_find(slice_t name);

#endif
