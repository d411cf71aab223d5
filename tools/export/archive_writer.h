// archive_writer - writes an archive of events, one gzip member at a time.
//
// The bytes depend only on the contents and where members end: they contain no
// time and no name. An archive of several members reads as one stream.
//
// Errors    0 or a negative errno: errors of open(2) and write(2), -ENOMEM.
// Memory    About 330 KiB per writer.
// Threads   One at a time per writer.

#ifndef OCTOLOG_TOOLS_EXPORT_ARCHIVE_WRITER_H
#define OCTOLOG_TOOLS_EXPORT_ARCHIVE_WRITER_H

#include "proto/base/slice.h"

#include <stdint.h>

typedef struct archive_writer archive_writer_t;

// Begins a member at the end of the file `path`, which is created if missing.
int archive_writer_open(archive_writer_t **writer, const char *path);

// Appends to the member. After a failure the archive is unusable.
int archive_writer_put(archive_writer_t *writer, slice_t bytes);

// Ends the member, closes the file and frees the writer, in any case. *bytes
// grows by the size of the member in the file. Does not sync the file.
int archive_writer_close(archive_writer_t **writer, uint64_t *bytes);

#endif
