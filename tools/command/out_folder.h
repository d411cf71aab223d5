// out_folder - the folder that --out names, which a command creates completely
// or not at all (staged_folder.h).
//
// Errors    Printed in the name of the command.
// Threads   Main only.

#ifndef OCTOLOG_TOOLS_COMMAND_OUT_FOLDER_H
#define OCTOLOG_TOOLS_COMMAND_OUT_FOLDER_H

#include "proto/base/failure.h"
#include "tools/command/command.h"
#include "tools/command/staged_folder.h"

// The flags, as rows of a table. what: the noun for the result ("backup").
#define OUT_FOLDER_FLAGS(what)                                                 \
    {.letter = 'o',                                                            \
     .name = "out",                                                            \
     .value = "DIR",                                                           \
     .needed = true,                                                           \
     .about = "created completely or not at all. If the command is killed, "   \
              "it leaves DIR.partial, which the next run removes"},            \
    {                                                                          \
        .letter = 'F', .name = "force",                                        \
        .about =                                                               \
            "replace an earlier " what " in DIR, once the new one is complete" \
    }

// The values of these flags and those of a command_place_t.
typedef struct {
    command_place_t place; // first: command_run()
    const char *path;
    bool replace;
} out_folder_t;

// A usage_take_t whose context is an out_folder_t, or begins with one.
const char *out_folder_take(void *out, int letter, const char *value);

// Fills `folder`, which does not have its final name yet. 0 or a negative
// errno, with one line in *failure.
typedef int out_folder_make_t(void *context, const char *folder,
                              failure_t *failure);

// Creates the folder. Replaces an earlier one if --force is given and its
// manifest begins with `mark`. COMMAND_OK or COMMAND_FAILED.
int out_folder_write(const out_folder_t *out, const char *name,
                     const char *mark, out_folder_make_t *make, void *context);

#endif
