// program - octolog as a program, in a folder of the test's own, by the shell.
//
// Each function fails the running Criterion test, with words, where the machine
// does not do what it must. One thread.

#ifndef OCTOLOG_TESTS_TOOLS_PROGRAM_H
#define OCTOLOG_TESTS_TOOLS_PROGRAM_H

#include "actors/runtime/clock.h"
#include "log/folder.h"
#include "tools/command/data_dir.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM_PATIENCE_MS 60000
#define PROGRAM_OUTPUT_MAX  65536

extern char **environ;

// Where the programs run, and what the last one wrote.
static char program_folder[64];
static char program_out[PROGRAM_OUTPUT_MAX], program_err[PROGRAM_OUTPUT_MAX];

// For .init and .fini of a suite.
static inline void program_setup(void)
{
    if (!getenv("OCTOLOG_BIN"))
        cr_skip_test("OCTOLOG_BIN names no octolog");
    snprintf(program_folder, sizeof program_folder,
             "/tmp/octolog-tools-XXXXXX");
    cr_assert(mkdtemp(program_folder) != NULL);
}

static inline void program_teardown(void)
{
    cr_assert_eq(folder_remove(program_folder), 0);
}

static inline void program_slurp(FILE *file, char text[PROGRAM_OUTPUT_MAX])
{
    size_t got = fread(text, 1, PROGRAM_OUTPUT_MAX - 1, file);
    text[got] = '\0';
}

// Runs "octolog ARGUMENTS" in the test's folder by the shell; returns its exit
// status, and what it wrote in program_out and program_err.
static inline int program_run(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
static inline int program_run(const char *format, ...)
{
    char arguments[2048], command[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(arguments, sizeof arguments, format, args);
    va_end(args);
    snprintf(command, sizeof command, "cd '%s' && '%s' %s 2>err",
             program_folder, getenv("OCTOLOG_BIN"), arguments);
    FILE *pipe = popen(command, "r");
    cr_assert(pipe != NULL);
    program_slurp(pipe, program_out);
    int status = pclose(pipe);
    snprintf(command, sizeof command, "%s/err", program_folder);
    FILE *file = fopen(command, "r");
    cr_assert(file != NULL);
    program_slurp(file, program_err);
    fclose(file);
    const bool exited = WIFEXITED(status);
    cr_assert(exited, "%s: %s", arguments, program_err);
    return WEXITSTATUS(status);
}

static inline bool program_has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

// Expects a command of the shell to succeed in the test's folder.
static inline void program_shell(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
static inline void program_shell(const char *format, ...)
{
    char command[4096];
    int used = snprintf(command, sizeof command, "cd '%s' && ", program_folder);
    va_list args;
    va_start(args, format);
    vsnprintf(command + used, sizeof command - (size_t)used, format, args);
    va_end(args);
    cr_assert(system(command) == 0, "%s", command);
}

// Events [from, until), one an hour's second, of a few types.
static inline void program_events(const char *name, int from, int until)
{
    static const char *const types[] = {"PushEvent", "WatchEvent", "NewEvent"};
    char path[128];
    snprintf(path, sizeof path, "%s/%s", program_folder, name);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL);
    for (int i = from; i < until; i++)
        fprintf(file,
                "{\"id\":\"%d\",\"type\":\"%s\",\"actor\":{\"id\":1,\"login\":"
                "\"octo\"},\"repo\":{\"id\":%d,\"name\":\"o/r%d\"},"
                "\"payload\":{},\"created_at\":\"2016-01-01T00:%02d:%02dZ\"}\n",
                1000 + i, types[i % 3], i % 2, i % 2, i / 60 % 60, i % 60);
    cr_assert(eq(int, fclose(file), 0));
}

// Starts a service on the folder "d"; it owns that when this returns.
static inline pid_t program_up(void)
{
    char data[128];
    snprintf(data, sizeof data, "%s/d", program_folder);
    char *argv[] = {(char[]){"octolog"},
                    (char[]){"up"},
                    (char[]){"--no-fetch"},
                    (char[]){"--listen"},
                    (char[]){"127.0.0.1:0"},
                    (char[]){"--data"},
                    data,
                    NULL};
    pid_t pid;
    cr_assert(
        eq(int,
           posix_spawn(&pid, getenv("OCTOLOG_BIN"), NULL, NULL, argv, environ),
           0));
    const int64_t end_ms = clock_tick_ms() + PROGRAM_PATIENCE_MS;
    while (!data_dir_running(data)) {
        cr_assert(clock_tick_ms() < end_ms, "octolog up did not start");
        poll(NULL, 0, 10);
    }
    return pid;
}

static inline void program_down(pid_t pid)
{
    int status;
    kill(pid, SIGTERM);
    cr_assert(waitpid(pid, &status, 0) == pid);
    cr_assert(eq(int, status, 0));
}

// Starts octolog on a terminal of its own; *terminal is the other end of it,
// the caller's to close. Returns its pid, to be waited for.
static inline pid_t program_on_terminal(const char *const *argv,
                                        const struct winsize *size,
                                        int *terminal)
{
    pid_t pid = forkpty(terminal, NULL, NULL, size);
    cr_assert(ge(int, pid, 0));
    if (pid == 0) {
        execv(getenv("OCTOLOG_BIN"), (char *const *)argv);
        _exit(127);
    }
    return pid;
}

#endif
