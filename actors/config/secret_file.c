#include "actors/config/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_VARIABLE "CREDENTIALS_DIRECTORY"

static int s_refuse(int rc, char reason[SECRET_FILE_REASON_MAX])
{
    const char *why = strerrordesc_np(-rc);

    if (rc == -EPERM)
        snprintf(reason, SECRET_FILE_REASON_MAX,
                 "is readable by others: chmod 600 it");
    else if (rc == -EINVAL || rc == -EFBIG)
        snprintf(reason, SECRET_FILE_REASON_MAX,
                 "is not a readable file of at most %zu KiB",
                 SECRET_FILE_MAX / 1024);
    else
        snprintf(reason, SECRET_FILE_REASON_MAX, "cannot be read: %s", why);
    return rc;
}

static bool s_is_credential(const char *file)
{
    const char *folder = getenv(FOLDER_VARIABLE);
    const size_t length = folder ? strlen(folder) : 0;

    return length > 0 && strncmp(file, folder, length) == 0 &&
           file[length] == '/';
}

static int s_check(int fd, const char *file)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return -EINVAL;
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) && !s_is_credential(file))
        return -EPERM;
    return 0;
}

// Reads into SECRET_FILE_MAX + 1 zeroed bytes.
static int s_read(int fd, char *text)
{
    size_t bytes = 0;

    for (;;) {
        ssize_t got = read(fd, text + bytes, SECRET_FILE_MAX + 1 - bytes);
        if (got < 0 && errno != EINTR)
            return -errno;
        if (got == 0)
            return 0;
        if (got > 0)
            bytes += (size_t)got;
        if (bytes > SECRET_FILE_MAX)
            return -EFBIG;
    }
}

int secret_file_read(const char *file, char **text,
                     char reason[SECRET_FILE_REASON_MAX])
{
    // O_NONBLOCK: if it is a pipe, do not wait for its writer.
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return s_refuse(-errno, reason);
    int rc = s_check(fd, file);
    char *data = rc ? NULL : calloc(1, SECRET_FILE_MAX + 1);
    if (rc == 0)
        rc = data ? s_read(fd, data) : -ENOMEM;
    close(fd);
    if (rc) {
        if (data)
            explicit_bzero(data, SECRET_FILE_MAX + 1);
        free(data);
        return s_refuse(rc, reason);
    }
    *text = data;
    return 0;
}

void secret_file_free(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

char *secret_file_credential(const char *name)
{
    const char *folder = getenv(FOLDER_VARIABLE);
    char *file = NULL;

    if (!folder || asprintf(&file, "%s/%s", folder, name) < 0)
        return NULL;
    if (access(file, F_OK) == 0)
        return file;
    free(file);
    return NULL;
}
