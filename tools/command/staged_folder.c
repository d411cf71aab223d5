#include "tools/command/staged_folder.h"

#include "log/folder.h"
#include "proto/base/fault_point.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX   ".partial"
#define MARK_MAX 64
// Another process may rename or remove the folder just opened.
#define LOCK_TRIES 10

struct staged_folder {
    char path[FOLDER_PATH_MAX];    // the final name
    char partial[FOLDER_PATH_MAX]; // the name until then
    const char *replace;           // borrowed; NULL: never
    bool exists;                   // `path` exists and will be replaced
    int lock;                      // on `partial`
};

// What exists already.

// 1: it has contents; 0: it is empty or does not exist.
static int s_is_filled(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir)
        return errno == ENOENT ? 0 : -errno;
    int filled = 0;
    for (const struct dirent *entry; !filled && (entry = readdir(dir));)
        filled =
            strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return filled;
}

static bool s_is_marked(const char *path, const char *mark)
{
    char file[FOLDER_PATH_MAX], text[MARK_MAX] = "";
    if (folder_path(file, path, STAGED_FOLDER_MANIFEST) != 0)
        return false;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t bytes = read(fd, text, sizeof text - 1);
    close(fd);
    return bytes > 0 && strncmp(text, mark, strlen(mark)) == 0;
}

static int s_check_target(staged_folder_t *folder, failure_t *failure)
{
    const char *path = folder->path;
    int filled = s_is_filled(path);
    if (filled < 0)
        return failure_set(failure, filled, "%s: %s", path, strerror(-filled));
    folder->exists = filled == 1;
    if (!filled)
        return 0;
    if (!folder->replace)
        return failure_set(failure, -EEXIST,
                           "%s already exists and is not empty", path);
    if (!s_is_marked(path, folder->replace))
        return failure_set(
            failure, -EEXIST,
            "%s contains something else and will not be replaced", path);
    return 0;
}

// Creating it.

// Whether the name still refers to the locked folder.
static bool s_is_same(int fd, const char *path)
{
    struct stat locked, named;
    return fstat(fd, &locked) == 0 && stat(path, &named) == 0 &&
           locked.st_dev == named.st_dev && locked.st_ino == named.st_ino;
}

static int s_lock(staged_folder_t *folder, failure_t *failure)
{
    int rc = -EBUSY;
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (mkdir(folder->partial, 0777) != 0 && errno != EEXIST)
            return failure_set(failure, -errno, "%s: %s", folder->partial,
                               strerror(errno));
        int fd = open(folder->partial, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        rc = fd < 0 ? -errno : 0;
        if (rc == -ENOENT)
            continue;
        if (rc == 0 && flock(fd, LOCK_EX | LOCK_NB) != 0)
            rc = errno == EWOULDBLOCK ? -EBUSY : -errno;
        if (rc == 0 && s_is_same(fd, folder->partial)) {
            folder->lock = fd;
            return 0;
        }
        if (fd >= 0)
            close(fd);
        if (rc != 0)
            break;
    }
    return failure_set(failure, rc, "%s: %s", folder->partial,
                       rc == -EBUSY ? "another process is creating it"
                                    : strerror(-rc));
}

// Removes what a killed process left in it.
static int s_empty(staged_folder_t *folder, failure_t *failure)
{
    int rc = folder_empty(folder->partial);
    if (rc != 0)
        failure_set(failure, rc, "%s: %s", folder->partial, strerror(-rc));
    return rc;
}

static int s_begin(staged_folder_t *folder, failure_t *failure)
{
    int rc = s_check_target(folder, failure);
    if (rc == 0)
        rc = s_lock(folder, failure);
    if (rc == 0)
        rc = s_empty(folder, failure);
    return rc;
}

static void s_free(staged_folder_t **folder)
{
    if ((*folder)->lock >= 0)
        close((*folder)->lock);
    free(*folder);
    *folder = NULL;
}

int staged_folder_begin(staged_folder_t **folder, const char *path,
                        const char *replace, failure_t *failure)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    if (length == 0 || length + sizeof SUFFIX > FOLDER_PATH_MAX)
        return failure_set(failure, -ENAMETOOLONG,
                           "\"%.100s\" is not a valid folder name", path);
    staged_folder_t *self = calloc(1, sizeof *self);
    if (!self)
        return failure_set(failure, -ENOMEM, "out of memory");
    snprintf(self->path, FOLDER_PATH_MAX, "%.*s", (int)length, path);
    snprintf(self->partial, FOLDER_PATH_MAX, "%.*s" SUFFIX, (int)length, path);
    self->replace = replace;
    self->lock = -1;
    int rc = s_begin(self, failure);
    if (rc != 0)
        s_free(&self);
    else
        *folder = self;
    return rc;
}

const char *staged_folder_path(const staged_folder_t *folder)
{
    return folder->partial;
}

int staged_folder_manifest(const char *folder,
                           void (*print)(FILE *file, const void *context),
                           const void *context, failure_t *failure)
{
    char path[FOLDER_PATH_MAX];
    int rc = folder_path(path, folder, STAGED_FOLDER_MANIFEST);
    FILE *file = rc ? NULL : fopen(path, "wxe");
    if (rc == 0 && !file)
        rc = -errno;
    if (file) {
        print(file, context);
        rc = ferror(file) ? -EIO : 0;
        if (fclose(file) != 0)
            rc = -errno;
    }
    return rc ? failure_set(failure, rc, "%.400s: %s", path, strerror(-rc)) : 0;
}

// An exchange: the old folder gets the temporary name, and is removed later.
static int s_rename(const staged_folder_t *folder)
{
    unsigned how = folder->exists ? RENAME_EXCHANGE : 0;
    int rc = renameat2(AT_FDCWD, folder->partial, AT_FDCWD, folder->path, how);
    return rc == 0 ? 0 : -errno;
}

static int s_finish(const staged_folder_t *folder, failure_t *failure)
{
    int rc = folder_sync_tree(folder->partial);
    if (rc == 0)
        rc = fault_point("folder.synced");
    if (rc != 0)
        return failure_set(failure, rc, "%s: %s", folder->partial,
                           strerror(-rc));
    rc = s_rename(folder);
    if (rc != 0)
        return failure_set(failure, rc, "cannot rename %s to %s: %s",
                           folder->partial, folder->path, strerror(-rc));
    rc = fault_point("folder.named");
    if (rc == 0)
        rc = folder_sync_parent(folder->path);
    if (rc != 0)
        return failure_set(failure, rc, "%s: %s", folder->path, strerror(-rc));
    return 0;
}

int staged_folder_finish(staged_folder_t **folder, failure_t *failure)
{
    staged_folder_t *self = *folder;
    int rc = s_finish(self, failure);
    if (rc != 0) {
        staged_folder_abandon(folder);
        return rc;
    }
    // The lock belongs to the renamed folder. The old one now has the
    // temporary name, so any process may be removing it.
    close(self->lock);
    self->lock = -1;
    if (self->exists && s_lock(self, NULL) == 0)
        folder_remove(self->partial);
    s_free(folder);
    return 0;
}

void staged_folder_abandon(staged_folder_t **folder)
{
    if (!*folder)
        return;
    folder_remove((*folder)->partial);
    s_free(folder);
}
