// documents - a program's man page and completion scripts, on request.
//
// Every program accepts two command lines that --help does not list: `--manual
// DATE` and `--completion SHELL`. `octolog manual` and `octolog completion` use
// them for the other programs, so that no program contains the tables of
// another.
//
// Errors    An unknown shell is reported in one line on standard error.
// Threads   Main only.

#ifndef OCTOLOG_TOOLS_CLI_DOCUMENTS_H
#define OCTOLOG_TOOLS_CLI_DOCUMENTS_H

#include "tools/cli/manual.h"

// Prints the document that argv requests. tables->date is ignored. Returns the
// exit status; -1: argv requests something else, and nothing was printed.
int documents_print(const manual_t *tables, int argc, char **argv);

#endif
