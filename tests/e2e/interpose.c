// interpose - a library for LD_PRELOAD that makes a machine misbehave on
// demand, for resource_test.c.
//
//   INTERPOSE_FSYNC  a file: while it is there, fsync and fdatasync fail (EIO)
//   INTERPOSE_CLOCK  a file: seconds in it are added to the time of day

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef int sync_function_t(int fd);
typedef int clock_function_t(clockid_t clock, struct timespec *now);

static int s_sync(const char *name, int fd)
{
    const char *switch_file = getenv("INTERPOSE_FSYNC");
    struct stat info;
    sync_function_t *real = (sync_function_t *)dlsym(RTLD_NEXT, name);
    if (switch_file && stat(switch_file, &info) == 0) {
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
