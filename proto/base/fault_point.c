#include "proto/base/fault_point.h"

#ifdef OCTOLOG_FAULT_POINTS

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 4096

int fault_point(const char *name)
{
    const char *folder = getenv("OCTOLOG_FAULT_POINTS");
    char path[PATH_BYTES], word[8] = "";
    if (!folder)
        return 0;
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (length < 0 || (size_t)length >= sizeof path)
        return 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t bytes = read(fd, word, sizeof word - 1);
    close(fd);
    // If several processes see the file, only one removes it.
    if (bytes <= 0 || unlink(path) != 0)
        return 0;
    if (strncmp(word, "kill", 4) == 0)
        kill(getpid(), SIGKILL);
    return -EIO;
}

#endif
