// completion - what a shell offers while a command line is typed.
//
// Writes the script that teaches bash, zsh or fish the commands of a program,
// their flags, and what values these may have, from their tables.
//
// Errors    A stream's show in ferror().
// Threads   Any. Pure, but for the stream.

#ifndef OCTOLOG_TOOLS_CLI_COMPLETION_H
#define OCTOLOG_TOOLS_CLI_COMPLETION_H

#include "tools/cli/usage.h"

// For usage_t.words.
#define COMPLETION_SHELLS "bash zsh fish"

// commands: all listed ones, a command before its subcommands; ended by NULL.
// false: `shell` is none of COMPLETION_SHELLS, and nothing was written.
bool completion_write(FILE *out, const char *shell, const usage_t *program,
                      const usage_t *const *commands);

#endif
