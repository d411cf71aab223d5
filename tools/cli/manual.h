// manual - a man page, in mdoc, of a program's tables.
//
// Errors    A stream's show in ferror().
// Threads   Any. Pure, but for the stream.

#ifndef OCTOLOG_TOOLS_CLI_MANUAL_H
#define OCTOLOG_TOOLS_CLI_MANUAL_H

#include "tools/cli/usage.h"

typedef struct {
    const usage_t *program;
    const usage_t *const *commands; // listed ones, ended by NULL
    const char *date;               // "November 22, 2026"
    const char *see_also;           // "Xr octolog.cfg 5"
} manual_t;

// Writes the page of section 1.
void manual_write(FILE *out, const manual_t *manual);

// For pages of other sections: the text in mdoc, hyphens as they are typed.
void manual_write_escaped(FILE *out, const char *text, size_t bytes);

// The same as lines of the source, a sentence a line, paragraphs (after an
// empty line) parted.
void manual_write_text(FILE *out, const char *text);

#endif
