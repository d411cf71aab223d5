// octolog verify - checks every byte of log and views.

#include "actors/view_store/seal.h"
#include "actors/views/registry.h"
#include "actors/views/view.h"
#include "log/folder.h"
#include "tools/backup/log_backup.h"
#include "tools/command/command.h"
#include "tools/command/log_check.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "verify"

typedef struct {
    command_place_t place; // first: command_run()
    const config_t *config;
    cJSON *problems; // array of lines; without --json printed at once
    uint64_t problem_count;
    uint64_t events, batches;
    size_t views;
    uint64_t checkpoints[CONFIG_VIEWS_MAX]; // of views with a store
    uint64_t since[CONFIG_VIEWS_MAX];       // the same
    bool begun[CONFIG_VIEWS_MAX];           // the view has a store
    command_progress_t progress;
} verify_t;

static void s_on_problem(void *context, const char *text)
{
    verify_t *verify = context;
    verify->problem_count++;
    if (verify->place.json) {
        cJSON_AddItemToArray(verify->problems, cJSON_CreateString(text));
        return;
    }
    command_progress_end(&verify->progress);
    puts(text);
}

__attribute__((format(printf, 2, 3))) static void s_problem(verify_t *verify,
                                                            const char *format,
                                                            ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    s_on_problem(verify, text);
}

// The log.

static void s_on_progress(void *context, uint64_t done, uint64_t total)
{
    verify_t *verify = context;
    command_progress(&verify->progress, done, total);
}

// Prefixes problems of a store with the name of the view.
typedef struct {
    verify_t *verify;
    const char *name;
} place_t;

static void s_on_view_problem(void *context, const char *text)
{
    const place_t *place = context;
    s_problem(place->verify, "view %s: %s", place->name, text);
}

// Opens a store of view i and checks every row; `what` names the store in
// messages (": its snapshot", or nothing). The caller closes it. -ENOENT: there
// is none, which is not a problem. Other errors were reported.
static int s_check_store(verify_t *verify, size_t i, const char *what,
                         int (*open)(view_store_t **store,
                                     const view_store_options_t *options,
                                     failure_t *failure),
                         view_store_t **store)
{
    const char *name = verify->config->views[i];
    char folder[FOLDER_PATH_MAX];
    failure_t failure = {0};
    view_store_options_t options;
    int rc = view_store_options(verify->config, registry_find(name), folder,
                                &options);
    if (rc == 0)
        rc = open(store, &options, &failure);
    if (rc != 0) {
        if (rc != -ENOENT)
            s_problem(verify, "view %s%s: %s", name, what,
                      *failure.reason ? failure.reason : strerrordesc_np(-rc));
        return rc;
    }
    place_t place = {verify, name};
    if (view_store_verify(*store, s_on_view_problem, &place) < 0)
        s_problem(verify, "view %s: the check failed: %s", name,
                  view_store_reason(*store));
    return 0;
}

// Checks a view's snapshot and returns where it ends; 0: there is none.
static uint64_t s_check_snapshot(verify_t *verify, size_t i)
{
    view_store_t *snapshot = NULL;
    if (s_check_store(verify, i, ": its snapshot", view_seal_open, &snapshot) !=
        0)
        return 0;
    uint64_t end = view_store_checkpoint(snapshot).offset;
    view_store_close(&snapshot);
    return end;
}

// Checks that every view can be rebuilt from its snapshot and the log.
static void s_check_snapshots(verify_t *verify, uint64_t first)
{
    for (size_t i = 0; i < verify->config->view_count; i++) {
        uint64_t end = s_check_snapshot(verify, i);
        if (verify->begun[i] && verify->since[i] < first && end < first)
            s_problem(verify,
                      "view %s: the log begins at offset %" PRIu64
                      ", but its snapshot ends at %" PRIu64,
                      verify->config->views[i], first, end);
    }
}

// Checks that no view is ahead of the log.
static void s_check_checkpoints(verify_t *verify, uint64_t end)
{
    for (size_t i = 0; i < verify->config->view_count; i++)
        if (verify->checkpoints[i] > end)
            s_problem(verify,
                      "view %s: is at offset %" PRIu64
                      ", but the log ends at %" PRIu64,
                      verify->config->views[i], verify->checkpoints[i], end);
}

static void s_check_open_log(verify_t *verify, event_log_t *log)
{
    log_check_t check = {
        .problem = s_on_problem,
        .progress = s_on_progress,
        .context = verify,
    };
    int64_t rc = log_check(log, &check);
    verify->events = check.events;
    verify->batches = check.batches;
    if (rc < 0)
        s_problem(verify, "log: the check failed: %s", strerror((int)-rc));
    s_check_checkpoints(verify, event_log_end(log));
    s_check_snapshots(verify, event_log_first(log));
}

// If there is a backup's manifest, checks that log and snapshots match it.
static void s_check_backup(verify_t *verify, const char *log_path)
{
    const char *data_dir = verify->config->data_dir;
    failure_t failure = {0};
    char views[FOLDER_PATH_MAX];
    event_log_t *log = NULL;
    log_backup_t backup;
    int rc = log_backup_read(data_dir, &backup, &failure);
    if (rc == -ENOENT)
        return;
    if (rc == 0)
        rc = log_backup_open(&log, log_path, &backup, &failure);
    event_log_close(&log);
    if (rc == 0)
        rc = folder_path(views, data_dir, "views");
    if (rc == 0)
        rc = backup_seals_check(verify->config, views, &backup.seals, &failure);
    if (rc != 0)
        s_problem(verify, "backup: %s",
                  *failure.reason ? failure.reason : strerrordesc_np(-rc));
}

static void s_check_log(verify_t *verify)
{
    failure_t failure = {0};
    char path[FOLDER_PATH_MAX];
    event_log_t *log = NULL;
    int rc = folder_path(path, verify->config->data_dir, "log");
    if (rc == 0)
        rc = event_log_open(&log, path, EVENT_LOG_READ, NULL, &failure);
    if (rc == 0)
        s_check_open_log(verify, log);
    else
        s_problem(verify, "log: %s",
                  *failure.reason ? failure.reason : strerrordesc_np(-rc));
    event_log_close(&log);
    if (rc == 0)
        s_check_backup(verify, path);
}

// The views.

static void s_check_view(verify_t *verify, size_t i)
{
    view_store_t *store = NULL;
    if (s_check_store(verify, i, "", view_store_open_beside, &store) != 0)
        return;
    verify->checkpoints[i] = view_store_checkpoint(store).offset;
    verify->since[i] = view_store_since(store);
    verify->begun[i] = true;
    verify->views++;
    view_store_close(&store);
}

// Outcome.

static int s_print_json(const verify_t *verify)
{
    cJSON *document = cJSON_CreateObject();
    cJSON_AddBoolToObject(document, "ok", verify->problem_count == 0);
    cJSON_AddNumberToObject(document, "events", (double)verify->events);
    cJSON_AddNumberToObject(document, "batches", (double)verify->batches);
    cJSON_AddNumberToObject(document, "views", (double)verify->views);
    cJSON_AddItemReferenceToObject(document, "problems", verify->problems);
    char *text = cJSON_PrintUnformatted(document);
    int rc = text ? puts(text) : EOF;
    cJSON_free(text);
    cJSON_Delete(document);
    return rc;
}

static int s_print(const verify_t *verify)
{
    int rc = 0;
    if (verify->place.json)
        rc = s_print_json(verify);
    else if (verify->problem_count == 0)
        rc = printf("ok: %" PRIu64 " events, %" PRIu64 " batches, %zu views\n",
                    verify->events, verify->batches, verify->views);
    if (rc < 0 || fflush(stdout) != 0)
        return COMMAND_FAILED;
    return verify->problem_count ? COMMAND_FAILED : COMMAND_OK;
}

// Views first: while octolog runs, the log stays ahead of them. Snapshots last:
// they stay ahead of what the log drops.
static int s_run(void *flags, const config_t *config)
{
    verify_t *verify = flags;
    verify->config = config;
    verify->problems = cJSON_CreateArray();
    if (!verify->problems)
        return command_error(COMMAND_FAILED, NAME, "out of memory");
    command_progress_start(&verify->progress, NAME, "events");
    for (size_t i = 0; i < verify->config->view_count; i++)
        s_check_view(verify, i);
    s_check_log(verify);
    command_progress_end(&verify->progress);
    return s_print(verify);
}

static const char *s_take(void *context, int letter, const char *value)
{
    verify_t *verify = context;

    command_take_place(&verify->place, letter, value);
    return NULL;
}

static int s_main(int argc, char **argv)
{
    verify_t verify = {0};
    const int status =
        command_run(&command_verify, argc, argv, s_take, &verify, s_run);
    cJSON_Delete(verify.problems);
    return status;
}

const command_t command_verify = {
    .usage =
        {
            .name = "octolog verify",
            .summary = "check every byte of log and views",
            .about =
                "Reads the log and the stores of all views completely and "
                "checks every byte: the checksums of all blocks, the checksum "
                "chain from the first batch to the last, the checksums of each "
                "batch, the JSON of each event against its columns, keys, time "
                "indexes, dead letters, counters, and the format of each row "
                "of a view and of its snapshot, which must cover all dropped "
                "events. In a backup, also checks that log and snapshots match "
                "its manifest. Works while octolog runs. To check that the "
                "views match the log, use octolog replay --verify.\n\nPrints "
                "one line per problem, which names the place.",
            .flags = (const usage_flag_t[]){COMMAND_FLAG_CONFIG,
                                            COMMAND_FLAG_DATA,
                                            COMMAND_FLAG_JSON,
                                            {0}},
            .exits =
                (const usage_item_t[]){
                    {"0", "no problems found"},
                    {"1", "problems found, or something could not be read"},
                    {"2", "wrong usage"},
                    {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog verify --data d", "check log and views"}, {0}},
        },
    .run = s_main,
};
