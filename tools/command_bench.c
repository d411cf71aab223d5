// octolog bench - measures this machine.

#include "tools/bench.h"
#include "tools/command.h"

#include <errno.h>
#include <ftw.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "bench"

static const char s_help[] =
    "usage: octolog bench [--events N] [--long-events N] [--rounds N]\n"
    "                     [--only NAME]... [--json]\n"
    "\n"
    "Measures import, append over the spine, replay, REST, freshness, start,\n"
    "recovery, memory, disk and what a grown log costs, on events of a seeded\n"
    "generator, with a round to warm up before those that count. Prints the\n"
    "median, the least and the most of each, beside its targets. Works in a\n"
    "folder of its own in $TMPDIR, which is removed; measure where the log "
    "will\n"
    "be, and when nothing else runs.\n"
    "\n"
    "  --events N       events of the archive, in the shape of 2016 (100000)\n"
    "  --long-events N  events of the long log that replay and growth take; "
    "its\n"
    "                   payloads are short (5000000)\n"
    "  --rounds N       rounds that count, 1 to 100 (5)\n"
    "  --only NAME      import, spine, replay, rest, freshness, start, "
    "recovery,\n"
    "                   memory, growth; may be repeated\n"
    "  --json           all of it as JSON\n"
    "\n"
    "exit status: 0 measured, 1 something failed, 2 bad usage\n"
    "\n"
    "example: TMPDIR=/srv octolog bench --rounds 9 --only import --only rest\n";

typedef struct {
    bench_t bench;
    command_progress_t progress;
    const char *only[16];
    size_t only_count;
} run_t;

static bool s_is_wanted(const run_t *run, const char *name)
{
    for (size_t i = 0; i < run->only_count; i++)
        if (strcmp(run->only[i], name) == 0)
            return true;
    return run->only_count == 0;
}

static int s_check_only(const run_t *run)
{
    const char *known[32] = {0};
    size_t count = 0;
    for (; bench_scenarios[count].name; count++)
        known[count] = bench_scenarios[count].name;
    for (size_t i = 0; i < run->only_count; i++) {
        size_t at = 0;
        while (at < count && strcmp(known[at], run->only[i]) != 0)
            at++;
        if (at == count)
            return command_unknown(NAME, "measure", run->only[i], known);
    }
    return COMMAND_OK;
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
    for (uint32_t i = 0; i <= bench->rounds && rc == 0; i++) {
        rc = scenario->run(bench);
        if (i == 0)
            bench_forget_warm_up(bench, before);
        command_progress(&run->progress, ++*done, s_steps(run));
    }
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

static int s_remove(const char *path, const struct stat *status, int kind,
                    struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static int s_measure(run_t *run)
{
    bench_t *bench = &run->bench;
    const char *folder = getenv("TMPDIR");
    const int length =
        snprintf(bench->folder, sizeof bench->folder, "%s/octolog-bench-XXXXXX",
                 folder && *folder ? folder : "/tmp");
    if (length < 0 || (size_t)length >= sizeof bench->folder)
        return command_error(COMMAND_FAILED, NAME, "TMPDIR is too long");
    if (!mkdtemp(bench->folder))
        return command_error(COMMAND_FAILED, NAME, "%s: %s", bench->folder,
                             strerrordesc_np(errno));
    signal(SIGPIPE, SIG_IGN);
    int rc = s_run_all(run);
    nftw(bench->folder, s_remove, 16, FTW_DEPTH | FTW_PHYS);
    if (rc == 0)
        rc = bench_print(bench);
    return rc == 0 ? COMMAND_OK : COMMAND_FAILED;
}

// A number of at least 1 and at most `most`.
static bool s_number(const char *text, uint64_t most, uint64_t *number)
{
    char *end;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-' || value < 1 ||
        value > most)
        return false;
    *number = value;
    return true;
}

static bool s_set(run_t *run, int flag, const char *value)
{
    bench_t *bench = &run->bench;
    uint64_t rounds = 0;
    switch (flag) {
    case 'e':
        return s_number(value, UINT64_C(1) << 32, &bench->events);
    case 'l':
        return s_number(value, UINT64_C(1) << 32, &bench->long_events);
    case 'r':
        if (!s_number(value, BENCH_ROUNDS_MAX, &rounds))
            return false;
        bench->rounds = (uint32_t)rounds;
        return true;
    default:
        if (run->only_count == sizeof run->only / sizeof *run->only)
            return false;
        run->only[run->only_count++] = value;
        return true;
    }
}

static int s_parse(run_t *run, int argc, char **argv)
{
    static const struct option flags[] = {
        {"events", required_argument, NULL, 'e'},
        {"long-events", required_argument, NULL, 'l'},
        {"rounds", required_argument, NULL, 'r'},
        {"only", required_argument, NULL, 'o'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {0}};
    int flag;
    while ((flag = getopt_long(argc, argv, ":", flags, NULL)) != -1) {
        if (flag == 'h')
            return -1;
        if (flag == 'j')
            run->bench.json = true;
        else if (flag == '?' || flag == ':')
            return command_bad_flag(NAME, flag, argv);
        else if (!s_set(run, flag, optarg))
            return command_error(COMMAND_USAGE, NAME,
                                 "bad value \"%s\" (see octolog bench --help)",
                                 optarg);
    }
    if (optind < argc)
        return command_error(COMMAND_USAGE, NAME, "takes no argument \"%s\"",
                             argv[optind]);
    return s_check_only(run);
}

int command_bench(int argc, char **argv)
{
    run_t *run = calloc(1, sizeof *run);
    if (!run)
        return command_error(COMMAND_FAILED, NAME, "out of memory");
    run->bench.events = 100000;
    run->bench.long_events = 5000000;
    run->bench.rounds = 5;
    int status = s_parse(run, argc, argv);
    if (status < 0)
        status = fputs(s_help, stdout) < 0 ? COMMAND_FAILED : COMMAND_OK;
    else if (status == COMMAND_OK)
        status = s_measure(run);
    free(run);
    return status;
}
