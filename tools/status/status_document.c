#include "tools/status/status_document.h"

#include "actors/runtime/clock.h"
#include "actors/transport/socket.h"
#include "proto/base/time_text.h"
#include "tools/cli/document.h"
#include "tools/cli/figures.h"
#include "tools/command/data_dir.h"
#include "tools/query/local_answers.h"
#include "tools/query/rest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define RATE_WINDOW_S 300
#define LOOK_MS       30000

static void s_add_disk(cJSON *document, const config_t *config)
{
    struct statvfs disk;
    if (statvfs(config->data_dir, &disk) != 0)
        return;
    cJSON_AddNumberToObject(document, "disk_free_bytes",
                            (double)disk.f_bavail * (double)disk.f_frsize);
    cJSON_AddNumberToObject(document, "disk_bytes",
                            (double)disk.f_blocks * (double)disk.f_frsize);
}

// The supervisor writes its effective settings when it starts, so the age of
// that file is the uptime.
static void s_add_start(cJSON *document, const config_t *config)
{
    char text[TIME_TEXT_BYTES], path[FOLDER_PATH_MAX];
    struct stat status;
    if (data_dir_settings(config->data_dir, path) != 0 ||
        stat(path, &status) != 0)
        return;
    time_text_format((uint32_t)status.st_mtim.tv_sec, text);
    cJSON_AddStringToObject(document, "started_at", text);
}

static void s_add_rate(cJSON *document, double rate, const char *over)
{
    cJSON_AddNumberToObject(document, "events_per_second", rate);
    cJSON_AddStringToObject(document, "rate_over", over);
}

// Adds the rate since the older sample; false: there is none.
static bool s_find_rate(cJSON *document, status_looks_t *looks)
{
    const cJSON *log = document_member(document, "log");
    const status_look_t now = {document_count(log, "end_offset"),
                               clock_tick_ms()};
    const status_look_t before = looks->older;
    char over[64];
    figure_t figure;
    if (before.at_ms == 0)
        looks->older = looks->newer = now;
    else if (now.at_ms - looks->newer.at_ms >= LOOK_MS) {
        looks->older = looks->newer;
        looks->newer = now;
    }
    if (before.at_ms == 0 || now.at_ms == before.at_ms || now.end < before.end)
        return false;
    const double seconds = (double)(now.at_ms - before.at_ms) / 1000;
    snprintf(over, sizeof over, "over the last %s",
             figure_duration(&figure, seconds));
    s_add_rate(document, (double)(now.end - before.end) / seconds, over);
    return true;
}

// For the first sample: estimates the rate from recently created events.
static void s_guess_rate(cJSON *document, rest_t *rest, int64_t now_us)
{
    cJSON *counts =
        rest_get_json(rest, now_us, "/v1/agg_event_counts", "offset_minutes=5");
    const cJSON *count;
    double total = 0;
    cJSON_ArrayForEach(count, document_member(counts, "counts")) total +=
        count->valuedouble;
    if (counts)
        s_add_rate(document, total / RATE_WINDOW_S,
                   "created in the last 5 minutes");
    cJSON_Delete(counts);
}

// Moves the members of a document of the REST service into ours.
static bool s_add_all(cJSON *document, rest_t *rest, int64_t now_us,
                      const char *path)
{
    cJSON *answer = rest_get_json(rest, now_us, path, NULL);
    const bool answered = answer != NULL;
    while (answer && answer->child) {
        cJSON *member = cJSON_DetachItemViaPointer(answer, answer->child);
        cJSON_AddItemToObject(document, member->string, member);
    }
    cJSON_Delete(answer);
    return answered;
}

static void s_add_log(cJSON *document, rest_t *rest, int64_t now_us)
{
    cJSON *log = rest_get_json(rest, now_us, "/v1/log", NULL);
    cJSON_AddItemToObject(document, "log", log ? log : cJSON_CreateNull());
}

static int s_ask_running(cJSON *document, const config_t *config,
                         status_looks_t *looks, failure_t *failure)
{
    const int64_t now_us = clock_now_us();
    socket_init();
    rest_t *rest = rest_new(config, ask_new(config, NULL, NULL));
    if (!rest)
        return failure_set(failure, -ENOMEM, "out of memory");
    s_add_start(document, config);
    s_add_log(document, rest, now_us);
    if (!s_find_rate(document, looks))
        s_guess_rate(document, rest, now_us);
    int rc = 0;
    if (!s_add_all(document, rest, now_us, "/v1/actors")) {
        rc = failure_set(failure, -ETIMEDOUT, "the supervisor does not answer");
    } else if (!s_add_all(document, rest, now_us, "/v1/sources")) {
        cJSON_AddNullToObject(document, "sources");
    }
    rest_destroy(&rest);
    return rc;
}

static int s_ask_directory(cJSON *document, const config_t *config,
                           failure_t *failure)
{
    const local_moment_t now = {0};
    local_answers_t *answers = NULL;
    int rc = local_answers_new(&answers, config, &now, failure);
    if (rc == -ENOENT) {
        cJSON_AddNullToObject(document, "log");
        return -ENOENT;
    }
    if (rc != 0)
        return rc;
    rest_t *rest =
        rest_new(config, ask_new_answered(local_answers_ask, answers));
    if (rest)
        s_add_log(document, rest, clock_now_us());
    rest_destroy(&rest);
    local_answers_destroy(&answers);
    return -ENOENT;
}

int status_document_new(cJSON **document, const config_t *config,
                        status_looks_t *looks, failure_t *failure)
{
    cJSON *made = cJSON_CreateObject();
    const bool running = data_dir_running(config->data_dir);
    if (!made)
        return failure_set(failure, -ENOMEM, "out of memory");
    cJSON_AddBoolToObject(made, "running", running);
    cJSON_AddStringToObject(made, "data", config->data_dir);
    s_add_disk(made, config);
    int rc = running ? s_ask_running(made, config, looks, failure)
                     : s_ask_directory(made, config, failure);
    if (rc == 0 || rc == -ENOENT)
        *document = made;
    else
        cJSON_Delete(made);
    return rc;
}
