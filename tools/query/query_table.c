#include "tools/query/query_table.h"

#include "tools/cli/document.h"
#include "tools/cli/figures.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// The offset of the answer, below every table.
static void s_print_as_of(FILE *out, const cJSON *document)
{
    const cJSON *as_of = document_member(document, "as_of");
    figure_t offset, lag;
    fprintf(out, "as of offset %s",
            figure_count(&offset, document_count(as_of, "offset")));
    if (document_count(as_of, "lag") > 0)
        fprintf(out, ", %s events behind the log",
                figure_count(&lag, document_count(as_of, "lag")));
    if (document_count(as_of, "since") > 0)
        fprintf(out, ", counted from offset %s",
                figure_count(&lag, document_count(as_of, "since")));
    if (cJSON_IsTrue(document_member(as_of, "stale")))
        fputs(", and the journal does not respond", out);
    fputc('\n', out);
}

static void s_print_window(FILE *out, const cJSON *document)
{
    const char *start = document_text(document, "start_time");
    const bool all = strncmp(start, "1970-01-01T00:00:00", 19) == 0;
    fprintf(out, "%s%s%s up to %s\n\n", all ? "all events" : "from ",
            all ? "" : start, all ? "," : "",
            document_text(document, "end_time"));
}

// By count, descending, then by name.
static int s_compare(const void *a, const void *b)
{
    const cJSON *one = *(const cJSON *const *)a;
    const cJSON *two = *(const cJSON *const *)b;
    if (one->valuedouble != two->valuedouble)
        return one->valuedouble < two->valuedouble ? 1 : -1;
    return strcmp(one->string, two->string);
}

static void s_print_count(FILE *out, const char *name, double count,
                          double total)
{
    figure_t figure;
    fputs("  ", out);
    figure_print_name(out, slice_of(name), 30, true);
    fprintf(out, " %15s", figure_count(&figure, document_as_count(count)));
    if (total > 0)
        fprintf(out, "  %5.1f %%", count * 100 / total);
    fputc('\n', out);
}

// Prints the types with events, and their sum.
static void s_print_counts(FILE *out, const cJSON *document)
{
    const cJSON *counts = document_member(document, "counts"), *item;
    const int size = cJSON_GetArraySize(counts);
    const cJSON **rows = calloc((size_t)size + 1, sizeof(const cJSON *));
    size_t count = 0;
    double total = 0;
    if (!rows)
        return;
    cJSON_ArrayForEach(item, counts)
    {
        if (!(item->valuedouble > 0))
            continue;
        rows[count++] = item;
        total += item->valuedouble;
    }
    qsort(rows, count, sizeof(const cJSON *), s_compare);
    for (size_t i = 0; i < count; i++)
        s_print_count(out, rows[i]->string, rows[i]->valuedouble, total);
    s_print_count(out, "all", total, 0);
    free(rows);
}

void query_table_counts(FILE *out, const cJSON *document)
{
    s_print_window(out, document);
    s_print_counts(out, document);
    fputc('\n', out);
    s_print_as_of(out, document);
}

// An interval; "-" if there are fewer than two events.
static const char *s_interval(figure_t *figure, const cJSON *object,
                              const char *name)
{
    const cJSON *seconds = document_member(object, name);
    return cJSON_IsNumber(seconds)
               ? figure_duration(figure, seconds->valuedouble)
               : "-";
}

// Only dates: with times the table would not fit into 80 columns.
static void s_print_dates(FILE *out, const char *first, const char *last)
{
    fprintf(out, "  %-10.10s %.10s\n", first, last);
}

static void s_print_action(FILE *out, const char *name, const cJSON *action)
{
    figure_t count, average, median, most;
    fputs("  ", out);
    figure_print_name(out, slice_of(name), 11, true);
    fprintf(out, " %7s %11s %11s %11s",
            figure_count(&count, document_count(action, "pr_count")),
            s_interval(&average, action, "avg_interval_seconds"),
            s_interval(&median, action, "median_interval_seconds"),
            s_interval(&most, action, "p90_interval_seconds"));
    s_print_dates(out, document_text(action, "first_ts"),
                  document_text(action, "last_ts"));
}

static void s_print_pulls(FILE *out, const cJSON *document)
{
    const cJSON *action;
    figure_t count, average;
    fprintf(out, "  %-11s %7s %11s %11s %11s  %-10s %s\n", "PULLS", "COUNT",
            "AVERAGE", "MEDIAN", "9 OF 10", "FIRST", "LAST");
    cJSON_ArrayForEach(action, document_member(document, "by_action"))
        s_print_action(out, action->string, action);
    fprintf(out, "  %-11s %7s %11s %11s %11s", "all",
            figure_count(&count, document_count(document, "pr_count")),
            s_interval(&average, document, "avg_interval_seconds"), "", "");
    s_print_dates(out, document_text(document, "first_pull_request_ts"),
                  document_text(document, "last_pull_request_ts"));
}

static void s_print_repository(FILE *out, const cJSON *document)
{
    figure_print_name(out, slice_of(document_text(document, "repo_name")), 0,
                      false);
    fputs("\n\n", out);
}

void query_table_pulls(FILE *out, const cJSON *document)
{
    s_print_repository(out, document);
    s_print_pulls(out, document);
    fputc('\n', out);
    s_print_as_of(out, document);
}

void query_table_top(FILE *out, const cJSON *document)
{
    const cJSON *repo;
    unsigned rank = 0;
    figure_t count;
    s_print_window(out, document);
    fprintf(out, "%5s %15s  %s\n", "", document_text(document, "by"),
            "repository");
    cJSON_ArrayForEach(repo, document_member(document, "repos"))
    {
        fprintf(out, "%4u. %15s  ", ++rank,
                figure_count(&count, document_count(repo, "count")));
        figure_print_name(out, slice_of(document_text(repo, "repo_name")), 0,
                          false);
        fputc('\n', out);
    }
    fputc('\n', out);
    s_print_as_of(out, document);
}

void query_table_repo(FILE *out, const cJSON *document)
{
    s_print_repository(out, document);
    fprintf(out, "events from %s to %s\n\n",
            document_text(document, "first_event_ts"),
            document_text(document, "last_event_ts"));
    s_print_counts(out, document);
    fputc('\n', out);
    s_print_pulls(out, document_member(document, "pull_requests"));
    fputc('\n', out);
    s_print_as_of(out, document);
}
