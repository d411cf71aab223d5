// Claims: any file is read or refused; what is proved is read to its end, and
// the same wherever it was proved, or nowhere.

#include "tests/fuzz/fuzz.h"

#include "proto/base/buffer.h"
#include "tools/import/archive_reader.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define CONTENT_MAX ((size_t)8 << 20)

// All of the content, proved once `prove_at` bytes were read. Returns whether
// nothing was wrong with it.
static bool s_read(const char *path, size_t prove_at, buffer_t *content)
{
    static char s_chunk[64 * 1024];
    archive_reader_t *reader = archive_reader_new(path);
    assert(reader);
    int64_t got = archive_reader_open(reader);
    assert(got == 0);
    bool proved = false;
    do {
        if (!proved && content->bytes >= prove_at) {
            got = archive_reader_prove(reader);
            proved = got == 0;
        }
        if (got >= 0)
            got = archive_reader_read(reader, s_chunk, sizeof s_chunk);
        assert(got >= 0 || (got == -EBADMSG && !proved));
        assert(got <= (int64_t)sizeof s_chunk);
        if (got > 0)
            buffer_add(content, s_chunk, (size_t)got);
    } while (got > 0 && content->bytes < CONTENT_MAX);
    if (got < 0)
        assert(archive_reader_reason(reader)[0] != '\0');
    archive_reader_destroy(&reader);
    return got >= 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    buffer_t read = {0}, again = {0};
    int fd = memfd_create("archive", MFD_CLOEXEC);
    assert(fd >= 0);
    ssize_t written = write(fd, data, size);
    assert(written == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const bool good = s_read(path, SIZE_MAX, &read);
    const size_t places[] = {0, read.bytes / 2};
    for (size_t i = 0; i < 2 && read.bytes < CONTENT_MAX; i++) {
        buffer_reset(&again);
        const bool proved = s_read(path, places[i], &again);
        assert(proved == good);
        assert(!good || slice_equal(buffer_slice(&read), buffer_slice(&again)));
    }
    buffer_free(&read);
    buffer_free(&again);
    close(fd);
    return 0;
}
