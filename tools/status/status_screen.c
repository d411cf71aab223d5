#include "tools/status/status_screen.h"

#include "proto/base/time_text.h"
#include "tools/cli/document.h"
#include "tools/cli/figures.h"

#include <string.h>

#define S_GREEN  "\033[32m"
#define S_YELLOW "\033[33m"
#define S_RED    "\033[31m"
#define S_BOLD   "\033[1m"
#define S_RESET  "\033[0m"

typedef struct {
    FILE *out;
    int64_t now;
    bool colour;
} screen_t;

static void s_print_painted(const screen_t *screen, const char *colour,
                            const char *text, int width)
{
    const bool painted = screen->colour && *colour;
    if (painted)
        fputs(colour, screen->out);
    figure_print_name(screen->out, slice_of(text), width, width > 0);
    if (painted)
        fputs(S_RESET, screen->out);
}

// The time since a time in the document, or until it; "-": unknown.
static const char *s_age(const screen_t *screen, figure_t *figure,
                         const cJSON *object, const char *name)
{
    uint32_t seconds;
    if (time_text_parse(slice_of(document_text(object, name)), &seconds) != 0)
        return "-";
    const double age = (double)(screen->now - (int64_t)seconds);
    return age == 0 ? "0 s" : figure_duration(figure, age < 0 ? -age : age);
}

static void s_print_head(const screen_t *screen, const cJSON *document)
{
    const bool running = cJSON_IsTrue(document_member(document, "running"));
    figure_t figure;
    fputs("octolog is ", screen->out);
    s_print_painted(screen, running ? S_GREEN : S_RED,
                    running ? "running" : "not running", 0);
    if (running)
        fprintf(screen->out, ", up %s",
                s_age(screen, &figure, document, "started_at"));
    fprintf(screen->out, ", on %s\n", document_text(document, "data"));
}

static void s_print_rate(const screen_t *screen, const cJSON *document)
{
    const cJSON *rate = document_member(document, "events_per_second");
    if (cJSON_IsNumber(rate))
        fprintf(screen->out, "rate     %.1f events/s (%s)\n", rate->valuedouble,
                document_text(document, "rate_over"));
}

// Prints the retention limits and the end of each view's snapshot; nothing if
// all events are kept.
static void s_print_retention(const screen_t *screen, const cJSON *retention)
{
    const double age = document_number(retention, "age_seconds");
    const double bytes = document_number(retention, "bytes");
    const cJSON *view;
    figure_t figure;
    if (age <= 0 && bytes <= 0)
        return;
    fputs("kept    ", screen->out);
    if (age > 0)
        fprintf(screen->out, " %s", figure_duration(&figure, age));
    if (bytes > 0)
        fprintf(screen->out, " %s", figure_bytes(&figure, bytes));
    fprintf(screen->out, ", from offset %s; snapshots to",
            figure_count(&figure, document_count(retention, "keep_offset")));
    cJSON_ArrayForEach(view, document_member(retention, "sealed"))
    {
        fputc(' ', screen->out);
        figure_print_name(screen->out, slice_of(view->string), 0, false);
        fprintf(screen->out, " %s",
                figure_count(&figure, document_as_count(view->valuedouble)));
    }
    fputc('\n', screen->out);
}

static void s_print_log(const screen_t *screen, const cJSON *document)
{
    const cJSON *log = document_member(document, "log");
    const uint64_t rejects = document_count(log, "rejects");
    figure_t first, end, bytes, available, other;
    if (!cJSON_IsObject(log)) {
        fprintf(screen->out, "log      %s\n",
                cJSON_IsTrue(document_member(document, "running"))
                    ? "the journal does not answer"
                    : "there is no log yet");
        return;
    }
    fprintf(
        screen->out, "log      offsets %s to %s, %s, disk free %s\n",
        figure_count(&first, document_count(log, "first_offset")),
        figure_count(&end, document_count(log, "end_offset")),
        figure_bytes(&bytes, document_number(log, "bytes")),
        figure_bytes(&available, document_number(document, "disk_free_bytes")));
    fprintf(screen->out, "         %s duplicates dropped, ",
            figure_count(&other, document_count(log, "duplicates")));
    s_print_painted(screen, rejects ? S_YELLOW : "",
                    figure_count(&other, rejects), 0);
    fprintf(screen->out, " dead letter%s\n", rejects == 1 ? "" : "s");
    fprintf(screen->out, "events   %s to %s, last arrived %s ago\n",
            document_text(log, "oldest_event_at"),
            document_text(log, "newest_event_at"),
            s_age(screen, &other, log, "last_journaled_at"));
    s_print_retention(screen, document_member(log, "retention"));
}

static const char *s_state_colour(const char *state)
{
    static const char *const good[] = {"live", "polling", "waiting"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (strcmp(state, good[i]) == 0)
            return S_GREEN;
    }
    static const char *const bad[] = {"failed", "denied", "gone", "not found"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (strcmp(state, bad[i]) == 0)
            return S_RED;
    }
    return S_YELLOW;
}

static void s_print_actor(const screen_t *screen, const cJSON *actor)
{
    const char *state = document_text(actor, "state");
    figure_t lag, up;
    s_print_painted(screen, "", document_text(actor, "name"), 13);
    fputc(' ', screen->out);
    s_print_painted(screen, s_state_colour(state), state, 11);
    fprintf(screen->out, " %7.0f %8.0f %11s %12s  %s\n",
            document_number(actor, "pid"), document_number(actor, "restarts"),
            s_age(screen, &up, actor, "started_at"),
            figure_count(&lag, document_count(actor, "lag")),
            document_text(actor, "last_exit"));
}

// Prints a heading and the rows; nothing if there are no rows.
static void s_print_table(const screen_t *screen, const char *heads,
                          const cJSON *rows,
                          void (*print)(const screen_t *screen,
                                        const cJSON *row))
{
    const cJSON *row;
    if (cJSON_GetArraySize(rows) == 0)
        return;
    fputc('\n', screen->out);
    s_print_painted(screen, S_BOLD, heads, 0);
    fputc('\n', screen->out);
    cJSON_ArrayForEach(row, rows) print(screen, row);
}

static void s_print_actors(const screen_t *screen, const cJSON *actors)
{
    s_print_table(screen,
                  "ACTOR         STATE           PID RESTARTS          UP"
                  "          LAG  LAST EXIT",
                  actors, s_print_actor);
}

// "4,312 of 5,000".
static void s_format_quota(const cJSON *source, char *text, size_t room)
{
    const cJSON *quota = document_member(source, "quota");
    figure_t remaining, limit;
    if (cJSON_IsObject(quota))
        snprintf(text, room, "%s of %s",
                 figure_count(&remaining, document_count(quota, "remaining")),
                 figure_count(&limit, document_count(quota, "limit")));
    else
        snprintf(text, room, "-");
}

static void s_print_source(const screen_t *screen, const cJSON *source)
{
    const char *state = document_text(source, "state");
    const char *error = document_text(source, "error");
    const cJSON *coverage = document_member(source, "coverage");
    const uint64_t gaps = document_count(source, "gaps");
    char quota[64], covered[FIGURES_MAX] = "-";
    figure_t polled, next, events, figure;
    s_format_quota(source, quota, sizeof quota);
    if (cJSON_IsNumber(coverage))
        snprintf(covered, sizeof covered, "%.1f %%",
                 coverage->valuedouble * 100);
    s_print_painted(screen, s_state_colour(state), state, 12);
    fprintf(screen->out, " %11s %11s %17s %7s ",
            s_age(screen, &polled, source, "last_poll_at"),
            s_age(screen, &next, source, "next_poll_at"), quota, covered);
    snprintf(covered, sizeof covered, "%5s", figure_count(&figure, gaps));
    s_print_painted(screen, gaps ? S_YELLOW : "", covered, 0);
    fprintf(screen->out, " %10s\n  ",
            figure_count(&events, document_count(source, "events")));
    s_print_painted(screen, "", document_text(source, "name"), 0);
    if (strcmp(error, "-") != 0) {
        fputs("\n  ", screen->out);
        s_print_painted(screen, S_YELLOW, error, 0);
    }
    fputc('\n', screen->out);
}

static void s_print_sources(const screen_t *screen, const cJSON *sources)
{
    s_print_table(screen,
                  "SOURCE        POLLED AGO     NEXT IN        QUOTA LEFT "
                  "COVERED  GAPS     EVENTS",
                  sources, s_print_source);
}

void status_screen_print(FILE *out, const cJSON *document, int64_t now,
                         bool colour)
{
    const screen_t screen = {out, now, colour};
    s_print_head(&screen, document);
    s_print_rate(&screen, document);
    s_print_log(&screen, document);
    s_print_actors(&screen, document_member(document, "actors"));
    s_print_sources(&screen, document_member(document, "sources"));
}
