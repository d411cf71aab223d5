// staged_folder - a folder that is there whole, or not at all.
//
// What goes into PATH is made in PATH.partial beside it, locked by its maker.
// Finished, it is on disk to the last file before it gets its name. Killed, it
// leaves PATH.partial, which the next one to make PATH begins by removing.
//
// Errors    0 or a negative errno, with one line in *reason that names the
//           place.
// Memory    Handles are freed by the call that takes T **.
// Threads   One.

#ifndef OCTOLOG_TOOLS_COMMAND_STAGED_FOLDER_H
#define OCTOLOG_TOOLS_COMMAND_STAGED_FOLDER_H

#include <stdio.h>

#define STAGED_FOLDER_REASON_MAX 512
// A file in a finished folder by which it is known again: it must begin with
// the mark that the maker gives.
#define STAGED_FOLDER_MANIFEST "manifest.json"

typedef struct staged_folder staged_folder_t;

// Begins to make `path`, which must not be there, or be an empty folder; or,
// with `replace` (a mark), be one that the same kind of maker finished before:
// it stays until the new one takes its name. NULL: never replaced.
// -EEXIST: there is something else. -EBUSY: another process is making it.
// -ENAMETOOLONG, -ENOMEM, those of mkdir(2), open(2) and unlink(2).
int staged_folder_begin(staged_folder_t **folder, const char *path,
                        const char *replace,
                        char reason[STAGED_FOLDER_REASON_MAX]);

// Where to put things meanwhile; the folder's, until it is freed.
const char *staged_folder_path(const staged_folder_t *folder);

// Writes STAGED_FOLDER_MANIFEST into `folder` by print(). -EEXIST: it is there.
// Those of write(2).
int staged_folder_manifest(const char *folder,
                           void (*print)(FILE *file, const void *context),
                           const void *context,
                           char reason[STAGED_FOLDER_REASON_MAX]);

// Makes all of it durable and gives it its name. Frees in any case. On failure
// what was made is removed; only when the folder that holds the name cannot be
// synced is it there, whole, for as long as the power stays on.
int staged_folder_finish(staged_folder_t **folder,
                         char reason[STAGED_FOLDER_REASON_MAX]);

// Removes what was made, and frees. Accepts NULL.
void staged_folder_abandon(staged_folder_t **folder);

#endif
