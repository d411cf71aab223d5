#include "actors/view_store/generation.h"

#include "log/folder.h"
#include "proto/base/fault_point.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NUMBER_MAX 999999ul

static bool s_parse(const char *name, unsigned long *number)
{
    static const char s_digits[] = "0123456789";
    if (strncmp(name, "gen-", 4) != 0 || strlen(name) != 10 ||
        strspn(name + 4, s_digits) != 6)
        return false;
    *number = strtoul(name + 4, NULL, 10);
    return *number > 0;
}

int view_generation_check(const char *name)
{
    unsigned long number;
    return s_parse(name, &number) ? 0 : -EINVAL;
}

int view_generation_current(const char *folder,
                            char name[VIEW_GENERATION_NAME_MAX])
{
    char path[FOLDER_PATH_MAX];
    int rc = folder_path(path, folder, "CURRENT");
    if (rc != 0)
        return rc;
    FILE *file = fopen(path, "re");
    if (!file)
        return -errno;
    char line[VIEW_GENERATION_NAME_MAX] = "";
    size_t bytes = fread(line, 1, sizeof line - 1, file);
    bool failed = ferror(file);
    fclose(file);
    if (failed)
        return -EIO;
    if (bytes == 0 || line[bytes - 1] != '\n')
        return -EUCLEAN;
    line[bytes - 1] = '\0';
    if (view_generation_check(line) != 0)
        return -EUCLEAN;
    memcpy(name, line, sizeof line);
    return 0;
}

// Writes "NAME\n" and syncs it to disk.
static int s_write(const char *path, const char *name)
{
    char line[VIEW_GENERATION_NAME_MAX + 1];
    int bytes = snprintf(line, sizeof line, "%s\n", name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return -errno;
    ssize_t written = write(fd, line, (size_t)bytes);
    int rc = written < 0 ? -errno : written != bytes ? -ENOSPC : 0;
    if (rc == 0 && fsync(fd) != 0)
        rc = -errno;
    close(fd);
    return rc;
}

int view_generation_adopt(const char *folder, const char *name)
{
    char path[FOLDER_PATH_MAX];
    char draft[FOLDER_PATH_MAX];
    int rc = folder_path(path, folder, "CURRENT");
    if (rc == 0)
        rc = folder_path(draft, folder, "CURRENT.new");
    if (rc == 0)
        rc = s_write(draft, name);
    if (rc == 0)
        rc = fault_point("view.adopt.drafted");
    if (rc == 0 && rename(draft, path) != 0)
        rc = -errno;
    if (rc == 0)
        rc = fault_point("view.adopt.renamed");
    return rc == 0 ? folder_sync(folder) : rc;
}

// Creates the folder and its parents.
static int s_make_folders(const char *folder)
{
    char path[FOLDER_PATH_MAX];
    int rc = folder_path(path, folder, "");
    for (char *at = path + 1; rc == 0 && (at = strchr(at, '/')); at++) {
        *at = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            rc = -errno;
        *at = '/';
    }
    return rc;
}

static void s_keep_highest(void *context, const char *name)
{
    unsigned long *highest = context;
    unsigned long number;
    if (s_parse(name, &number) && number > *highest)
        *highest = number;
}

int view_generation_make(const char *folder,
                         char name[VIEW_GENERATION_NAME_MAX])
{
    unsigned long highest = 0;
    int rc = s_make_folders(folder);
    if (rc == 0)
        rc = view_generation_each(folder, s_keep_highest, &highest);
    while (rc == 0 && highest++ < NUMBER_MAX) {
        char path[FOLDER_PATH_MAX];
        char made[VIEW_GENERATION_NAME_MAX];
        snprintf(made, sizeof made, "gen-%06lu", highest);
        rc = folder_path(path, folder, made);
        if (rc == 0 && mkdir(path, 0777) == 0) {
            memcpy(name, made, sizeof made);
            return 0;
        }
        if (rc == 0 && errno != EEXIST)
            rc = -errno;
    }
    return rc ? rc : -EOVERFLOW;
}

int view_generation_each(const char *folder,
                         void (*each)(void *context, const char *name),
                         void *context)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return -errno;
    const struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (view_generation_check(entry->d_name) == 0)
            each(context, entry->d_name);
    }
    closedir(dir);
    return 0;
}

// Locks the folder itself: the lock ends with the process that holds it.
static int s_lock(const char *path, int kind)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    if (flock(fd, kind | LOCK_NB) == 0)
        return fd;
    int rc = -errno;
    close(fd);
    return rc;
}

int view_generation_hold(const char *folder, const char *name)
{
    char path[FOLDER_PATH_MAX];
    int rc = folder_path(path, folder, name);
    return rc ? rc : s_lock(path, LOCK_SH);
}

bool view_generation_is_held(const char *path)
{
    int fd = s_lock(path, LOCK_EX);
    if (fd >= 0)
        close(fd);
    return fd == -EWOULDBLOCK;
}
