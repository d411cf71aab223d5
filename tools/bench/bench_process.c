#include "tools/bench/bench_process.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARGUMENTS_MAX 32

double bench_now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void bench_sleep_ms(int ms)
{
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&time, NULL);
}

// In the child: executes octolog.
static void s_become(const bench_t *bench, int input, int output, bool quiet,
                     char *const *arguments)
{
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_DFL);
    if (null >= 0 && dup2(input >= 0 ? input : null, STDIN_FILENO) >= 0 &&
        dup2(output, STDOUT_FILENO) >= 0 &&
        (!quiet || dup2(null, STDERR_FILENO) >= 0))
        execv(bench->program, arguments);
    _exit(127);
}

int bench_process_start(const bench_t *bench, bench_process_t *process,
                        int input, bool quiet, const char *const *arguments)
{
    char *copied[ARGUMENTS_MAX] = {(char[]){"octolog"}};
    for (size_t i = 0; arguments[i] && i + 2 < ARGUMENTS_MAX; i++)
        copied[i + 1] = (char *)(uintptr_t)arguments[i]; // exec takes no const
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return bench_fail("pipe: %s", strerrordesc_np(errno));
    *process = (bench_process_t){.output = ends[0], .begun_s = bench_now_s()};
    process->pid = fork();
    if (process->pid == 0)
        s_become(bench, input, ends[1], quiet, copied);
    close(ends[1]);
    if (process->pid > 0)
        return 0;
    close(ends[0]);
    process->pid = 0;
    return bench_fail("fork: %s", strerrordesc_np(errno));
}

// Reads to the end of the output, and keeps as much as fits.
static void s_drain(int from, char output[BENCH_OUTPUT_MAX])
{
    char scratch[BENCH_OUTPUT_MAX];
    size_t kept = 0;
    ssize_t got;
    while ((got = read(from, scratch, sizeof scratch)) != 0) {
        if (got < 0 && errno != EINTR)
            break;
        for (ssize_t i = 0; i < got && kept + 1 < BENCH_OUTPUT_MAX; i++)
            output[kept++] = scratch[i];
    }
    output[kept] = '\0';
}

static double s_seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int bench_process_end(bench_process_t *process, char output[BENCH_OUTPUT_MAX])
{
    char scratch[BENCH_OUTPUT_MAX];
    struct rusage used;
    int status = 0;
    s_drain(process->output, output ? output : scratch);
    close(process->output);
    while (wait4(process->pid, &status, 0, &used) < 0 && errno == EINTR)
        continue;
    process->pid = 0;
    process->wall_s = bench_now_s() - process->begun_s;
    process->cpu_s = s_seconds(used.ru_utime) + s_seconds(used.ru_stime);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    return bench_fail("octolog ended with status %d", status);
}

void bench_process_stop(bench_process_t *process)
{
    if (process->pid == 0)
        return;
    kill(process->pid, SIGTERM);
    close(process->output);
    while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    process->pid = 0;
}

double bench_json_number(const char *json, const char *key)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *found = strstr(json, quoted);
    return found ? strtod(found + strlen(quoted), NULL) : NAN;
}
