// terminal - capabilities of a terminal.
//
// Threads   Any.

#ifndef OCTOLOG_TOOLS_CLI_TERMINAL_H
#define OCTOLOG_TOOLS_CLI_TERMINAL_H

#include <stdbool.h>

// Whether TERM is dumb: no escape sequences.
bool terminal_is_dumb(void);

// Whether NO_COLOR is set and not empty, or the terminal is dumb.
bool terminal_is_plain(void);

// Whether to use colours, by the value of --color: "always", "never", or "auto"
// (also NULL) for terminals only.
bool terminal_wants_colour(int fd, const char *when);

// The size of the terminal; 0 if unknown or not a terminal.
int terminal_columns(int fd);
int terminal_lines(int fd);

#endif
