// interpose - a library for LD_PRELOAD that makes a machine misbehave on
// demand, for resource_test.c.
//
//   INTERPOSE_FSYNC  a file: while it is there, fsync and fdatasync fail (EIO)
//   INTERPOSE_QUOTA  a file: while it is there, no byte of a file can be
//   written
//                    (EDQUOT)
//   INTERPOSE_CLOCK  a file: seconds in it are added to the time of day

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef int sync_function_t(int fd);
typedef ssize_t write_function_t(int fd, const void *bytes, size_t count);
typedef ssize_t pwrite_function_t(int fd, const void *bytes, size_t count,
                                  off64_t at);
typedef int clock_function_t(clockid_t clock, struct timespec *now);

// Whether the file that the variable names is there.
static int s_is_on(const char *variable)
{
    const char *path = getenv(variable);
    int saved = errno;
    struct stat info;
    int on = path && stat(path, &info) == 0;
    errno = saved;
    return on;
}

static int s_sync(const char *name, int fd)
{
    sync_function_t *real = (sync_function_t *)dlsym(RTLD_NEXT, name);
    if (s_is_on("INTERPOSE_FSYNC")) {
        errno = EIO;
        return -1;
    }
    return real(fd);
}

int fsync(int fd)
{
    return s_sync("fsync", fd);
}

int fdatasync(int fd)
{
    return s_sync("fdatasync", fd);
}

// Pipes and sockets are under no quota.
static int s_is_used_up(int fd)
{
    struct stat info;
    if (!s_is_on("INTERPOSE_QUOTA") || fstat(fd, &info) != 0 ||
        !S_ISREG(info.st_mode))
        return 0;
    errno = EDQUOT;
    return 1;
}

ssize_t write(int fd, const void *bytes, size_t count)
{
    static write_function_t *s_real;
    if (!s_real)
        s_real = (write_function_t *)dlsym(RTLD_NEXT, "write");
    return s_is_used_up(fd) ? -1 : s_real(fd, bytes, count);
}

static ssize_t s_pwrite(int fd, const void *bytes, size_t count, off64_t at)
{
    static pwrite_function_t *s_real;
    if (!s_real)
        s_real = (pwrite_function_t *)dlsym(RTLD_NEXT, "pwrite64");
    return s_is_used_up(fd) ? -1 : s_real(fd, bytes, count, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at)
{
    return s_pwrite(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at)
{
    return s_pwrite(fd, bytes, count, at);
}

static long s_jump(void)
{
    const char *path = getenv("INTERPOSE_CLOCK");
    char text[24] = "";
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return 0;
    ssize_t bytes = read(fd, text, sizeof text - 1);
    close(fd);
    return bytes > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static clock_function_t *s_real;
    if (!s_real)
        s_real = (clock_function_t *)dlsym(RTLD_NEXT, "clock_gettime");
    int saved = errno;
    int rc = s_real(clock, now);
    if (rc == 0 && clock == CLOCK_REALTIME) {
        now->tv_sec += s_jump();
        errno = saved;
    }
    return rc;
}
