// The table of scenarios, and those that need no service.

#include "actors/config/config.h"
#include "tools/bench/bench_data.h"
#include "tools/bench/bench_service.h"

#include <math.h>

// Imports FOLDER/`archive` into FOLDER/`data`. Sets the events per second and,
// unless per_cpu_s is NULL, per second of processor time.
static int s_import(bench_t *bench, const char *archive, const char *data,
                    double *per_s, double *per_cpu_s)
{
    char from[FOLDER_PATH_MAX], to[FOLDER_PATH_MAX], output[BENCH_OUTPUT_MAX];
    bench_path(bench, archive, from);
    bench_path(bench, data, to);
    const char *const arguments[] = {"import", "--json", "--data",
                                     to,       from,     NULL};
    bench_process_t process;
    if (bench_process_start(bench, &process, -1, false, arguments) != 0 ||
        bench_process_end(&process, output) != 0)
        return -1;
    *per_s = bench_json_number(output, "events_per_second");
    if (per_cpu_s)
        *per_cpu_s = (double)bench->events / process.cpu_s;
    return isnan(*per_s) ? bench_fail("import printed no rate") : 0;
}

static int s_import_round(bench_t *bench)
{
    double per_s, per_cpu_s;
    bench_data_remove(bench, "import");
    if (s_import(bench, "events.json.gz", "import", &per_s, &per_cpu_s) != 0)
        return -1;
    bench_add(bench, BENCH_IMPORT, per_s);
    bench_add(bench, BENCH_IMPORT_CPU, per_cpu_s);
    bench_add(bench, BENCH_DISK,
              bench_data_bytes(bench, "import/log") /
                  bench_data_bytes(bench, "events.json.gz"));
    return 0;
}

static int s_append_round(bench_t *bench)
{
    double per_s;
    bench_data_remove(bench, "spine");
    bench_service_t *service = bench_service_start(bench, "spine", NULL);
    if (!service)
        return -1;
    const int rc = s_import(bench, "events.json", "spine", &per_s, NULL);
    bench_service_stop(&service);
    if (rc == 0)
        bench_add(bench, BENCH_APPEND, per_s);
    return rc;
}

static int s_prepare_replay(bench_t *bench)
{
    return bench_data_log(bench, "long", bench->long_events);
}

// Replays FOLDER/`log` into the named views, terminated by NULL; without names
// into all. `process` has the time it took.
static int s_replay(const bench_t *bench, const char *log,
                    const char *const *views, bench_process_t *process)
{
    char path[FOLDER_PATH_MAX];
    const char *arguments[4 + 2 * CONFIG_VIEWS_MAX] = {
        "replay", "--data", bench_path(bench, log, path)};
    for (size_t i = 0; views[i]; i++) {
        arguments[3 + 2 * i] = "--view";
        arguments[4 + 2 * i] = views[i];
    }
    return bench_process_start(bench, process, -1, false, arguments) != 0
               ? -1
               : bench_process_end(process, NULL);
}

static const char *const s_all_views[] = {NULL};

static int s_replay_round(bench_t *bench)
{
    static const char *const s_views[] = {"event_counts", "pr_interval", NULL};
    const double events = (double)bench->long_events;
    bench_process_t process;
    if (s_replay(bench, "long", s_views, &process) != 0)
        return -1;
    bench_add(bench, BENCH_REPLAY, events / process.wall_s);
    bench_add(bench, BENCH_REPLAY_CPU, events / process.cpu_s);
    return 0;
}

static int s_replay_all_round(bench_t *bench)
{
    bench_process_t process;
    if (s_replay(bench, "long", s_all_views, &process) != 0)
        return -1;
    bench_add(bench, BENCH_REPLAY_ALL_CPU,
              (double)bench->long_events / process.cpu_s);
    return 0;
}

// A log of the archive, with its views.
static int s_prepare_filled(bench_t *bench)
{
    double per_s;
    int rc = bench_data_archive(bench);
    return rc ? rc : s_import(bench, "events.json.gz", "filled", &per_s, NULL);
}

// A log with its views.
static int s_prepare_viewed(bench_t *bench, const char *name, uint64_t events)
{
    bench_process_t process;
    const int rc = bench_data_log(bench, name, events);
    return rc ? rc : s_replay(bench, name, s_all_views, &process);
}

static int s_prepare_growth(bench_t *bench)
{
    int rc = bench_data_archive(bench);
    if (rc == 0)
        rc = s_prepare_viewed(bench, "short", bench->long_events / 100 + 1);
    return rc ? rc : s_prepare_viewed(bench, "long", bench->long_events);
}

const bench_scenario_t bench_scenarios[] = {
    {"import", bench_data_archive, s_import_round},
    {"spine", bench_data_archive, s_append_round},
    {"replay", s_prepare_replay, s_replay_round},
    {"replay-all", s_prepare_replay, s_replay_all_round},
    {"rest", s_prepare_filled, bench_rest_round},
    {"freshness", NULL, bench_freshness_round},
    {"start", s_prepare_filled, bench_start_round},
    {"recovery", NULL, bench_recovery_round},
    {"memory", NULL, bench_memory_round},
    {"growth", s_prepare_growth, bench_growth_round},
    {0},
};
