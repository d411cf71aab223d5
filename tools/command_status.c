// octolog status - what runs, how far it is, and what the log holds.

#include "actors/actor.h"
#include "actors/socket.h"
#include "log/event_log.h"
#include "proto/time_text.h"
#include "tools/command.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Everything asked here is answered from memory; a second is patience.
#define DEADLINE_MS 1000

// What is known; the JSON documents are built first, and printed as they are
// or as a table.
typedef struct {
    const config_t *config;
    bool running;
    cJSON *document;
} status_t;

static void s_add_text(cJSON *object, const char *name, slice_t text)
{
    char copy[1024];

    snprintf(copy, sizeof copy, "%.*s", (int)text.bytes,
             text.data ? text.data : "");
    cJSON_AddStringToObject(object, name, copy);
}

static void s_add_number(cJSON *object, const char *name, uint64_t number)
{
    cJSON_AddNumberToObject(object, name, (double)number);
}

// null where there was no such time.
static void s_add_time(cJSON *object, const char *name, int64_t time_us)
{
    char text[TIME_TEXT_US_BYTES];

    if (time_us <= 0) {
        cJSON_AddNullToObject(object, name);
        return;
    }
    time_text_format_us(time_us, text);
    cJSON_AddStringToObject(object, name, text);
}

static void s_add_actor(cJSON *list, const message_actor_t *actor)
{
    cJSON *item = cJSON_CreateObject();

    s_add_text(item, "name", actor->name);
    s_add_number(item, "pid", actor->pid);
    s_add_text(item, "state", actor->state);
    s_add_number(item, "restarts", actor->restarts);
    s_add_number(item, "lag",
                 actor->end > actor->offset ? actor->end - actor->offset : 0);
    s_add_time(item, "started_at", actor->started_at_us);
    s_add_time(item, "last_beat_at", actor->last_beat_at_us);
    s_add_text(item, "last_exit", actor->last_exit);
    cJSON_AddItemToArray(list, item);
}

static void s_add_source(cJSON *list, const message_source_t *source)
{
    cJSON *item = cJSON_CreateObject();

    s_add_text(item, "name", source->name);
    s_add_text(item, "state", source->state);
    s_add_text(item, "error", source->error);
    s_add_number(item, "last_status", source->last_status);
    s_add_number(item, "polls", source->polls);
    s_add_number(item, "events", source->events);
    s_add_number(item, "gaps", source->gaps);
    s_add_time(item, "last_poll_at", source->last_poll_at_us);
    s_add_time(item, "next_poll_at", source->next_poll_at_us);
    cJSON_AddItemToArray(list, item);
}

static void s_add_log(status_t *status, const message_log_stats_t *stats)
{
    cJSON *log = cJSON_AddObjectToObject(status->document, "log");

    s_add_number(log, "first", stats->first);
    s_add_number(log, "end", stats->end);
    s_add_number(log, "bytes", stats->bytes);
    s_add_number(log, "duplicates", stats->duplicates);
    s_add_number(log, "rejects", stats->rejects);
    s_add_time(log, "oldest_event",
               (int64_t)stats->oldest_created_at * 1000000);
    s_add_time(log, "newest_event",
               (int64_t)stats->newest_created_at * 1000000);
}

// Adds what an answer says. -EBADMSG: it is not an answer to what was asked.
static int s_add_answer(status_t *status, const message_t *answer)
{
    slice_t rest;
    message_t item;
    cJSON *list;

    if (answer->kind == MESSAGE_LOG_STATS) {
        s_add_log(status, &answer->log_stats);
        return 0;
    }
    if (answer->kind == MESSAGE_ACTORS) {
        list = cJSON_AddArrayToObject(status->document, "actors");
        rest = answer->actors.actors;
    } else if (answer->kind == MESSAGE_SOURCES) {
        list = cJSON_AddArrayToObject(status->document, "sources");
        rest = answer->sources.sources;
    } else {
        return -EBADMSG;
    }
    while (message_list_next(&rest, &item) == 1) {
        if (item.kind == MESSAGE_ACTOR)
            s_add_actor(list, &item.actor);
        else if (item.kind == MESSAGE_SOURCE)
            s_add_source(list, &item.source);
    }
    return 0;
}

static int s_ask(status_t *status, const char *endpoint, message_kind_t kind)
{
    const message_t question = {.kind = kind};
    request_t *request = request_new(status->config, endpoint);
    message_t answer;
    int rc = request ? request_ask(request, &question, DEADLINE_MS, &answer)
                     : -ENOMEM;

    if (rc == 0)
        rc = s_add_answer(status, &answer);
    request_destroy(&request);
    return rc;
}

// An actor that is down at this moment is shown as such; only the supervisor
// must answer.
static int s_ask_all(status_t *status)
{
    int rc = s_ask(status, "supervisor", MESSAGE_ACTORS_ASK);

    if (rc)
        return command_error(COMMAND_FAILED, "status",
                             "the supervisor does not answer: %s",
                             strerror(-rc));
    (void)s_ask(status, "log", MESSAGE_LOG_STATS_ASK);
    if (status->config->fetch)
        (void)s_ask(status, "fetcher", MESSAGE_SOURCES_ASK);
    return COMMAND_OK;
}

static int s_read_log(status_t *status)
{
    char reason[EVENT_LOG_REASON_MAX], *path = NULL;
    event_log_t *log = NULL;
    event_log_stats_t stats;

    if (asprintf(&path, "%s/log", status->config->data_dir) < 0)
        return command_error(COMMAND_FAILED, "status", "out of memory");
    int rc = event_log_open(&log, path, EVENT_LOG_READ, NULL, reason);
    free(path);
    if (rc == -ENOENT)
        return COMMAND_ABSENT;
    if (rc == 0)
        rc = event_log_stats(log, &stats);
    if (rc) {
        command_error(COMMAND_FAILED, "status", "%s",
                      log ? strerror(-rc) : reason);
        event_log_close(&log);
        return COMMAND_FAILED;
    }
    s_add_log(status, &(message_log_stats_t){
                          .first = stats.first,
                          .end = stats.end,
                          .bytes = stats.bytes,
                          .duplicates = stats.duplicates,
                          .rejects = stats.rejects,
                          .oldest_created_at = stats.oldest_created_at,
                          .newest_created_at = stats.newest_created_at});
    event_log_close(&log);
    return COMMAND_ABSENT;
}

static const char *s_text(const cJSON *object, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    return text && *text ? text : "-";
}

static double s_number(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static void s_print_tables(const status_t *status)
{
    const cJSON *document = status->document, *item;
    const cJSON *log = cJSON_GetObjectItemCaseSensitive(document, "log");
    const cJSON *actors = cJSON_GetObjectItemCaseSensitive(document, "actors");
    const cJSON *sources =
        cJSON_GetObjectItemCaseSensitive(document, "sources");

    printf("octolog is %s (data %s)\n",
           status->running ? "running" : "not running",
           status->config->data_dir);
    if (log)
        printf("log: offsets %.0f to %.0f, %.0f bytes, %.0f duplicates "
               "dropped, %.0f dead letters\n     events from %s to %s\n",
               s_number(log, "first"), s_number(log, "end"),
               s_number(log, "bytes"), s_number(log, "duplicates"),
               s_number(log, "rejects"), s_text(log, "oldest_event"),
               s_text(log, "newest_event"));
    else
        puts(status->running ? "log: it does not answer"
                             : "log: there is none yet");
    if (actors)
        printf("\n%-16s %8s %-12s %8s %10s  %s\n", "ACTOR", "PID", "STATE",
               "RESTARTS", "LAG", "LAST EXIT");
    cJSON_ArrayForEach(item, actors)
        printf("%-16s %8.0f %-12s %8.0f %10.0f  %s\n", s_text(item, "name"),
               s_number(item, "pid"), s_text(item, "state"),
               s_number(item, "restarts"), s_number(item, "lag"),
               s_text(item, "last_exit"));
    if (sources)
        printf("\n%-12s %8s %10s %6s  %s\n", "SOURCE", "POLLS", "EVENTS",
               "GAPS", "URL");
    cJSON_ArrayForEach(item, sources)
        printf("%-12s %8.0f %10.0f %6.0f  %s\n", s_text(item, "state"),
               s_number(item, "polls"), s_number(item, "events"),
               s_number(item, "gaps"), s_text(item, "name"));
}

static int s_print_json(const status_t *status)
{
    char *text = cJSON_Print(status->document);

    if (!text)
        return command_error(COMMAND_FAILED, "status", "out of memory");
    puts(text);
    free(text);
    return COMMAND_OK;
}

static int s_show(const config_t *config, bool json)
{
    status_t status = {.config = config,
                       .running = data_dir_running(config->data_dir),
                       .document = cJSON_CreateObject()};

    cJSON_AddBoolToObject(status.document, "running", status.running);
    cJSON_AddStringToObject(status.document, "data", config->data_dir);
    int rc = status.running ? s_ask_all(&status) : s_read_log(&status);
    if (rc != COMMAND_FAILED) {
        if (!json)
            s_print_tables(&status);
        else if (s_print_json(&status))
            rc = COMMAND_FAILED;
    }
    cJSON_Delete(status.document);
    return rc;
}

static const char *s_take(void *context, int letter, const char *value)
{
    command_take_place(context, letter, value);
    return NULL;
}

static int s_main(int argc, char **argv)
{
    command_place_t place = {0};
    int status;

    if (usage_parse(&command_status.usage, argc, argv, s_take, &place,
                    &status) < 0)
        return status;
    config_t *config = command_load_config("status", &place);
    if (!config)
        return COMMAND_FAILED;
    status = s_show(config, place.json);
    config_destroy(&config);
    return status;
}

const command_t command_status = {
    .usage =
        {
            .name = "octolog status",
            .summary = "what runs, and how far it is",
            .about = "Prints the actors, the log and the sources of the "
                     "octolog that runs on the data directory. When none runs, "
                     "says so and prints what the log holds.",
            .flags = (const usage_flag_t[]){COMMAND_FLAG_CONFIG,
                                            COMMAND_FLAG_DATA,
                                            COMMAND_FLAG_JSON,
                                            {0}},
            .exits = (const usage_item_t[]){{"0", "it runs"},
                                            {"1", "it does not answer, or the "
                                                  "log cannot be read"},
                                            {"2", "wrong usage"},
                                            {"3", "it does not run"},
                                            {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog status --data d --json", "for a script"}, {0}},
        },
    .run = s_main,
};
