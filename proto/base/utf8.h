// utf8 - where characters begin and end. Pure.

#ifndef OCTOLOG_PROTO_BASE_UTF8_H
#define OCTOLOG_PROTO_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

// Bytes of the well-formed UTF-8 character at text[0], of which `left` (1 at
// least) are there; 0 where there is none: a stray or missing continuation
// byte, an overlong form, a surrogate, or what lies beyond U+10FFFF.
size_t utf8_bytes(const char *text, size_t left);

// Whether the character at text[0], for which utf8_bytes() is not 0, is a
// control character: U+0000 to U+001F, U+007F to U+009F. A terminal obeys them.
bool utf8_is_control(const char *text);

#endif
