// archive_reader - the bytes of an archive of events, whatever it is packed in.
//
// What is gzip is told by its content; a name that ends in .gz promises it. A
// gzip file of several members is one stream. "-" is standard input.
//
// A damaged gzip file must leave no trace in a log: archive_reader_check() goes
// through all of it, structure and checksums, before the first event is taken.
// What it unpacks on the way it keeps where the caller's allowance permits;
// else the file is unpacked twice, which takes no memory to speak of, whatever
// the size. A gzip stream that cannot be read twice (standard input, a pipe) is
// first copied to an unnamed file in $TMPDIR. Plain text is handed out as it
// comes.
//
// Errors    0 or a negative errno, with the words in archive_reader_reason():
//           -EBADMSG: not a gzip file, or damaged; -EISDIR; those of open(2)
//           and read(2).
// Memory    Half a megabyte a reader, and what a check keeps.
// Threads   One at a time per reader.

#ifndef OCTOLOG_TOOLS_ARCHIVE_READER_H
#define OCTOLOG_TOOLS_ARCHIVE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct archive_reader archive_reader_t;

// NULL when out of memory. path is borrowed.
archive_reader_t *archive_reader_new(const char *path);
void archive_reader_destroy(archive_reader_t **reader);

// Opens it and tells what it is; to be called once, before the following.
int archive_reader_open(archive_reader_t *reader);

// Makes sure that all of it can be read, and stands at the beginning again.
// Keeps the content if it takes at most *allowance bytes, the reader with it,
// and takes them off.
int archive_reader_check(archive_reader_t *reader, size_t *allowance);

// Whether it must be kept from its check to its turn: a new reader of the same
// path would have to unpack the content again, or find none.
bool archive_reader_is_worth_keeping(const archive_reader_t *reader);

// Up to `capacity` bytes of the content; 0: the end.
int64_t archive_reader_read(archive_reader_t *reader, char *bytes,
                            size_t capacity);

// Bytes of the file taken in by archive_reader_read(), and of all of it; a size
// of 0: unknown.
uint64_t archive_reader_position(const archive_reader_t *reader);
uint64_t archive_reader_size(const archive_reader_t *reader);

// One line about the last call that failed.
const char *archive_reader_reason(const archive_reader_t *reader);

#endif
