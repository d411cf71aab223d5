#include "log/log_tail.h"

#include "log/folder.h"
#include "log/log_store.h"
#include "proto/base/fault_point.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define SLOT_BYTES 56
// A page apart, so that a torn write can only affect one of them.
#define SLOT_STRIDE 4096
#define FILE_BYTES  (SLOT_STRIDE + SLOT_BYTES)
// A writer may rewrite both slots while a reader reads. Damage on disk is still
// there on the next attempt; a write in progress is not.
#define READ_TRIES 3

static const char s_magic[8] = "octotail";

static void s_encode(const log_tail_t *tail, uint8_t out[SLOT_BYTES])
{
    memcpy(out, s_magic, sizeof s_magic);
    uint8_t *at = log_put_le64(out + 8, LOG_FORMAT_VERSION);
    at = log_put_le64(at, tail->commits);
    at = log_put_le64(at, tail->end);
    at = log_put_le64(at, tail->chain.low);
    at = log_put_le64(at, tail->chain.high);
    log_put_le64(at, XXH3_64bits(out, SLOT_BYTES - 8));
}

static bool s_decode(const uint8_t *slot, log_tail_t *tail)
{
    if (memcmp(slot, s_magic, sizeof s_magic) != 0 ||
        log_get_le64(slot + SLOT_BYTES - 8) !=
            XXH3_64bits(slot, SLOT_BYTES - 8))
        return false;
    tail->commits = log_get_le64(slot + 16);
    tail->end = log_get_le64(slot + 24);
    tail->chain.low = log_get_le64(slot + 32);
    tail->chain.high = log_get_le64(slot + 40);
    return true;
}

static bool s_blank(const uint8_t *slot)
{
    for (size_t i = 0; i < SLOT_BYTES; i++)
        if (slot[i] != 0)
            return false;
    return true;
}

static int s_read_slots(int fd, log_tail_t *tail)
{
    uint8_t file[FILE_BYTES] = {0};
    ssize_t size = pread(fd, file, sizeof file, 0);
    if (size < 0)
        return -errno;
    log_tail_t newest = {0}, slot = {0};
    int good = 0, damaged = 0;
    for (int i = 0; i < 2; i++) {
        const uint8_t *bytes = file + (size_t)i * SLOT_STRIDE;
        if (s_decode(bytes, &slot)) {
            if (good++ == 0 || slot.commits > newest.commits)
                newest = slot;
        } else if (!s_blank(bytes)) {
            damaged++;
        }
    }
    // The file is created with a slot in it, so a file of zeros has lost one.
    if (good == 0)
        return size > 0 ? -EUCLEAN : -ENOENT;
    *tail = newest;
    tail->damaged = damaged;
    return 0;
}

int log_tail_read(const char *path, log_tail_t *tail)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int rc = -EUCLEAN;
    for (int i = 0; i < READ_TRIES && rc == -EUCLEAN; i++)
        rc = s_read_slots(fd, tail);
    close(fd);
    return rc;
}

int log_tail_open(const char *path, const log_tail_t *tail)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return -errno;
    int rc = log_tail_write(fd, tail);
    if (rc == 0)
        rc = fault_point("log.tail.made");
    if (rc == 0 && fsync(fd) < 0)
        rc = -errno;
    if (rc == 0)
        rc = folder_sync_parent(path);
    if (rc == 0)
        return fd;
    close(fd);
    return rc;
}

int log_tail_write(int fd, const log_tail_t *tail)
{
    uint8_t slot[SLOT_BYTES];
    s_encode(tail, slot);
    off_t at = (off_t)(tail->commits % 2) * SLOT_STRIDE;
    ssize_t written = pwrite(fd, slot, sizeof slot, at);
    if (written == (ssize_t)sizeof slot)
        return 0;
    return written < 0 ? -errno : -EIO;
}
