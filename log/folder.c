#include "log/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int folder_path(char path[FOLDER_PATH_MAX], const char *folder,
                const char *name)
{
    const int length = snprintf(path, FOLDER_PATH_MAX, "%s/%s", folder, name);
    return length >= 0 && length < FOLDER_PATH_MAX ? 0 : -ENAMETOOLONG;
}

const char *folder_temporary(void)
{
    const char *folder = getenv("TMPDIR");
    return folder && *folder ? folder : "/tmp";
}

int folder_sync(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -errno;
    const int rc = fsync(fd) == 0 ? 0 : -errno;
    close(fd);
    return rc;
}

int folder_sync_parent(const char *path)
{
    char copy[FOLDER_PATH_MAX];
    if (strlen(path) >= sizeof copy)
        return -ENAMETOOLONG;
    return folder_sync(dirname(strcpy(copy, path)));
}

// Trees.

// Visits each entry of a tree, folders after their content. Returns the first
// failure, of a visit or of reading the tree.
static int s_each(const char *path, int (*visit)(const FTSENT *entry))
{
    char *roots[] = {(char *)(uintptr_t)path, NULL}; // read only
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (!tree)
        return -errno;
    int first = 0;
    for (const FTSENT *entry; (errno = 0, entry = fts_read(tree));) {
        int rc = 0;
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR ||
            entry->fts_info == FTS_NS)
            rc = -entry->fts_errno;
        else if (entry->fts_info != FTS_D)
            rc = visit(entry);
        if (first == 0)
            first = rc;
    }
    if (first == 0)
        first = -errno;
    fts_close(tree);
    return first;
}

static int s_sync(const FTSENT *entry)
{
    return folder_sync(entry->fts_accpath);
}

int folder_sync_tree(const char *path)
{
    return s_each(path, s_sync);
}

static int s_remove(const FTSENT *entry)
{
    const int rc = entry->fts_info == FTS_DP ? rmdir(entry->fts_accpath)
                                             : unlink(entry->fts_accpath);
    return rc == 0 ? 0 : -errno;
}

static int s_remove_below(const FTSENT *entry)
{
    return entry->fts_level == FTS_ROOTLEVEL ? 0 : s_remove(entry);
}

int folder_remove(const char *path)
{
    return s_each(path, s_remove);
}

int folder_empty(const char *path)
{
    return s_each(path, s_remove_below);
}
