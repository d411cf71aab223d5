// staged_folder - a folder that is created completely or not at all.
//
// The contents of PATH are written to PATH.partial, which is locked meanwhile.
// All files are synced before the folder is renamed to PATH. A process that is
// killed leaves PATH.partial; the next one to create PATH removes it first.
//
// Errors    0 or a negative errno, with one line in *failure that names the
//           path.
// Memory    Handles are freed by the call that takes T **.
// Threads   One.

#ifndef OCTOLOG_TOOLS_COMMAND_STAGED_FOLDER_H
#define OCTOLOG_TOOLS_COMMAND_STAGED_FOLDER_H

#include "proto/base/failure.h"

#include <stdio.h>

// The file that identifies a finished folder: it begins with the mark of its
// kind.
#define STAGED_FOLDER_MANIFEST "manifest.json"

typedef struct staged_folder staged_folder_t;

// Begins to create `path`, which must not exist or be an empty folder. With
// `replace`, a mark, it may also be a finished folder with that mark, which
// stays until the new one is renamed; NULL: never replace. -EEXIST: something
// else exists. -EBUSY: another process is creating it. -ENAMETOOLONG, -ENOMEM,
// errors of mkdir(2), open(2) and unlink(2).
int staged_folder_begin(staged_folder_t **folder, const char *path,
                        const char *replace, failure_t *failure);

// Where to write the contents; valid until `folder` is freed.
const char *staged_folder_path(const staged_folder_t *folder);

// Writes STAGED_FOLDER_MANIFEST into `folder` with print(). -EEXIST: it exists.
// Errors of write(2).
int staged_folder_manifest(const char *folder,
                           void (*print)(FILE *file, const void *context),
                           const void *context, failure_t *failure);

// Syncs all files and renames the folder. Frees it in any case. On failure the
// contents are removed, with one exception: if the parent folder cannot be
// synced, the new folder exists and is complete, but may not survive a power
// failure.
int staged_folder_finish(staged_folder_t **folder, failure_t *failure);

// Removes what was written, and frees. Accepts NULL.
void staged_folder_abandon(staged_folder_t **folder);

#endif
