#include "tools/import/archive_reader.h"

#include "log/folder.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_BYTES  ((size_t)256 * 1024)
#define OUTPUT_BYTES ((size_t)128 * 1024)
#define REASON_BYTES 256

struct archive_reader {
    const char *path; // borrowed
    int fd;           // -1: not open
    bool gzip;
    bool is_file;
    uint64_t size;   // of a file, or of the copy of a stream; 0: unknown
    uint64_t taken;  // bytes read so far
    uint64_t before; // bytes read from a stream before it was copied to a file
    bool ended;      // end of file was reached
    uint8_t *input;  // input buffer; inflate.next_in points into it
    struct inflate_state inflate;
    char reason[REASON_BYTES];
};

archive_reader_t *archive_reader_new(const char *path)
{
    archive_reader_t *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->path = path;
    self->fd = -1;
    self->input = malloc(INPUT_BYTES);
    if (!self->input)
        archive_reader_destroy(&self);
    return self;
}

void archive_reader_destroy(archive_reader_t **reader)
{
    archive_reader_t *self = *reader;
    if (!self)
        return;
    if (self->fd >= 0)
        close(self->fd);
    free(self->input);
    free(self);
    *reader = NULL;
}

static int s_fail(archive_reader_t *reader, int rc, const char *text)
{
    snprintf(reader->reason, sizeof reader->reason, "%s", text);
    return rc;
}

static int s_fail_errno(archive_reader_t *reader)
{
    const int rc = -errno;
    return s_fail(reader, rc, strerrordesc_np(-rc));
}

// Reads more input after the unused rest.
static int s_fill(archive_reader_t *reader)
{
    struct inflate_state *inflate = &reader->inflate;
    memmove(reader->input, inflate->next_in, inflate->avail_in);
    inflate->next_in = reader->input;
    ssize_t got;
    do
        got = read(reader->fd, reader->input + inflate->avail_in,
                   INPUT_BYTES - inflate->avail_in);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return s_fail_errno(reader);
    reader->ended = got == 0;
    reader->taken += (uint64_t)got;
    inflate->avail_in += (uint32_t)got;
    return 0;
}

// Starts the next member at the current input.
static void s_begin_member(archive_reader_t *reader)
{
    uint8_t *next_in = reader->inflate.next_in;
    const uint32_t avail_in = reader->inflate.avail_in;
    isal_inflate_init(&reader->inflate);
    reader->inflate.crc_flag = ISAL_GZIP;
    reader->inflate.next_in = next_in;
    reader->inflate.avail_in = avail_in;
}

static bool s_starts_as_gzip(const archive_reader_t *reader)
{
    const struct inflate_state *inflate = &reader->inflate;
    return inflate->avail_in >= 2 && inflate->next_in[0] == 0x1f &&
           inflate->next_in[1] == 0x8b;
}

static int s_fail_damaged(archive_reader_t *reader, const char *what)
{
    const uint64_t at = reader->taken - reader->inflate.avail_in;
    snprintf(reader->reason, sizeof reader->reason,
             "damaged gzip: %s near byte %llu", what, (unsigned long long)at);
    return -EBADMSG;
}

static const char *s_what(int code)
{
    switch (code) {
    case ISAL_INCORRECT_CHECKSUM:
        return "wrong checksum";
    case ISAL_INVALID_WRAPPER:
    case ISAL_UNSUPPORTED_METHOD:
        return "bad header";
    default:
        return "bad block";
    }
}

// Continues with the next member after the end of one. 1: there is none.
static int s_next_member(archive_reader_t *reader)
{
    struct inflate_state *inflate = &reader->inflate;
    while (inflate->avail_in < 2 && !reader->ended) {
        int rc = s_fill(reader);
        if (rc != 0)
            return rc;
    }
    if (inflate->avail_in == 0)
        return 1;
    if (!s_starts_as_gzip(reader))
        return s_fail_damaged(reader, "garbage after the end");
    s_begin_member(reader);
    return 0;
}

static int64_t s_read_gzip(archive_reader_t *reader, char *bytes,
                           size_t capacity)
{
    struct inflate_state *inflate = &reader->inflate;
    inflate->next_out = (uint8_t *)bytes;
    inflate->avail_out = (uint32_t)capacity;
    while (inflate->avail_out == capacity) {
        int rc = 0;
        if (inflate->block_state == ISAL_BLOCK_FINISH)
            rc = s_next_member(reader);
        else if (inflate->avail_in == 0 && !reader->ended)
            rc = s_fill(reader);
        if (rc != 0)
            return rc > 0 ? 0 : rc;
        inflate->next_out = (uint8_t *)bytes;
        inflate->avail_out = (uint32_t)capacity;
        const bool starved = reader->ended && inflate->avail_in == 0;
        rc = isal_inflate(inflate);
        if (rc != ISAL_DECOMP_OK)
            return s_fail_damaged(reader, s_what(rc));
        if (starved && inflate->avail_out == capacity &&
            inflate->block_state != ISAL_BLOCK_FINISH)
            return s_fail_damaged(reader, "unexpected end");
    }
    return (int64_t)(capacity - inflate->avail_out);
}

static int64_t s_read_plain(archive_reader_t *reader, char *bytes,
                            size_t capacity)
{
    struct inflate_state *inflate = &reader->inflate;
    if (inflate->avail_in == 0 && !reader->ended) {
        int rc = s_fill(reader);
        if (rc != 0)
            return rc;
    }
    size_t count = inflate->avail_in < capacity ? inflate->avail_in : capacity;
    memcpy(bytes, inflate->next_in, count);
    inflate->next_in += count;
    inflate->avail_in -= (uint32_t)count;
    return (int64_t)count;
}

int64_t archive_reader_read(archive_reader_t *reader, char *bytes,
                            size_t capacity)
{
    assert(capacity > 0 && capacity <= UINT32_MAX);
    assert(reader->fd >= 0);
    return reader->gzip ? s_read_gzip(reader, bytes, capacity)
                        : s_read_plain(reader, bytes, capacity);
}

// Opening.

static int s_open_path(archive_reader_t *reader)
{
    const bool is_input = strcmp(reader->path, "-") == 0;
    reader->fd =
        is_input ? dup(STDIN_FILENO) : open(reader->path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (reader->fd < 0 || fstat(reader->fd, &status) != 0)
        return s_fail_errno(reader);
    if (S_ISDIR(status.st_mode))
        return s_fail(reader, -EISDIR, "a directory");
    // Standard input may be a file, too, but may be positioned anywhere.
    reader->is_file = S_ISREG(status.st_mode) && !is_input;
    if (reader->is_file)
        reader->size = (uint64_t)status.st_size;
    reader->inflate.next_in = reader->input;
    return 0;
}

static bool s_is_named_gzip(const char *path)
{
    const size_t length = strlen(path);
    return length >= 3 && strcmp(path + length - 3, ".gz") == 0;
}

// Reads enough to detect the type; a pipe may give one byte at a time.
static int s_fill_two(archive_reader_t *reader)
{
    int rc = 0;
    while (rc == 0 && reader->inflate.avail_in < 2 && !reader->ended)
        rc = s_fill(reader);
    return rc;
}

int archive_reader_open(archive_reader_t *reader)
{
    int rc = s_open_path(reader);
    if (rc == 0)
        rc = s_fill_two(reader);
    if (rc != 0)
        return rc;
    reader->gzip = s_starts_as_gzip(reader);
    if (!reader->gzip && s_is_named_gzip(reader->path))
        return s_fail(reader, -EBADMSG,
                      reader->inflate.avail_in ? "not a gzip file"
                                               : "not a gzip file (empty)");
    if (reader->gzip)
        s_begin_member(reader);
    return 0;
}

// Proving.

static int s_write_all(int fd, const uint8_t *bytes, size_t count)
{
    while (count > 0) {
        ssize_t put = write(fd, bytes, count);
        if (put < 0 && errno != EINTR)
            return -errno;
        if (put > 0) {
            bytes += put;
            count -= (size_t)put;
        }
    }
    return 0;
}

static int s_open_unnamed(void)
{
    char path[FOLDER_PATH_MAX];
    if (folder_path(path, folder_temporary(), "octolog-import-XXXXXX") != 0) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

// Replaces a stream by a temporary file with its unused bytes.
static int s_copy_to_file(archive_reader_t *reader)
{
    struct inflate_state *inflate = &reader->inflate;
    const uint64_t before = reader->taken - inflate->avail_in;
    int fd = s_open_unnamed();
    int rc = fd < 0 ? s_fail_errno(reader) : 0;
    while (rc == 0 && inflate->avail_in > 0) {
        rc = s_write_all(fd, inflate->next_in, inflate->avail_in);
        if (rc != 0)
            s_fail(reader, rc, "cannot copy the input to a temporary file");
        inflate->avail_in = 0;
        if (rc == 0)
            rc = s_fill(reader);
    }
    if (fd >= 0) {
        close(reader->fd);
        reader->fd = fd;
        reader->is_file = true;
        reader->before = before;
        reader->size = reader->taken;
    }
    return rc;
}

// Seeks back, so that the next byte read is the one after `taken`.
static int s_go_back(archive_reader_t *reader, uint64_t taken)
{
    if (lseek(reader->fd, (off_t)(taken - reader->before), SEEK_SET) < 0)
        return s_fail_errno(reader);
    reader->taken = taken;
    reader->ended = false;
    reader->inflate.next_in = reader->input;
    reader->inflate.avail_in = 0;
    return 0;
}

// Decompresses the rest with a copy of ISA-L's state, which is all of the state
// of a stream.
static int s_look_ahead(archive_reader_t *reader, struct inflate_state *state,
                        char *scratch)
{
    const uint64_t taken = reader->taken - reader->inflate.avail_in;
    int rc = 0;
    if (!reader->is_file) {
        rc = s_copy_to_file(reader);
        if (rc == 0)
            rc = s_go_back(reader, taken);
    }
    *state = reader->inflate;
    int64_t got = rc ? rc : 1;
    while (got > 0)
        got = archive_reader_read(reader, scratch, OUTPUT_BYTES);
    reader->inflate = *state;
    return got < 0 ? (int)got : s_go_back(reader, taken);
}

int archive_reader_prove(archive_reader_t *reader)
{
    if (!reader->gzip)
        return 0;
    struct inflate_state *state = malloc(sizeof *state);
    char *scratch = malloc(OUTPUT_BYTES);
    int rc = state && scratch ? s_look_ahead(reader, state, scratch)
                              : s_fail(reader, -ENOMEM, "out of memory");
    free(state);
    free(scratch);
    return rc;
}

bool archive_reader_is_plain(const archive_reader_t *reader)
{
    return !reader->gzip;
}

bool archive_reader_is_file(const archive_reader_t *reader)
{
    return reader->is_file;
}

uint64_t archive_reader_position(const archive_reader_t *reader)
{
    return reader->taken - reader->inflate.avail_in;
}

uint64_t archive_reader_size(const archive_reader_t *reader)
{
    return reader->size;
}

const char *archive_reader_reason(const archive_reader_t *reader)
{
    return reader->reason;
}
