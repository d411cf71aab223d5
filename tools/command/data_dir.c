#include "tools/command/data_dir.h"

#include "log/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// How long to wait for the actors of a supervisor that was killed to exit.
#define ORPHANS_MS 5000
#define DYING_MS   500 // the same for the supervisor itself
#define NAP_MS     10

static int s_make(const char *path, mode_t mode)
{
    return mkdir(path, mode) != 0 && errno != EEXIST ? -errno : 0;
}

// Reads the owner from the lock file.
static void s_read_owner(int fd, data_dir_t *dir)
{
    char text[64];
    ssize_t bytes = pread(fd, text, sizeof text - 1, 0);

    dir->owner_pid = 0;
    dir->owner_role[0] = '\0';
    if (bytes <= 0)
        return;
    text[bytes] = '\0';
    if (sscanf(text, "%ld %31[a-z]", &dir->owner_pid, dir->owner_role) != 2)
        dir->owner_pid = 0;
}

static int s_write_owner(int fd, const char *role)
{
    char text[64];
    int length = snprintf(text, sizeof text, "%ld %s\n", (long)getpid(), role);

    if (ftruncate(fd, 0) != 0)
        return -errno;
    ssize_t written = pwrite(fd, text, (size_t)length, 0);
    if (written < 0)
        return -errno;
    return written == length ? 0 : -ENOSPC;
}

static bool s_is_alive(long pid)
{
    return pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
}

// Takes the lock. If the owner has exited but the lock is still held, its
// actors, which hold the same lock, are about to exit: wait for them. Also wait
// briefly for an owner that has just been killed.
static int s_lock(int fd, data_dir_t *dir)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const struct timespec nap = {.tv_nsec = NAP_MS * 1000000L};

    for (int waited_ms = 0;; waited_ms += NAP_MS) {
        if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
            return 0;
        if (errno != EAGAIN && errno != EACCES)
            return -errno;
        s_read_owner(fd, dir);
        if (waited_ms >= (s_is_alive(dir->owner_pid) ? DYING_MS : ORPHANS_MS))
            return -EBUSY;
        nanosleep(&nap, NULL);
    }
}

static int s_open_lock(const char *path, int flags)
{
    char file[FOLDER_PATH_MAX];
    int rc = folder_path(file, path, "lock");

    if (rc != 0)
        return rc;
    int fd = open(file, flags | O_CLOEXEC, 0644);
    return fd < 0 ? -errno : fd;
}

// Creates run/, which only the owner may access.
static int s_make_run(const char *path)
{
    char run[FOLDER_PATH_MAX];
    int rc = folder_path(run, path, "run");

    if (rc == 0)
        rc = s_make(run, S_IRWXU);
    if (rc == 0 && chmod(run, S_IRWXU) != 0)
        rc = -errno;
    return rc;
}

int data_dir_own(data_dir_t *dir, const char *path, const char *role)
{
    *dir = (data_dir_t){.fd = -1};
    int rc = s_make(path, 0755);
    if (rc)
        return rc;
    int fd = s_open_lock(path, O_RDWR | O_CREAT);
    if (fd < 0)
        return fd;

    rc = s_lock(fd, dir);
    if (rc == 0)
        rc = s_write_owner(fd, role);
    if (rc == 0)
        rc = s_make_run(path);
    if (rc) {
        close(fd);
        return rc;
    }
    dir->fd = fd;
    return 0;
}

bool data_dir_running(const char *path)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    data_dir_t dir;
    int fd = s_open_lock(path, O_RDONLY);

    if (fd < 0)
        return false;
    bool locked = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    s_read_owner(fd, &dir);
    close(fd);
    return locked && strcmp(dir.owner_role, "up") == 0 &&
           s_is_alive(dir.owner_pid);
}

static bool s_has(const char *path, const char *name)
{
    char entry[FOLDER_PATH_MAX];

    return folder_path(entry, path, name) == 0 && access(entry, F_OK) == 0;
}

bool data_dir_half_restored(const char *path)
{
    return s_has(path, "log.partial") && !s_has(path, "log");
}

int data_dir_settings(const char *path, char file[FOLDER_PATH_MAX])
{
    return folder_path(file, path, "run/effective.cfg");
}

void data_dir_release(data_dir_t *dir)
{
    if (dir->fd < 0)
        return;
    // The owner is only read while the file is locked; failing does no harm.
    int rc = ftruncate(dir->fd, 0);
    (void)rc;
    close(dir->fd);
    dir->fd = -1;
}
