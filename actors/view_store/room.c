// Whether a store that ran out of disk space can continue.

#include "actors/view_store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

// The space that opening and a few flushes need; with less they fail again.
#define ROOM_BYTES ((off_t)8 * 1024 * 1024)

bool view_store_is_full(int rc)
{
    return rc == -ENOSPC || rc == -EDQUOT;
}

// Allocates the space: a quota only shows when space is taken.
int view_store_check_room(const view_store_options_t *options)
{
    char path[FOLDER_PATH_MAX];
    int rc = folder_path(path, options->folder, "room");
    if (rc != 0)
        return rc;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    rc = unlink(path) == 0 ? 0 : -errno;
    if (rc == 0 && fallocate(fd, 0, 0, ROOM_BYTES) != 0)
        rc = -errno;
    close(fd);
    // The file system cannot allocate in advance: just try.
    return rc == -EOPNOTSUPP ? 0 : rc;
}
