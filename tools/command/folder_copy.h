// folder_copy - copies a folder recursively.
//
// Errors    0 or a negative errno, with one line in *failure that names the
//           path. What was copied before the error stays.
// Threads   One.

#ifndef OCTOLOG_TOOLS_COMMAND_FOLDER_COPY_H
#define OCTOLOG_TOOLS_COMMAND_FOLDER_COPY_H

#include "proto/base/failure.h"

#include <stdint.h>

// Adds the total size of all regular files to *bytes, and their number to
// *files.
int folder_measure(const char *path, uint64_t *files, uint64_t *bytes,
                   failure_t *failure);

// Copies `from` to `to`, which is created or must be empty. Copies regular
// files and folders; anything else is -EINVAL. progress (may be NULL) is called
// now and then with the number of bytes copied. The copy is not synced to disk.
int folder_copy(const char *from, const char *to,
                void (*progress)(void *context, uint64_t bytes), void *context,
                failure_t *failure);

#endif
