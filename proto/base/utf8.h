// utf8 - finds the characters of a text. Pure.

#ifndef OCTOLOG_PROTO_BASE_UTF8_H
#define OCTOLOG_PROTO_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

// Returns the size of the well-formed UTF-8 character at text[0]; the text has
// `left` bytes, at least 1. 0: not well-formed: a stray or missing continuation
// byte, an overlong form, a surrogate, or above U+10FFFF.
size_t utf8_bytes(const char *text, size_t left);

// Whether the character at text[0], for which utf8_bytes() is not 0, is a
// control character, which a terminal would obey: U+0000 to U+001F, U+007F to
// U+009F.
bool utf8_is_control(const char *text);

#endif
