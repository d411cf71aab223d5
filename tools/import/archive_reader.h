// archive_reader - reads an archive of events, gzipped or plain.
//
// Gzip is detected by content; a file named *.gz must be gzip. A gzip file of
// several members is one stream. "-" is standard input.
//
// Checksums are at the end of a gzip member: a file is known to be sound only
// when it was read to its end. archive_reader_prove() reads ahead to find out;
// it decompresses the rest twice, in constant memory. Input that cannot be read
// twice (standard input, a pipe) is first copied to an unnamed file in $TMPDIR.
// Plain text has no checksums.
//
// Errors    0 or a negative errno; archive_reader_reason() says why. -EBADMSG:
//           not a gzip file, or damaged; -EISDIR; errors of open(2) and
//           read(2).
// Memory    Half a megabyte per reader.
// Threads   One at a time per reader.

#ifndef OCTOLOG_TOOLS_IMPORT_ARCHIVE_READER_H
#define OCTOLOG_TOOLS_IMPORT_ARCHIVE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct archive_reader archive_reader_t;

// NULL when out of memory. path is borrowed.
archive_reader_t *archive_reader_new(const char *path);
void archive_reader_destroy(archive_reader_t **reader);

// Opens the archive and detects its type. Call once, before the functions
// below.
int archive_reader_open(archive_reader_t *reader);

// Reads up to `capacity` bytes of the content. 0: the end; all of it was sound.
int64_t archive_reader_read(archive_reader_t *reader, char *bytes,
                            size_t capacity);

// Verifies the part that was not yet read, without moving the position.
int archive_reader_prove(archive_reader_t *reader);

// Whether it is plain text, without checksums.
bool archive_reader_is_plain(const archive_reader_t *reader);

// Whether it is a regular file: a new reader of the path gives the same
// content.
bool archive_reader_is_file(const archive_reader_t *reader);

// Bytes of the file used by archive_reader_read(), and its size; a size of 0:
// unknown.
uint64_t archive_reader_position(const archive_reader_t *reader);
uint64_t archive_reader_size(const archive_reader_t *reader);

// One line on the last call that failed.
const char *archive_reader_reason(const archive_reader_t *reader);

#endif
