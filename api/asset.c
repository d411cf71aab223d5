#include "api/asset.h"

#define S_HTML   "text/html; charset=utf-8"
#define S_STYLE  "text/css; charset=utf-8"
#define S_SCRIPT "text/javascript; charset=utf-8"

// label, name of the file, type.
#define S_ASSETS(ROW)                                                          \
    ROW(docs_html, "docs.html", S_HTML)                                        \
    ROW(docs_css, "docs.css", S_STYLE)                                         \
    ROW(docs_js, "docs.js", S_SCRIPT)

// The assembler puts the file between two labels. OCTOLOG_ASSETS is its folder.
#define S_EMBED(label, file, type)                                             \
    __asm__(".section .rodata\n"                                               \
            ".global octolog_asset_" #label "\n"                               \
            ".global octolog_asset_" #label "_end\n"                           \
            "octolog_asset_" #label ":\n"                                      \
            ".incbin \"" OCTOLOG_ASSETS "/" file "\"\n"                        \
            "octolog_asset_" #label "_end:\n"                                  \
            ".byte 0\n"                                                        \
            ".text\n");                                                        \
    extern const char octolog_asset_##label[], octolog_asset_##label##_end[];
S_ASSETS(S_EMBED)

#define S_ROW(label, file, type)                                               \
    {file, type, octolog_asset_##label, octolog_asset_##label##_end},
const asset_t assets[] = {S_ASSETS(S_ROW)};
const size_t assets_count = sizeof assets / sizeof assets[0];

const asset_t *asset_find(slice_t name)
{
    for (size_t i = 0; i < assets_count; i++) {
        if (slice_equal(slice_of(assets[i].name), name))
            return &assets[i];
    }
    return NULL;
}
