// command_table - the commands of octolog, and finding one by its words.
//
// To add a command, add a folder tools/NAME with command_NAME.c, a row in
// tools/command/commands.def, and a test.
//
// Threads   Main only.

#ifndef OCTOLOG_TOOLS_MAIN_COMMAND_TABLE_H
#define OCTOLOG_TOOLS_MAIN_COMMAND_TABLE_H

#include "tools/command/command.h"

// Capacity of a list of commands: all of them, a heading and the end.
#define COMMAND(name) +1 // NOLINT(bugprone-macro-parentheses)
enum {
    COMMAND_TABLE_MAX = 2
#include "tools/command/commands.def"
};
#undef COMMAND

// octolog itself: the start and the end of `octolog --help`.
extern const usage_t command_table_program;

// In the order of --help, terminated by NULL. Subcommands follow their command.
extern const command_t *const command_table[];

// The listed commands directly below `parent` ("octolog", "octolog query"), as
// rows of help under a heading.
void command_table_list(const char *parent,
                        usage_item_t rows[COMMAND_TABLE_MAX]);

// Runs the command in argv. Returns the exit status.
int command_table_run(int argc, char **argv);

#endif
