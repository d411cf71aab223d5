#include "tools/command/program.h"

#include "tools/command/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int program_self(char path[PROGRAM_PATH_MAX])
{
    const ssize_t bytes = readlink("/proc/self/exe", path, PROGRAM_PATH_MAX);
    if (bytes < 0)
        return -errno;
    if (bytes == PROGRAM_PATH_MAX)
        return -ENAMETOOLONG;
    path[bytes] = '\0';
    return 0;
}

// Whether FOLDER/NAME is a program; sets `path` to it.
static bool s_is_in(const char *folder, size_t bytes, const char *name,
                    char path[PROGRAM_PATH_MAX])
{
    const int length = snprintf(path, PROGRAM_PATH_MAX, "%.*s/%s", (int)bytes,
                                bytes ? folder : ".", name);
    return length < PROGRAM_PATH_MAX && access(path, X_OK) == 0;
}

int program_find(const char *name, char path[PROGRAM_PATH_MAX])
{
    char self[PROGRAM_PATH_MAX];
    if (program_self(self) == 0 &&
        s_is_in(self, (size_t)(strrchr(self, '/') - self), name, path))
        return 0;
    const char *folders = getenv("PATH");
    while (folders) {
        const size_t bytes = strcspn(folders, ":");
        if (s_is_in(folders, bytes, name, path))
            return 0;
        folders = folders[bytes] ? folders + bytes + 1 : NULL;
    }
    return -ENOENT;
}

int program_become(const char *command, const char *name,
                   const char *const *arguments)
{
    char path[PROGRAM_PATH_MAX];
    if (program_find(name, path) != 0)
        return command_error(
            COMMAND_FAILED, command,
            "%s is neither beside octolog nor in $PATH. It is in the package "
            "octolog; to build it: cmake --build build/release --target %s",
            name, name);
    size_t count = 0;
    while (arguments[count])
        count++;
    char **all = calloc(count + 2, sizeof *all);
    if (!all)
        return command_error(COMMAND_FAILED, command, "out of memory");
    all[0] = path;
    for (size_t i = 0; i < count; i++)
        all[i + 1] = (char *)(uintptr_t)arguments[i]; // exec takes no const
    execv(path, all);
    const int error = errno;
    free(all);
    return command_error(COMMAND_FAILED, command, "%s: %s", path,
                         strerror(error));
}
