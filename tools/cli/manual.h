// manual - writes a program's man page in mdoc, from its usage tables.
//
// Errors    Those of the stream show in ferror().
// Threads   Any. Pure except for the stream.

#ifndef OCTOLOG_TOOLS_CLI_MANUAL_H
#define OCTOLOG_TOOLS_CLI_MANUAL_H

#include "tools/cli/usage.h"

typedef struct {
    const usage_t *program;
    const usage_t *const *commands; // listed ones, terminated by NULL
    const char *date;               // "November 22, 2026"
    const char *see_also;           // "Xr octolog.cfg 5"
} manual_t;

// Writes the man page, in section 1.
void manual_write(FILE *out, const manual_t *manual);

// For pages of other sections: writes text escaped for mdoc, with ASCII
// hyphens.
void manual_write_escaped(FILE *out, const char *text, size_t bytes);

// The same as source lines, one sentence per line; "\n\n" separates paragraphs.
void manual_write_text(FILE *out, const char *text);

#endif
