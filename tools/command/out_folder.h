// out_folder - the folder that --out names: made by a command whole, or not at
// all (staged_folder.h).
//
// Errors    Printed, in the name of the command.
// Threads   Main only.

#ifndef OCTOLOG_TOOLS_COMMAND_OUT_FOLDER_H
#define OCTOLOG_TOOLS_COMMAND_OUT_FOLDER_H

#include "tools/command/command.h"
#include "tools/command/staged_folder.h"

// The flags, as rows for a table. what: the noun for such a folder ("backup").
#define OUT_FOLDER_FLAGS(what)                                                 \
    {.letter = 'o',                                                            \
     .name = "out",                                                            \
     .value = "DIR",                                                           \
     .needed = true,                                                           \
     .about = "made by this command: whole, or not at all. Killed, it "        \
              "leaves DIR.partial, which the next run removes"},               \
    {                                                                          \
        .letter = 'F', .name = "force",                                        \
        .about =                                                               \
            "replace an earlier " what " in DIR, once the new one is whole"    \
    }

// What these flags and those of a place say.
typedef struct {
    command_place_t place; // first: command_run()
    const char *path;
    bool replace;
} out_folder_t;

// A usage_take_t on an out_folder_t, or on a struct that begins with one.
const char *out_folder_take(void *out, int letter, const char *value);

// Puts everything into `folder`, which is not called --out yet. 0 or a negative
// errno, with one line in *reason.
typedef int out_folder_make_t(void *context, const char *folder,
                              char reason[STAGED_FOLDER_REASON_MAX]);

// Makes the folder. An earlier one is replaced when --force is given and its
// manifest begins with `mark`. COMMAND_OK or COMMAND_FAILED.
int out_folder_write(const out_folder_t *out, const char *name,
                     const char *mark, out_folder_make_t *make, void *context);

#endif
