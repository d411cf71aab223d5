// octolog import - appends the events of archives to the log.

#include "actors/runtime/clock.h"
#include "tools/command/command.h"
#include "tools/import/importer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "import"

typedef struct {
    command_place_t place; // first: command_take_place()
    const config_t *config;
    char **paths;
    size_t path_count;
    archive_feed_t *feed;
    import_sink_t *sink;
    importer_t *importer;
    command_progress_t progress;
    int64_t begun_us;
    uint64_t done_bytes; // of the archives before the current one
    bool running;        // octolog runs and owns the data directory
    data_dir_t dir;
    bool approved; // something was approved: the data directory is owned
    char *source;  // of the current archive; NULL: not begun
} import_t;

// Reports why the import ends, and what is in the log.
static int s_fail(import_t *import, const char *why, const char *consequence)
{
    message_ack_t totals = {0};
    if (import->sink)
        totals = import_sink_totals(import->sink);
    command_progress_end(&import->progress);
    if (totals.appended == 0 && totals.rejects == 0)
        return command_error(COMMAND_FAILED, NAME, "%s; nothing was imported",
                             why);
    return command_error(COMMAND_FAILED, NAME,
                         "%s; %s%" PRIu64 " events are in the log", why,
                         consequence, totals.appended);
}

// Events before the bad archive still go into the log.
static int s_fail_archive(import_t *import)
{
    if (import->approved && import_sink_finish(import->sink) != 0)
        return s_fail(import, import_sink_reason(import->sink), "");
    return s_fail(import, archive_feed_reason(import->feed),
                  "nothing from it or after it was imported; ");
}

// The data directory is created and owned only when there is something to
// write, so a bad archive leaves nothing behind.
static int s_approve(import_t *import)
{
    if (!import->approved && !import->running) {
        command_progress_t shown = import->progress;
        command_progress_end(&shown); // an error gets its own line
        int status =
            command_own(NAME, &import->dir, import->config->data_dir, NAME);
        if (status != COMMAND_OK)
            return status;
    }
    import->approved = true;
    import_sink_approve(import->sink);
    return COMMAND_OK;
}

// The source of an archive: "import:" and its file name.
static char *s_source(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *source = NULL;
    if (asprintf(&source, "import:%s", slash ? slash + 1 : path) < 0)
        return NULL;
    // File systems allow less, but the bound of a batch is what counts.
    if (strlen(source) > BATCH_MAX_SOURCE_BYTES)
        source[BATCH_MAX_SOURCE_BYTES] = '\0';
    return source;
}

static int s_begin_archive(import_t *import, size_t archive)
{
    import->source = s_source(import->paths[archive]);
    if (!import->source)
        return command_error(COMMAND_FAILED, NAME, "out of memory");
    if (importer_begin(import->importer, import->source) != 0)
        return s_fail(import, importer_reason(import->importer), "");
    return COMMAND_OK;
}

static void s_end_archive(import_t *import, uint64_t bytes)
{
    import->done_bytes += bytes;
    free(import->source);
    import->source = NULL;
}

// Approves what is sound; if too much is unverified, verifies the rest of the
// archive first, so that memory stays bounded.
static int s_judge(import_t *import)
{
    if (import_sink_is_full(import->sink) &&
        archive_feed_prove(import->feed) != 0)
        return s_fail_archive(import);
    return archive_feed_is_sound(import->feed) ? s_approve(import) : COMMAND_OK;
}

static int s_take_chunk(import_t *import, const archive_chunk_t *chunk)
{
    int status =
        import->source ? COMMAND_OK : s_begin_archive(import, chunk->archive);
    if (status != COMMAND_OK)
        return status;
    if (importer_take(import->importer, chunk) != 0)
        return s_fail(import, importer_reason(import->importer), "");
    command_progress(&import->progress, import->done_bytes + chunk->position,
                     archive_feed_size(import->feed));
    if (chunk->bytes == 0)
        s_end_archive(import, chunk->position);
    return s_judge(import);
}

static int s_import_all(import_t *import)
{
    archive_chunk_t chunk;
    int rc;
    while ((rc = archive_feed_next(import->feed, &chunk)) == 0) {
        int status = s_take_chunk(import, &chunk);
        if (status != COMMAND_OK)
            return status;
    }
    if (rc < 0)
        return s_fail_archive(import);
    if (import_sink_finish(import->sink) != 0)
        return s_fail(import, import_sink_reason(import->sink), "");
    return COMMAND_OK;
}

static int s_print(import_t *import)
{
    const importer_count_t count = importer_count(import->importer);
    const message_ack_t totals = import_sink_totals(import->sink);
    // Input that was no event, and events that are neither new nor duplicates:
    // the journal refused them for an unknown type.
    const uint64_t rejected =
        count.rejected + count.events - totals.appended - totals.duplicates;
    const double seconds = (double)(clock_now_us() - import->begun_us) / 1e6;
    const double rate = seconds > 0 ? (double)count.events / seconds : 0;
    printf(import->place.json
               ? "{\"events\":%" PRIu64 ",\"new\":%" PRIu64
                 ",\"duplicates\":%" PRIu64 ",\"rejected\":%" PRIu64
                 ",\"seconds\":%.3f,\"events_per_second\":%.0f}\n"
               : "%" PRIu64 " events, %" PRIu64 " new, %" PRIu64
                 " duplicates, %" PRIu64
                 " rejected, in %.2f s (%.0f events/s)\n",
           count.events, totals.appended, totals.duplicates, rejected, seconds,
           rate);
    return fflush(stdout) ? COMMAND_FAILED : COMMAND_OK;
}

static int s_run(import_t *import)
{
    import->begun_us = clock_now_us();
    import->running = data_dir_running(import->config->data_dir);
    import->feed = archive_feed_new(import->paths, import->path_count);
    if (!import->feed)
        return command_error(COMMAND_FAILED, NAME, "out of memory");
    if (archive_feed_open(import->feed) != 0)
        return s_fail_archive(import);
    int rc = import_sink_new(&import->sink, import->config, import->running);
    if (rc != 0)
        return command_error(COMMAND_FAILED, NAME, "%s", strerrordesc_np(-rc));
    import->importer = importer_new(import->sink, import->config->batch_events);
    if (!import->importer)
        return command_error(COMMAND_FAILED, NAME, "out of memory");
    command_progress_start(&import->progress, NAME, "bytes");
    int status = s_import_all(import);
    command_progress_end(&import->progress);
    return status == COMMAND_OK ? s_print(import) : status;
}

static void s_close(import_t *import)
{
    importer_destroy(&import->importer);
    archive_feed_destroy(&import->feed);
    import_sink_destroy(&import->sink);
    data_dir_release(&import->dir);
    free(import->source);
}

static const char *s_take(void *context, int letter, const char *value)
{
    import_t *import = context;

    command_take_place(&import->place, letter, value);
    return NULL;
}

static int s_main(int argc, char **argv)
{
    import_t import = {.dir = {.fd = -1}};
    int status;
    const int first = usage_parse(&command_import.usage, argc, argv, s_take,
                                  &import, &status);

    if (first < 0)
        return status;
    config_t *config = command_load_config(NAME, &import.place);
    if (!config)
        return COMMAND_FAILED;
    import.config = config;
    import.paths = argv + first;
    import.path_count = (size_t)(argc - first);
    status = s_run(&import);
    s_close(&import);
    config_destroy(&config);
    return status;
}

const command_t command_import = {
    .usage =
        {
            .name = "octolog import",
            .summary = "add the events of archives to the log",
            .arguments = "FILE...",
            .least = 1,
            .most = -1,
            .about =
                "Adds the events of archives to the log: JSON objects, one per "
                "line, concatenated or in arrays, plain or gzipped; - is "
                "standard input. If octolog runs on the data directory, events "
                "go through its journal, otherwise directly into the log. "
                "Events that are already in the log are counted and dropped, "
                "so an interrupted import can simply be run again. Input that "
                "is not an event is kept as a dead letter.\n\nAll files are "
                "opened first: if one is missing or is not an archive, nothing "
                "is imported. Events of a gzipped file are added only after "
                "all of its checksums were verified: a damaged file ends the "
                "import; events of earlier files are kept, and none of the "
                "damaged file.",
            .flags = (const usage_flag_t[]){COMMAND_FLAG_CONFIG,
                                            COMMAND_FLAG_DATA,
                                            COMMAND_FLAG_JSON,
                                            {0}},
            .exits = (const usage_item_t[]){{"0", "import complete"},
                                            {"1", "import failed"},
                                            {"2", "wrong usage"},
                                            {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog import --data d 2016-01-01-*.json.gz",
                     "import a day of archives"},
                    {"curl -s URL | octolog import -",
                     "import while downloading"},
                    {0}},
        },
    .run = s_main,
};
