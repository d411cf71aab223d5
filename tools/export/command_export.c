// octolog export - the log as hourly archives.

#include "actors/transport/socket.h"
#include "tools/command/command.h"
#include "tools/command/staged_folder.h"
#include "tools/export/log_export.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NAME "export"

typedef struct {
    command_place_t place; // first: command_begin()
    const char *out;
    replay_range_t range;
    bool force;
} flags_t;

static int s_print(const flags_t *flags, const log_export_t *done)
{
    int rc =
        flags->place.json
            ? printf("{\"files\":%zu,\"events\":%" PRIu64 ",\"bytes\":%" PRIu64
                     ",\"gz_bytes\":%" PRIu64 ",\"joined\":%" PRIu64
                     ",\"from_offset\":%" PRIu64 ",\"until_offset\":%" PRIu64
                     "}\n",
                     done->files, done->events, done->bytes, done->gz_bytes,
                     done->joined, done->range.from, done->range.until)
            : printf("%zu files, %" PRIu64 " events, %" PRIu64
                     " bytes, %" PRIu64 " bytes gzipped\n",
                     done->files, done->events, done->bytes, done->gz_bytes);
    return rc < 0 || fflush(stdout) != 0 ? COMMAND_FAILED : COMMAND_OK;
}

// Into a folder that gets its name at the end.
static int s_export(const flags_t *flags, log_source_t *source)
{
    char reason[LOG_SOURCE_REASON_MAX];
    staged_folder_t *folder = NULL;
    log_export_t done = {0};
    if (staged_folder_begin(&folder, flags->out,
                            flags->force ? LOG_EXPORT_MARK : NULL, reason) != 0)
        return command_error(COMMAND_FAILED, NAME, "--out: %s", reason);
    int rc = log_export(source, &flags->range, staged_folder_path(folder),
                        &done, reason);
    if (rc == 0)
        rc = staged_folder_finish(&folder, reason);
    staged_folder_abandon(&folder);
    return rc ? command_error(COMMAND_FAILED, NAME, "%s", reason)
              : s_print(flags, &done);
}

static int s_run(const flags_t *flags, const config_t *config)
{
    char reason[LOG_SOURCE_REASON_MAX];
    log_source_t *source = NULL;
    socket_init();
    int rc = log_source_new(&source, config, data_dir_running(config->data_dir),
                            reason);
    int status =
        rc ? command_no_log(NAME, config, rc, reason) : s_export(flags, source);
    log_source_destroy(&source);
    return status;
}

static const char *s_take(void *context, int letter, const char *value)
{
    flags_t *flags = context;
    switch (letter) {
    case 'o':
        flags->out = value;
        return NULL;
    case 'f':
        return command_take_bound(value, &flags->range.from,
                                  &flags->range.time_from);
    case 'u':
        return command_take_bound(value, &flags->range.until,
                                  &flags->range.time_until);
    case 'F':
        flags->force = true;
        return NULL;
    default:
        command_take_place(&flags->place, letter, value);
        return NULL;
    }
}

static int s_main(int argc, char **argv)
{
    flags_t flags = {.range = replay_range_all};
    int status;
    config_t *config =
        command_begin(&command_export, argc, argv, s_take, &flags, &status);
    if (!config)
        return status;
    status = s_run(&flags, config);
    config_destroy(&config);
    return status;
}

const command_t command_export = {
    .usage =
        {
            .name = "octolog export",
            .summary = "write the log as hourly archives",
            .about =
                "Writes the events of the log as the hourly files that public "
                "archives are made of: YYYY-MM-DD-H.json.gz, by the time of "
                "creation, one event a line, in the order of the log, each as "
                "it was received. Beside them is manifest.json: for each file "
                "its events, bytes, first and last offset and time, and the "
                "SHA-256 of its content (zcat FILE | sha256sum). Works beside "
                "a running octolog; the same range of the log gives the same "
                "bytes, and octolog import takes them in again.",
            .flags =
                (const usage_flag_t[]){
                    COMMAND_FLAG_CONFIG,
                    COMMAND_FLAG_DATA,
                    COMMAND_FLAG_OUT,
                    COMMAND_FLAG_FORCE("export"),
                    {.letter = 'f',
                     .name = "from",
                     .value = "OFFSET|TIME",
                     .about = "only events from this offset of the log, or "
                              "created at this time or later"},
                    {.letter = 'u',
                     .name = "until",
                     .value = "OFFSET|TIME",
                     .about = "only those before"},
                    COMMAND_FLAG_JSON,
                    {0}},
            .exits = (const usage_item_t[]){{"0", "all is on disk"},
                                            {"1", "it is not"},
                                            {"2", "wrong usage"},
                                            {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog export --data d --out archive --until "
                     "2016-01-02T00:00:00Z",
                     "everything created before 2016-01-02"},
                    {0}},
        },
    .run = s_main,
};
