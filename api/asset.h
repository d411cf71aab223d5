// asset - files of api/assets, compiled in.
//
// Memory    Constant.
// Threads   Any.

#ifndef OCTOLOG_API_ASSET_H
#define OCTOLOG_API_ASSET_H

#include "proto/slice.h"

slice_t asset_docs_html(void);
slice_t asset_docs_css(void);
slice_t asset_docs_js(void);

#endif
