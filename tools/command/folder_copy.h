// folder_copy - copies a folder with all that is in it.
//
// Errors    0 or a negative errno, with one line in *reason that names the
//           place; what was copied by then stays.
// Threads   One.

#ifndef OCTOLOG_TOOLS_COMMAND_FOLDER_COPY_H
#define OCTOLOG_TOOLS_COMMAND_FOLDER_COPY_H

#include <stdint.h>

#define FOLDER_COPY_REASON_MAX 512

// Adds the bytes of all regular files to *bytes, and their number to *files.
int folder_measure(const char *path, uint64_t *files, uint64_t *bytes,
                   char reason[FOLDER_COPY_REASON_MAX]);

// Fills `to`, made where it is missing, else empty, with regular files and
// folders alone; anything else is -EINVAL. progress (may be NULL) is told the
// bytes that were copied, now and then. Not durable until somebody syncs it.
int folder_copy(const char *from, const char *to,
                void (*progress)(void *context, uint64_t bytes), void *context,
                char reason[FOLDER_COPY_REASON_MAX]);

#endif
