// embed - includes a file in the program as a constant.
//
// The assembler reads the file; its path is relative to the root of the tree.
// The build must know the dependency: CMake's OBJECT_DEPENDS.

#ifndef OCTOLOG_PROTO_BASE_EMBED_H
#define OCTOLOG_PROTO_BASE_EMBED_H

// Defines `const char label[]`, the file followed by a zero byte, and
// label_end, which points at that zero byte. Labels are global: start them with
// the module's name.
// The path becomes part of the assembler's text.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define EMBED(label, path)                                                     \
    __asm__(".section .rodata\n"                                               \
            ".global " #label "\n"                                             \
            ".global " #label "_end\n"                                         \
            "" #label ":\n"                                                    \
            ".incbin \"" path "\"\n"                                           \
            "" #label "_end:\n"                                                \
            ".byte 0\n"                                                        \
            ".text\n");                                                        \
    extern const char label[], label##_end[]
// NOLINTEND(bugprone-macro-parentheses)

#endif
