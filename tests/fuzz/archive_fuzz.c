// Claims: any file is read or refused; what passed its check is read to its
// end, and the same whether the check kept it or not.

#include "tests/fuzz/fuzz.h"

#include "proto/buffer.h"
#include "tools/archive_reader.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define CONTENT_MAX ((size_t)8 << 20)

// All of the content, or as much as can be had. Returns whether the file
// passed its check.
static bool s_read(const char *path, size_t allowance, buffer_t *content)
{
    static char s_chunk[64 * 1024];
    archive_reader_t *reader = archive_reader_new(path);
    assert(reader);
    int rc = archive_reader_open(reader);
    assert(rc == 0);
    rc = archive_reader_check(reader, &allowance);
    assert(rc == 0 || rc == -EBADMSG);
    int64_t got = rc;
    while (got >= 0 && content->bytes < CONTENT_MAX) {
        got = archive_reader_read(reader, s_chunk, sizeof s_chunk);
        assert(got >= 0 && got <= (int64_t)sizeof s_chunk);
        if (got == 0)
            break;
        buffer_add(content, s_chunk, (size_t)got);
    }
    if (rc != 0)
        assert(archive_reader_reason(reader)[0] != '\0');
    archive_reader_destroy(&reader);
    return rc == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    buffer_t kept = {0}, read = {0};
    int fd = memfd_create("archive", MFD_CLOEXEC);
    assert(fd >= 0);
    ssize_t written = write(fd, data, size);
    assert(written == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const bool good = s_read(path, CONTENT_MAX, &kept);
    const bool again = s_read(path, 0, &read);
    assert(good == again);
    assert(slice_equal(buffer_slice(&kept), buffer_slice(&read)));
    buffer_free(&kept);
    buffer_free(&read);
    close(fd);
    return 0;
}
