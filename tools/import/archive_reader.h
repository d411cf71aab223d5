// archive_reader - the bytes of an archive of events, whatever it is packed in.
//
// What is gzip is told by its content; a name that ends in .gz promises it. A
// gzip file of several members is one stream. "-" is standard input.
//
// Its checksums are compared where a gzip file ends: only when its end was read
// is it known to be sound. archive_reader_prove() looks ahead for that, and so
// unpacks what follows twice, which takes no memory to speak of, whatever the
// size. What cannot be read twice (standard input, a pipe) is then copied to an
// unnamed file in $TMPDIR first. Plain text has nothing to be compared.
//
// Errors    0 or a negative errno, with the words in archive_reader_reason():
//           -EBADMSG: not a gzip file, or damaged; -EISDIR; those of open(2)
//           and read(2).
// Memory    Half a megabyte a reader.
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

// Opens it and tells what it is; to be called once, before the following.
int archive_reader_open(archive_reader_t *reader);

// Up to `capacity` bytes of the content; 0: the end, and all of it was sound.
int64_t archive_reader_read(archive_reader_t *reader, char *bytes,
                            size_t capacity);

// Makes sure that what was not yet read is sound, and stands where it stood.
int archive_reader_prove(archive_reader_t *reader);

// Whether it is plain text, which has no checksums.
bool archive_reader_is_plain(const archive_reader_t *reader);

// Whether a new reader of the same path finds the same content.
bool archive_reader_is_file(const archive_reader_t *reader);

// Bytes of the file taken in by archive_reader_read(), and of all of it; a size
// of 0: unknown.
uint64_t archive_reader_position(const archive_reader_t *reader);
uint64_t archive_reader_size(const archive_reader_t *reader);

// One line about the last call that failed.
const char *archive_reader_reason(const archive_reader_t *reader);

#endif
