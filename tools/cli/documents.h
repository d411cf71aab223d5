// documents - a program's man page and completion scripts, on request.
//
// Every program answers two command lines that its --help leaves out:
// `--manual DATE` and `--completion SHELL`. `octolog manual` and
// `octolog completion` use them for the other programs, so that no program
// carries the tables of another.
//
// Errors    A shell that is not known is printed, one line on standard error.
// Threads   Main only.

#ifndef OCTOLOG_TOOLS_CLI_DOCUMENTS_H
#define OCTOLOG_TOOLS_CLI_DOCUMENTS_H

#include "tools/cli/manual.h"

// Prints the document that argv asks for. tables->date is ignored. Returns the
// exit status; -1: argv asks for something else, and nothing was printed.
int documents_print(const manual_t *tables, int argc, char **argv);

#endif
