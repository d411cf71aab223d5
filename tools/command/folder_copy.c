#include "tools/command/folder_copy.h"

#include "log/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

// Bytes between two calls of progress.
#define STEP_BYTES ((size_t)4 * 1024 * 1024)

typedef struct {
    const char *from, *to;
    void (*progress)(void *context, uint64_t bytes); // may be NULL
    void *context;
    uint64_t files, bytes; // done
    failure_t *failure;
} copy_t;

static int s_fail(const copy_t *copy, int rc, const char *path)
{
    return failure_set(copy->failure, rc, "%.400s: %s", path, strerror(-rc));
}

static int s_each(copy_t *copy, int (*visit)(copy_t *copy, const FTSENT *entry))
{
    char *roots[] = {(char *)(uintptr_t)copy->from, NULL}; // read only
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    int rc = tree ? 0 : s_fail(copy, -errno, copy->from);
    for (const FTSENT *entry; rc == 0 && (errno = 0, entry = fts_read(tree));)
        rc = entry->fts_info == FTS_DP ? 0 : visit(copy, entry);
    if (rc == 0 && errno != 0)
        rc = s_fail(copy, -errno, copy->from);
    if (tree)
        fts_close(tree);
    return rc;
}

static int s_measure(copy_t *copy, const FTSENT *entry)
{
    if (entry->fts_info == FTS_F) {
        copy->files++;
        copy->bytes += (uint64_t)entry->fts_statp->st_size;
    }
    return entry->fts_errno ? s_fail(copy, -entry->fts_errno, entry->fts_path)
                            : 0;
}

int folder_measure(const char *path, uint64_t *files, uint64_t *bytes,
                   failure_t *failure)
{
    copy_t copy = {.from = path, .failure = failure};
    int rc = s_each(&copy, s_measure);
    if (rc == 0) {
        *files += copy.files;
        *bytes += copy.bytes;
    }
    return rc;
}

static int s_send(copy_t *copy, int in, int out)
{
    ssize_t sent;
    while ((sent = sendfile(out, in, NULL, STEP_BYTES)) > 0) {
        copy->bytes += (uint64_t)sent;
        if (copy->progress)
            copy->progress(copy->context, copy->bytes);
    }
    return sent < 0 ? -errno : 0;
}

static int s_copy_file(copy_t *copy, const char *from, const char *to)
{
    int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0)
        return s_fail(copy, -errno, from);
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    int rc = out < 0 ? -errno : s_send(copy, in, out);
    if (out >= 0 && close(out) != 0 && rc == 0)
        rc = -errno;
    close(in);
    return rc ? s_fail(copy, rc, to) : 0;
}

static bool s_is_root(const FTSENT *entry)
{
    return entry->fts_level == FTS_ROOTLEVEL;
}

static int s_copy(copy_t *copy, const FTSENT *entry)
{
    char to[FOLDER_PATH_MAX];
    int length = snprintf(to, sizeof to, "%s%s", copy->to,
                          entry->fts_path + strlen(copy->from));
    if (length < 0 || (size_t)length >= sizeof to)
        return s_fail(copy, -ENAMETOOLONG, copy->to);
    switch (entry->fts_info) {
    case FTS_D:
        return mkdir(to, 0777) == 0 || (errno == EEXIST && s_is_root(entry))
                   ? 0
                   : s_fail(copy, -errno, to);
    case FTS_F:
        return s_copy_file(copy, entry->fts_path, to);
    default:
        return s_fail(copy, entry->fts_errno ? -entry->fts_errno : -EINVAL,
                      entry->fts_path);
    }
}

int folder_copy(const char *from, const char *to,
                void (*progress)(void *context, uint64_t bytes), void *context,
                failure_t *failure)
{
    copy_t copy = {.from = from,
                   .to = to,
                   .progress = progress,
                   .context = context,
                   .failure = failure};
    return s_each(&copy, s_copy);
}
