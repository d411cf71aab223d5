#include "tools/bench/bench.h"

#include "tools/command/command.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *name;
    const char *unit;
    double must; // NAN: no absolute target; see tests/bench/compare
    double aim;
    bool less; // less is better
} row_t;

static const row_t s_rows[BENCH_MEASURES] = {
    [BENCH_IMPORT] = {"import .json.gz", "events/s", NAN, NAN, false},
    [BENCH_IMPORT_CPU] = {"import, per core", "events/s", NAN, NAN, false},
    [BENCH_APPEND] = {"append through journal", "events/s", NAN, NAN, false},
    [BENCH_REPLAY] = {"replay, both views", "events/s", NAN, NAN, false},
    [BENCH_REPLAY_CPU] = {"replay, per core", "events/s", 10e6, 30e6, false},
    [BENCH_REPLAY_ALL_CPU] = {"replay all views, per core", "events/s", NAN,
                              NAN, false},
    [BENCH_COUNTS_RATE] = {"GET event counts", "requests/s", 1e4, 4e4, false},
    [BENCH_COUNTS_P50] = {"  p50", "ms", NAN, NAN, true},
    [BENCH_COUNTS_P99] = {"  p99", "ms", 10, 2, true},
    [BENCH_WINDOWS_RATE] = {"GET counts, new windows", "requests/s", NAN, NAN,
                            false},
    [BENCH_WINDOWS_P50] = {"  p50", "ms", NAN, NAN, true},
    [BENCH_WINDOWS_P99] = {"  p99", "ms", NAN, NAN, true},
    [BENCH_PULLS_RATE] = {"GET pr interval", "requests/s", 1e4, 4e4, false},
    [BENCH_PULLS_P50] = {"  p50", "ms", NAN, NAN, true},
    [BENCH_PULLS_P99] = {"  p99", "ms", 10, 2, true},
    [BENCH_FRESH_P50] = {"freshness, p50", "ms", 20, 2, true},
    [BENCH_FRESH_P99] = {"freshness, p99", "ms", 100, 10, true},
    [BENCH_START] = {"start until ready", "ms", 1000, 200, true},
    [BENCH_RECOVERY] = {"recovery of the journal", "ms", 2000, 500, true},
    [BENCH_MEMORY] = {"memory at 1,000 events/s", "MiB RSS", 300, 100, true},
    [BENCH_MEMORY_SHARED] = {"  shared pages once", "MiB PSS", NAN, NAN, true},
    [BENCH_DISK] = {"disk, log / gzip", "ratio", 1.3, 0.8, true},
    [BENCH_GROWTH] = {"query, log grown 100x", "ratio", 2, 1.1, true},
    [BENCH_GROWTH_START] = {"start, log grown 100x", "ratio", 2, 1.1, true},
};

int bench_fail(const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    command_error(0, "bench", "%s", text);
    return -1;
}

void bench_add(bench_t *bench, bench_measure_t measure, double figure)
{
    if (bench->counts[measure] < BENCH_ROUNDS_MAX)
        bench->figures[measure][bench->counts[measure]++] = figure;
}

void bench_forget_warm_up(bench_t *bench, const uint32_t *counts)
{
    memcpy(bench->counts, counts, sizeof bench->counts);
}

bench_ticks_t bench_ticks(void)
{
    // user nice system idle iowait irq softirq steal; user includes guests.
    unsigned long long ticks[8] = {0};
    bench_ticks_t sum = {0};
    FILE *file = fopen("/proc/stat", "r");
    if (!file)
        return sum;
    if (fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &ticks[0],
               &ticks[1], &ticks[2], &ticks[3], &ticks[4], &ticks[5], &ticks[6],
               &ticks[7]) == 8) {
        sum.stolen = ticks[7];
        sum.asked_for =
            ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7];
    }
    fclose(file);
    return sum;
}

void bench_add_stolen(bench_t *bench, const uint32_t *counts,
                      bench_ticks_t before)
{
    const bench_ticks_t now = bench_ticks();
    const double asked_for = (double)(now.asked_for - before.asked_for);
    for (int i = 0; i < BENCH_MEASURES; i++)
        if (bench->counts[i] > counts[i])
            bench->stolen[i] =
                asked_for > 0 ? (double)(now.stolen - before.stolen) / asked_for
                              : NAN;
}

const char *bench_path(const bench_t *bench, const char *name,
                       char path[FOLDER_PATH_MAX])
{
    (void)folder_path(path, bench->folder, name);
    return path;
}

static int s_compare(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

double bench_quantile(double *figures, size_t count, double part)
{
    if (count == 0)
        return NAN;
    qsort(figures, count, sizeof *figures, s_compare);
    return figures[(size_t)(part * (double)(count - 1) + 0.5)];
}

// Compares the median with the targets.
static const char *s_verdict(const row_t *row, double median)
{
    if (isnan(row->must))
        return "";
    if (row->less ? median <= row->aim : median >= row->aim)
        return "aim reached";
    return (row->less ? median <= row->must : median >= row->must) ? "reached"
                                                                   : "MISSED";
}

static void s_print_target(double target)
{
    if (isnan(target))
        printf(" %9s", "-");
    else
        printf(" %9g", target);
}

static void s_print_row(bench_t *bench, bench_measure_t measure)
{
    const row_t *row = &s_rows[measure];
    double *figures = bench->figures[measure];
    const uint32_t count = bench->counts[measure];
    const double median = bench_quantile(figures, count, 0.5);
    const int digits = median < 1000 ? 2 : 0;
    printf("%-25s %-10s %11.*f %11.*f %11.*f", row->name, row->unit, digits,
           median, digits, figures[0], digits, figures[count - 1]);
    s_print_target(row->must);
    s_print_target(row->aim);
    if (isnan(bench->stolen[measure]))
        printf(" %8s", "-");
    else
        printf(" %6.0f %%", bench->stolen[measure] * 100);
    printf("  %s\n", s_verdict(row, median));
}

static int s_print_table(bench_t *bench)
{
    printf("%-25s %-10s %11s %11s %11s %9s %9s %8s\n", "measure", "unit",
           "median", "least", "most", "must", "aim", "stolen");
    for (int i = 0; i < BENCH_MEASURES; i++)
        if (bench->counts[i] > 0)
            s_print_row(bench, i);
    return fflush(stdout) ? -1 : 0;
}

static void s_add_known(cJSON *object, const char *name, double number)
{
    if (!isnan(number))
        cJSON_AddNumberToObject(object, name, number);
}

static void s_add_row(cJSON *rows, bench_t *bench, bench_measure_t measure)
{
    // A name that starts with a blank continues the row before it.
    char name[64];
    const row_t *row = &s_rows[measure];
    bench_measure_t owner = measure;
    while (s_rows[owner].name[0] == ' ')
        owner--;
    snprintf(name, sizeof name, "%s%s%s", s_rows[owner].name,
             owner == measure ? "" : ",",
             owner == measure ? "" : row->name + 1);
    double *figures = bench->figures[measure];
    const uint32_t count = bench->counts[measure];
    const double median = bench_quantile(figures, count, 0.5);
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "measure", name);
    cJSON_AddStringToObject(object, "unit", row->unit);
    cJSON_AddNumberToObject(object, "median", median);
    cJSON_AddNumberToObject(object, "least", figures[0]);
    cJSON_AddNumberToObject(object, "most", figures[count - 1]);
    cJSON_AddNumberToObject(object, "rounds", count);
    s_add_known(object, "must", row->must);
    s_add_known(object, "aim", row->aim);
    s_add_known(object, "stolen", bench->stolen[measure]);
    cJSON_AddItemToArray(rows, object);
}

static int s_print_json(bench_t *bench)
{
    cJSON *document = cJSON_CreateObject();
    cJSON_AddNumberToObject(document, "events", (double)bench->events);
    cJSON_AddNumberToObject(document, "long_events",
                            (double)bench->long_events);
    cJSON *rows = cJSON_AddArrayToObject(document, "measures");
    for (int i = 0; i < BENCH_MEASURES; i++)
        if (bench->counts[i] > 0)
            s_add_row(rows, bench, i);
    char *text = cJSON_PrintUnformatted(document);
    cJSON_Delete(document);
    if (!text)
        return bench_fail("out of memory");
    const int rc = puts(text) < 0 || fflush(stdout) ? -1 : 0;
    cJSON_free(text);
    return rc;
}

int bench_print(bench_t *bench)
{
    return bench->json ? s_print_json(bench) : s_print_table(bench);
}
