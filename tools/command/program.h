// program - finds and starts octolog's other programs, as git does with
// git-foo: first beside this program, then in $PATH.
//
// Errors    0 or a negative errno. Only program_become() prints.
// Threads   Any.

#ifndef OCTOLOG_TOOLS_COMMAND_PROGRAM_H
#define OCTOLOG_TOOLS_COMMAND_PROGRAM_H

#define PROGRAM_PATH_MAX 4096

// The path of this program. -ENAMETOOLONG, or an error of readlink(2).
int program_self(char path[PROGRAM_PATH_MAX]);

// The path of the program `name`. -ENOENT: not found.
int program_find(const char *name, char path[PROGRAM_PATH_MAX]);

// Replaces this process with the program `name`. `arguments`, terminated by
// NULL, follow argv[0]. Returns only on failure: COMMAND_FAILED, after printing
// one line on standard error in the name of `command`.
int program_become(const char *command, const char *name,
                   const char *const *arguments);

#endif
