// terminal - what a stream can show.
//
// Threads   Any.

#ifndef OCTOLOG_TOOLS_CLI_TERMINAL_H
#define OCTOLOG_TOOLS_CLI_TERMINAL_H

#include <stdbool.h>

// Whether TERM is dumb: the terminal knows no escape sequences.
bool terminal_is_dumb(void);

// Whether NO_COLOR is set and not empty, or the terminal is a dumb one.
bool terminal_is_plain(void);

// What --color says: "always", "never", or "auto" for a terminal (NULL, too).
bool terminal_wants_colour(int fd, const char *when);

// Its size; 0 where it is no terminal, or does not tell.
int terminal_columns(int fd);
int terminal_lines(int fd);

#endif
