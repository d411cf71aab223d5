// octolog status - shows the state of octolog on one screen.

#include "actors/runtime/clock.h"
#include "tools/cli/terminal.h"
#include "tools/cli/watch.h"
#include "tools/command/command.h"
#include "tools/status/status_document.h"
#include "tools/status/status_screen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NAME "status"

// All answers come from memory, so a second is ample.
#define DEADLINE_MS 1000

#define WATCH_S     2 // --watch alone
#define WATCH_MAX_S 86400

typedef struct {
    command_place_t place; // first: command_take_place()
    int watch_s;           // 0: once
    const char *colour;    // the WHEN of --color
    status_looks_t looks;
} flags_t;

static int s_print(const flags_t *flags, const cJSON *document, FILE *out)
{
    if (!flags->place.json) {
        status_screen_print(
            out, document, clock_now_us() / 1000000,
            terminal_wants_colour(STDOUT_FILENO, flags->colour));
        return COMMAND_OK;
    }
    char *text = flags->watch_s > 0 ? cJSON_PrintUnformatted(document)
                                    : cJSON_Print(document);
    if (!text)
        return command_error(COMMAND_FAILED, NAME, "out of memory");
    fprintf(out, "%s\n", text);
    cJSON_free(text);
    return COMMAND_OK;
}

// Collects and prints once. The settings are read each time: octolog may be
// restarted with others.
static int s_look(flags_t *flags, FILE *out)
{
    failure_t failure = {0};
    config_t *config = command_load_config(NAME, &flags->place);
    cJSON *document = NULL;
    if (!config)
        return COMMAND_FAILED;
    config->http_deadline_ms = DEADLINE_MS;
    int rc = status_document_new(&document, config, &flags->looks, &failure);
    int status =
        rc == 0         ? COMMAND_OK
        : rc == -ENOENT ? COMMAND_ABSENT
        : flags->watch_s > 0
            ? fprintf(out, "octolog status: %s\n", failure.reason) < 0
            : command_error(COMMAND_FAILED, NAME, "%s", failure.reason);
    if (document && s_print(flags, document, out) != COMMAND_OK)
        status = COMMAND_FAILED;
    cJSON_Delete(document);
    config_destroy(&config);
    return status;
}

static int s_show_frame(flags_t *flags, const watch_t *watch)
{
    char *frame = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&frame, &bytes);
    if (!out)
        return command_error(COMMAND_FAILED, NAME, "out of memory");
    int status = s_look(flags, out);
    if (fclose(out) != 0 || !watch_show(watch, frame, bytes))
        status = COMMAND_FAILED;
    free(frame);
    return status;
}

static int s_watch(flags_t *flags)
{
    watch_t watch;
    int status;
    watch_begin(&watch);
    do
        status = s_show_frame(flags, &watch);
    while (status != COMMAND_FAILED && watch_wait(&watch, flags->watch_s));
    watch_end(&watch);
    return status == COMMAND_FAILED ? COMMAND_FAILED : COMMAND_OK;
}

static const char *s_take_watch(const char *value, int *seconds)
{
    uint64_t number;
    *seconds = WATCH_S;
    if (!value)
        return NULL;
    if (!usage_number(value, 1, WATCH_MAX_S, &number))
        return "not a number of seconds from 1 to 86400";
    *seconds = (int)number;
    return NULL;
}

static const char *s_take(void *context, int letter, const char *value)
{
    flags_t *flags = context;
    if (letter == 'w')
        return s_take_watch(value, &flags->watch_s);
    if (letter == 'C')
        flags->colour = value;
    else
        command_take_place(&flags->place, letter, value);
    return NULL;
}

static int s_main(int argc, char **argv)
{
    flags_t flags = {0};
    int status;
    if (usage_parse(&command_status.usage, argc, argv, s_take, &flags,
                    &status) < 0)
        return status;
    if (flags.watch_s > 0)
        return s_watch(&flags);
    status = s_look(&flags, stdout);
    return fflush(stdout) ? COMMAND_FAILED : status;
}

const command_t command_status = {
    .usage =
        {
            .name = "octolog status",
            .summary = "show what is running and how far it is",
            .about = "Shows the state of octolog on one screen: uptime, events "
                     "per second, the log and free disk space, every actor "
                     "with its restarts and its lag, every source with its "
                     "quota and coverage. If octolog is not running, says so "
                     "and shows the log.",
            .flags =
                (const usage_flag_t[]){
                    {.letter = 'w',
                     .name = "watch",
                     .value = "[=SECONDS]",
                     .about = "update the screen every 2 s, or every SECONDS, "
                              "until Ctrl-C"},
                    COMMAND_FLAG_COLOR,
                    COMMAND_FLAG_CONFIG,
                    COMMAND_FLAG_DATA,
                    {.letter = 'j',
                     .name = "json",
                     .about = "print JSON in the format of the REST service; "
                              "with --watch one line per update"},
                    {0}},
            .exits =
                (const usage_item_t[]){
                    {"0", "octolog is running, or --watch ended"},
                    {"1", "octolog does not answer, or the log cannot be read"},
                    {"2", "wrong usage"},
                    {"3", "octolog is not running"},
                    {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog status --watch", "keep an eye on it"},
                    {"octolog status --data d --json", "for a script"},
                    {0}},
        },
    .run = s_main,
};
