// octolog bench - measures this machine.

#include "tools/bench/bench.h"
#include "tools/command/command.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "bench"

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

static const char *s_take(void *context, int letter, const char *value)
{
    static const char wrong[] = "it is not a number in range";
    run_t *run = context;
    bench_t *bench = &run->bench;
    uint64_t rounds = 0;
    switch (letter) {
    case 'e':
        return s_number(value, UINT64_C(1) << 32, &bench->events) ? NULL
                                                                  : wrong;
    case 'l':
        return s_number(value, UINT64_C(1) << 32, &bench->long_events) ? NULL
                                                                       : wrong;
    case 'r':
        if (!s_number(value, BENCH_ROUNDS_MAX, &rounds))
            return wrong;
        bench->rounds = (uint32_t)rounds;
        return NULL;
    case 'j':
        bench->json = true;
        return NULL;
    default:
        if (run->only_count == sizeof run->only / sizeof *run->only)
            return "too many";
        run->only[run->only_count++] = value;
        return NULL;
    }
}

static int s_main(int argc, char **argv)
{
    int status;
    run_t *run = calloc(1, sizeof *run);
    if (!run)
        return command_error(COMMAND_FAILED, NAME, "out of memory");
    run->bench.events = 100000;
    run->bench.long_events = 5000000;
    run->bench.rounds = 5;
    if (usage_parse(&command_bench.usage, argc, argv, s_take, run, &status) >=
        0)
        status = s_measure(run);
    free(run);
    return status;
}

const command_t command_bench = {
    .usage =
        {
            .name = "octolog bench",
            .summary = "measure this machine",
            .about =
                "Measures import, append over the spine, replay, REST, "
                "freshness, start, recovery, memory, disk and what a grown log "
                "costs, on events of a seeded generator, with a round to warm "
                "up before those that count. Prints the median, the least and "
                "the most of each, beside its targets, and, on a virtual "
                "machine, which part of the processor's time its host gave to "
                "others meanwhile. Works in a folder of its own in $TMPDIR, "
                "which is removed; measure where the log will be, and when "
                "nothing else runs.",
            .flags =
                (const usage_flag_t[]){
                    {.letter = 'e',
                     .name = "events",
                     .value = "N",
                     .about = "events of the archive, in the shape of 2016 "
                              "(100000)"},
                    {.letter = 'l',
                     .name = "long-events",
                     .value = "N",
                     .about = "events of the long log that replay and growth "
                              "take; its payloads are short (5000000)"},
                    {.letter = 'r',
                     .name = "rounds",
                     .value = "N",
                     .about = "rounds that count, 1 to 100 (5)"},
                    {.letter = 'o',
                     .name = "only",
                     .value = "NAME",
                     .repeats = true,
                     .words = "import spine replay replay-all rest "
                              "freshness start recovery memory growth",
                     .about = "import, spine, replay (into two views), "
                              "replay-all, rest, freshness, start, recovery, "
                              "memory or growth"},
                    COMMAND_FLAG_JSON,
                    {0}},
            .exits = (const usage_item_t[]){{"0", "measured"},
                                            {"1", "something failed"},
                                            {"2", "wrong usage"},
                                            {0}},
            .examples =
                (const usage_item_t[]){
                    {"TMPDIR=/srv octolog bench --only import --only rest",
                     "two of the measures, on the disk of /srv"},
                    {0}},
        },
    .run = s_main,
};
