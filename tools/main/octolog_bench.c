// octolog-bench - benchmarks octolog on this machine; see octolog-bench --help.

#include "log/folder.h"
#include "tools/bench/bench.h"
#include "tools/cli/documents.h"
#include "tools/command/command.h"
#include "tools/command/program.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME       "bench"
#define EVENTS_MAX (UINT64_C(1) << 32)

typedef struct {
    bench_t bench;
    command_progress_t progress;
    const char *only[16];
    size_t only_count;
    bool version; // print it and exit
} run_t;

static bool s_is_wanted(const run_t *run, const char *name)
{
    for (size_t i = 0; i < run->only_count; i++)
        if (strcmp(run->only[i], name) == 0)
            return true;
    return run->only_count == 0;
}

static uint64_t s_steps(const run_t *run)
{
    uint64_t scenarios = 0;
    for (size_t i = 0; bench_scenarios[i].name; i++)
        scenarios += s_is_wanted(run, bench_scenarios[i].name);
    return scenarios * (run->bench.rounds + 1);
}

static int s_run_scenario(run_t *run, const bench_scenario_t *scenario,
                          uint64_t *done)
{
    bench_t *bench = &run->bench;
    uint32_t before[BENCH_MEASURES];
    memcpy(before, bench->counts, sizeof before);
    int rc = scenario->prepare ? scenario->prepare(bench) : 0;
    bench_ticks_t ticks = {0};
    for (uint32_t i = 0; i <= bench->rounds && rc == 0; i++) {
        rc = scenario->run(bench);
        if (i == 0) {
            bench_forget_warm_up(bench, before);
            ticks = bench_ticks();
        }
        command_progress(&run->progress, ++*done, s_steps(run));
    }
    bench_add_stolen(bench, before, ticks);
    return rc;
}

static int s_run_all(run_t *run)
{
    uint64_t done = 0;
    int rc = 0;
    command_progress_start(&run->progress, NAME, "rounds");
    for (size_t i = 0; bench_scenarios[i].name && rc == 0; i++)
        if (s_is_wanted(run, bench_scenarios[i].name))
            rc = s_run_scenario(run, &bench_scenarios[i], &done);
    command_progress_end(&run->progress);
    return rc;
}

static int s_measure(run_t *run)
{
    bench_t *bench = &run->bench;
    int rc =
        folder_path(bench->folder, folder_temporary(), "octolog-bench-XXXXXX");
    if (rc == 0 && !mkdtemp(bench->folder))
        rc = -errno;
    if (rc != 0)
        return command_error(COMMAND_FAILED, NAME, "%s: %s", bench->folder,
                             strerrordesc_np(-rc));
    signal(SIGPIPE, SIG_IGN);
    rc = s_run_all(run);
    (void)folder_remove(bench->folder);
    if (rc == 0)
        rc = bench_print(bench);
    return rc == 0 ? COMMAND_OK : COMMAND_FAILED;
}

static const char *s_program(const char *value, char path[PROGRAM_PATH_MAX])
{
    if (access(value, X_OK) != 0)
        return strerrordesc_np(errno);
    const int length = snprintf(path, PROGRAM_PATH_MAX, "%s", value);
    return length < PROGRAM_PATH_MAX ? NULL : strerrordesc_np(ENAMETOOLONG);
}

static const char *s_take(void *context, int letter, const char *value)
{
    static const char wrong[] = "not a number in range";
    run_t *run = context;
    bench_t *bench = &run->bench;
    uint64_t rounds = 0;
    switch (letter) {
    case 'e':
        return usage_number(value, 1, EVENTS_MAX, &bench->events) ? NULL
                                                                  : wrong;
    case 'l':
        return usage_number(value, 1, EVENTS_MAX, &bench->long_events) ? NULL
                                                                       : wrong;
    case 'r':
        if (!usage_number(value, 1, BENCH_ROUNDS_MAX, &rounds))
            return wrong;
        bench->rounds = (uint32_t)rounds;
        return NULL;
    case 'j':
        bench->json = true;
        return NULL;
    case 'v':
        run->version = true;
        return NULL;
    case 'p':
        return s_program(value, bench->program);
    default:
        if (run->only_count == sizeof run->only / sizeof *run->only)
            return "too many";
        run->only[run->only_count++] = value;
        return NULL;
    }
}

static int s_print_version(void)
{
    return puts("octolog-bench " OCTOLOG_VERSION) < 0 || fflush(stdout)
               ? COMMAND_FAILED
               : COMMAND_OK;
}

static int s_find_program(bench_t *bench)
{
    if (bench->program[0] || program_find("octolog", bench->program) == 0)
        return COMMAND_OK;
    return command_error(
        COMMAND_FAILED, NAME,
        "octolog is neither beside octolog-bench nor in $PATH; use --program");
}

static int s_run(run_t *run, int argc, char **argv)
{
    int status;
    if (usage_parse(&command_bench.usage, argc, argv, s_take, run, &status) < 0)
        return status;
    if (run->version)
        return s_print_version();
    status = s_find_program(&run->bench);
    return status ? status : s_measure(run);
}

int main(int argc, char **argv)
{
    usage_t program = command_bench.usage;
    program.name = "octolog-bench";
    const usage_t *const none[] = {NULL};
    const manual_t manual = {
        .program = &program, .commands = none, .see_also = "Xr octolog 1"};
    int status = documents_print(&manual, argc, argv);
    if (status >= 0)
        return status;
    run_t *run = calloc(1, sizeof *run);
    if (!run)
        return command_error(COMMAND_FAILED, NAME, "out of memory");
    run->bench.events = 100000;
    run->bench.long_events = 5000000;
    run->bench.rounds = 5;
    status = s_run(run, argc, argv);
    free(run);
    return status;
}
