// completion - writes completion scripts for shells.
//
// A script completes the commands of a program, their flags and the values of
// flags in bash, zsh or fish. It is made from the usage tables.
//
// Errors    Those of the stream show in ferror().
// Threads   Any. Pure except for the stream.

#ifndef OCTOLOG_TOOLS_CLI_COMPLETION_H
#define OCTOLOG_TOOLS_CLI_COMPLETION_H

#include "tools/cli/usage.h"

// For usage_t.words.
#define COMPLETION_SHELLS "bash zsh fish"

// commands: all listed ones, each before its subcommands; terminated by NULL.
// false: `shell` is not one of COMPLETION_SHELLS, and nothing was written.
bool completion_write(FILE *out, const char *shell, const usage_t *program,
                      const usage_t *const *commands);

#endif
