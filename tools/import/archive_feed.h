// archive_feed - the contents of archives in sequence, decompressed by a
// separate thread ahead of the parser.
//
// An archive is *sound* once all its checksums were verified; plain text is
// sound from the start. The thread works ahead as far as there are free chunks,
// so the end of an archive may be far away; archive_feed_prove() verifies the
// rest of it at once.
//
// Errors    0 or a negative errno, those of tools/import/archive_reader.h;
//           archive_feed_reason() says why.
// Memory    ARCHIVE_FEED_BYTES, and a reader for each archive that is not a
//           regular file.
// Threads   One thread makes all calls.

#ifndef OCTOLOG_TOOLS_IMPORT_ARCHIVE_FEED_H
#define OCTOLOG_TOOLS_IMPORT_ARCHIVE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Space before each chunk, for the remainder of the previous one.
#define ARCHIVE_FEED_MARGIN ((size_t)64 * 1024)
#define ARCHIVE_FEED_BYTES  ((size_t)32 * 1024 * 1024)

typedef struct archive_feed archive_feed_t;

// A piece of an archive's content.
typedef struct {
    char *data;        // the caller may write to it and to the margin before
    size_t bytes;      // 0: the archive ends here, and is sound
    size_t archive;    // index of its path
    uint64_t position; // bytes of the archive's file used so far
} archive_chunk_t;

// NULL when out of memory. paths are borrowed.
archive_feed_t *archive_feed_new(char *const *paths, size_t count);
void archive_feed_destroy(archive_feed_t **feed);

// Opens each archive to check its type, and starts decompressing. Call once,
// before the functions below.
int archive_feed_open(archive_feed_t *feed);

// Total size of all files; 0: the size of one is unknown.
uint64_t archive_feed_size(const archive_feed_t *feed);

// Waits for the next chunk; the previous one is no longer valid. 1: no more
// archives.
int archive_feed_next(archive_feed_t *feed, archive_chunk_t *chunk);

// Whether the archive of the last chunk is known to be sound.
bool archive_feed_is_sound(archive_feed_t *feed);

// Verifies the rest of it, and waits for the result.
int archive_feed_prove(archive_feed_t *feed);

// "PATH: reason" of the last call that failed.
const char *archive_feed_reason(const archive_feed_t *feed);

#endif
