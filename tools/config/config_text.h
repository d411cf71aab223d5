// config_text - writes the table of settings as octolog.cfg and its man page.
//
// Both list every key once, in the order of the table, with its default and
// explanation (actors/config/settings.def).
//
// Errors    Those of the stream show in ferror().
// Threads   Any. Pure except for the stream.

#ifndef OCTOLOG_TOOLS_CONFIG_CONFIG_TEXT_H
#define OCTOLOG_TOOLS_CONFIG_CONFIG_TEXT_H

#include <stdio.h>

// Writes octolog.cfg, which loads as the defaults except for data.dir, which is
// set to data_dir (NULL: the default).
void config_text_write(FILE *out, const char *data_dir);

// Writes octolog.cfg(5) in mdoc. date: "November 22, 2026".
void config_text_write_manual(FILE *out, const char *date);

#endif
