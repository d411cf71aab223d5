// embed - a file's bytes as a constant of the program.
//
// The assembler reads the file, by its path from the root of the tree. The
// build has to know of it: CMake's OBJECT_DEPENDS.

#ifndef OCTOLOG_PROTO_BASE_EMBED_H
#define OCTOLOG_PROTO_BASE_EMBED_H

// Defines `const char label[]`, the file with a zero byte behind it, and
// label_end, that zero byte. Labels are global: begin them with the module's
// name.
// The path is a part of the assembler's text.
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
