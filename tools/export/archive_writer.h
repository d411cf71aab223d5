// archive_writer - an archive of events in the making: gzip, a member at a
// time.
//
// The bytes depend on nothing but what is put and where members end: no time
// and no name are in them. An archive of several members is one stream to
// whoever reads it.
//
// Errors    0 or a negative errno: those of open(2) and write(2), -ENOMEM.
// Memory    About 330 KiB a writer.
// Threads   One at a time per writer.

#ifndef OCTOLOG_TOOLS_EXPORT_ARCHIVE_WRITER_H
#define OCTOLOG_TOOLS_EXPORT_ARCHIVE_WRITER_H

#include "proto/base/slice.h"

#include <stdint.h>

typedef struct archive_writer archive_writer_t;

// Begins a member at the end of the file `path`, made where it is missing.
int archive_writer_open(archive_writer_t **writer, const char *path);

// After a failure the archive is of no use.
int archive_writer_put(archive_writer_t *writer, slice_t bytes);

// Ends the member, closes the file and frees, in any case. *bytes grows by what
// the member takes in the file. Not durable until somebody syncs it.
int archive_writer_close(archive_writer_t **writer, uint64_t *bytes);

#endif
