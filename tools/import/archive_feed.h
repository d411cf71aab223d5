// archive_feed - the content of archives, one after the other, unpacked by a
// thread of its own ahead of the one that parses it.
//
// An archive is *sound* once all its checksums were compared; plain text is
// from the start. The thread comes to an archive's end as far ahead as there
// are chunks; who cannot wait for that has the rest of it proved.
//
// Errors    0 or a negative errno, with the words in archive_feed_reason():
//           those of tools/import/archive_reader.h, after the archive's path.
// Memory    ARCHIVE_FEED_BYTES, and a reader for each archive that is no file.
// Threads   The calls are one thread's.

#ifndef OCTOLOG_TOOLS_IMPORT_ARCHIVE_FEED_H
#define OCTOLOG_TOOLS_IMPORT_ARCHIVE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Room before each chunk, for what the one before it left over.
#define ARCHIVE_FEED_MARGIN ((size_t)64 * 1024)
#define ARCHIVE_FEED_BYTES  ((size_t)32 * 1024 * 1024)

typedef struct archive_feed archive_feed_t;

// A piece of an archive's content.
typedef struct {
    char *data;        // the reader's to write to, and the margin before it
    size_t bytes;      // 0: the archive ends here, and was sound
    size_t archive;    // number of its path
    uint64_t position; // bytes of the archive's file used so far
} archive_chunk_t;

// NULL when out of memory. paths are borrowed.
archive_feed_t *archive_feed_new(char *const *paths, size_t count);
void archive_feed_destroy(archive_feed_t **feed);

// Opens each archive, to see that it is one, and begins to unpack. To be called
// once, before the following.
int archive_feed_open(archive_feed_t *feed);

// Bytes of all files; 0: one is of unknown size.
uint64_t archive_feed_size(const archive_feed_t *feed);

// Waits for the next chunk; the one before it is no longer valid. 1: there are
// no more archives.
int archive_feed_next(archive_feed_t *feed, archive_chunk_t *chunk);

// Whether the archive of the last chunk is known to be sound.
bool archive_feed_is_sound(archive_feed_t *feed);

// Waits until it is.
int archive_feed_prove(archive_feed_t *feed);

// "PATH: what is wrong with it", of the last call that failed.
const char *archive_feed_reason(const archive_feed_t *feed);

#endif
