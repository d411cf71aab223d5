// config_text - the table of settings as documents: octolog.cfg and its page.
//
// Both have each key once, in the table's order, with its default and its
// explanation (actors/config/settings.def).
//
// Errors    A stream's show in ferror().
// Threads   Any. Pure, but for the stream.

#ifndef OCTOLOG_TOOLS_CONFIG_CONFIG_TEXT_H
#define OCTOLOG_TOOLS_CONFIG_CONFIG_TEXT_H

#include <stdio.h>

// Writes octolog.cfg: it loads as the defaults, but for data.dir, which is the
// given one (NULL: the default).
void config_text_write(FILE *out, const char *data_dir);

// Writes octolog.cfg(5) in mdoc. date: "November 22, 2026".
void config_text_write_manual(FILE *out, const char *date);

#endif
