#include "tools/export/archive_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

// A window of 15 bits; adding 16 selects the gzip format.
#define WINDOW_BITS  (15 + 16)
#define MEMORY_LEVEL 8
#define OUT_BYTES    (64u * 1024)

struct archive_writer {
    z_stream stream;
    int fd;
    uint64_t written;
    Bytef out[OUT_BYTES];
};

int archive_writer_open(archive_writer_t **writer, const char *path)
{
    archive_writer_t *self = calloc(1, sizeof *self);
    if (!self)
        return -ENOMEM;
    // zlib, because its output is the same on every processor.
    if (deflateInit2(&self->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                     WINDOW_BITS, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(self);
        return -ENOMEM;
    }
    self->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (self->fd < 0) {
        int rc = -errno;
        deflateEnd(&self->stream);
        free(self);
        return rc;
    }
    self->stream.next_out = self->out;
    self->stream.avail_out = OUT_BYTES;
    *writer = self;
    return 0;
}

static int s_flush(archive_writer_t *writer)
{
    const Bytef *at = writer->out;
    size_t left = OUT_BYTES - writer->stream.avail_out;
    while (left > 0) {
        ssize_t written = write(writer->fd, at, left);
        if (written < 0 && errno != EINTR)
            return -errno;
        if (written < 0)
            continue;
        at += written;
        left -= (size_t)written;
        writer->written += (uint64_t)written;
    }
    writer->stream.next_out = writer->out;
    writer->stream.avail_out = OUT_BYTES;
    return 0;
}

int archive_writer_put(archive_writer_t *writer, slice_t bytes)
{
    z_stream *stream = &writer->stream;
    stream->next_in = (Bytef *)(uintptr_t)bytes.data; // read only
    stream->avail_in = (uInt)bytes.bytes;
    int rc = 0;
    while (rc == 0 && stream->avail_in > 0) {
        deflate(stream, Z_NO_FLUSH); // cannot fail while there is room
        if (stream->avail_out == 0)
            rc = s_flush(writer);
    }
    return rc;
}

static int s_end_member(archive_writer_t *writer)
{
    int rc = 0, ended = Z_OK;
    while (rc == 0 && ended != Z_STREAM_END) {
        ended = deflate(&writer->stream, Z_FINISH);
        rc = s_flush(writer);
    }
    return rc;
}

int archive_writer_close(archive_writer_t **writer, uint64_t *bytes)
{
    archive_writer_t *self = *writer;
    int rc = s_end_member(self);
    *bytes += self->written;
    deflateEnd(&self->stream);
    if (close(self->fd) != 0 && rc == 0)
        rc = -errno;
    free(self);
    *writer = NULL;
    return rc;
}
