#include "api/asset.h"

// The assembler puts the file between two labels, and a function gives it out.
// OCTOLOG_ASSETS is its folder.
#define S_ASSET(name, file)                                                    \
    __asm__(".section .rodata\n"                                               \
            ".global octolog_" #name "\n"                                      \
            ".global octolog_" #name "_end\n"                                  \
            "octolog_" #name ":\n"                                             \
            ".incbin \"" OCTOLOG_ASSETS "/" file "\"\n"                        \
            "octolog_" #name "_end:\n"                                         \
            ".byte 0\n"                                                        \
            ".text\n");                                                        \
    extern const char octolog_##name[], octolog_##name##_end[];                \
    slice_t name(void)                                                         \
    {                                                                          \
        return slice(octolog_##name,                                           \
                     (size_t)(octolog_##name##_end - octolog_##name));         \
    }

S_ASSET(asset_docs_html, "docs.html")
S_ASSET(asset_docs_css, "docs.css")
S_ASSET(asset_docs_js, "docs.js")
