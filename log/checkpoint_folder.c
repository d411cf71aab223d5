#include "log/checkpoint_folder.h"

#include "log/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

int checkpoint_folder_hold(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    int rc = errno == EWOULDBLOCK ? -EBUSY : -errno;
    close(fd);
    return rc;
}

int checkpoint_folder_discard(const char *path)
{
    char folder[FOLDER_PATH_MAX];
    int rc = folder_path(folder, path, CHECKPOINT_FOLDER_NAME);
    if (rc < 0)
        return rc;
    int held = checkpoint_folder_hold(folder);
    if (held < 0)
        return held == -ENOENT ? 0 : held;
    rc = folder_remove(folder);
    close(held);
    return rc;
}
