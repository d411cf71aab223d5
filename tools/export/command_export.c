// octolog export - writes the log as hourly archives.

#include "actors/transport/socket.h"
#include "tools/command/out_folder.h"
#include "tools/export/log_export.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NAME "export"

typedef struct {
    out_folder_t out; // first: command_run()
    replay_range_t range;
    log_source_t *source;
    log_export_t done;
} export_t;

static int s_print(const export_t *export)
{
    const log_export_t *done = &export->done;
    int rc =
        export->out.place.json
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

static int s_make(void *context, const char *folder, failure_t *failure)
{
    export_t *export = context;
    return log_export(export->source, &export->range, folder, &export->done,
                      failure);
}

static int s_run(void *flags, const config_t *config)
{
    failure_t failure = {0};
    export_t *export = flags;
    socket_init();
    int rc = log_source_new(&export->source, config,
                            data_dir_running(config->data_dir), &failure);
    if (rc != 0)
        return command_no_log(NAME, config, &failure);
    int status =
        out_folder_write(&export->out, NAME, LOG_EXPORT_MARK, s_make, export);
    if (status == COMMAND_OK)
        status = s_print(export);
    log_source_destroy(&export->source);
    return status;
}

static const char *s_take(void *context, int letter, const char *value)
{
    replay_range_t *range = &((export_t *)context)->range;
    if (letter == 'f')
        return command_take_bound(value, &range->from, &range->time_from);
    if (letter == 'u')
        return command_take_bound(value, &range->until, &range->time_until);
    return out_folder_take(context, letter, value);
}

static int s_main(int argc, char **argv)
{
    export_t export = {.range = replay_range_all};
    return command_run(&command_export, argc, argv, s_take, &export, s_run);
}

const command_t command_export = {
    .usage =
        {
            .name = "octolog export",
            .summary = "write the log as hourly archives",
            .about =
                "Writes the events of the log to hourly files, in the format "
                "of public archives: YYYY-MM-DD-H.json.gz by time of creation, "
                "one event per line as it was received, in the order of the "
                "log. manifest.json lists each file with its events, bytes, "
                "first and last offset and time, and the SHA-256 of its "
                "content (zcat FILE | sha256sum). Works while octolog runs. "
                "The same range of the log always gives the same bytes. "
                "octolog import reads the files.",
            .flags =
                (const usage_flag_t[]){
                    COMMAND_FLAG_CONFIG,
                    COMMAND_FLAG_DATA,
                    OUT_FOLDER_FLAGS("export"),
                    {.letter = 'f',
                     .name = "from",
                     .value = "OFFSET|TIME",
                     .about = "only events from this offset in the log, or "
                              "created at this time or later"},
                    {.letter = 'u',
                     .name = "until",
                     .value = "OFFSET|TIME",
                     .about = "only events before this offset or time"},
                    COMMAND_FLAG_JSON,
                    {0}},
            .exits = (const usage_item_t[]){{"0", "export complete"},
                                            {"1", "export failed"},
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
