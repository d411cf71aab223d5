// octolog import - events from archives into the log.

#include "actors/actor.h"
#include "tools/command.h"
#include "tools/importer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "import"

// What may be kept of the check, over all files: four hours of 2016, a quarter
// of one of today. Beyond it archives are unpacked a second time.
#define KEPT_BYTES ((size_t)128 * 1024 * 1024)

typedef struct {
    command_place_t place; // first: command_take_place()
    const config_t *config;
    char **paths;
    size_t path_count;
    // What is kept from the check to its turn; else NULL.
    archive_reader_t **kept;
    size_t allowance; // what more may be kept
    import_sink_t *sink;
    importer_t *importer;
    command_progress_t progress;
    int64_t begun_us;
    uint64_t total_bytes; // of all files; 0 when one is of unknown size
    uint64_t done_bytes;  // of the files before the one in hand
} import_t;

// Opens one archive, and checks it if there is an allowance. NULL when it was
// reported.
static archive_reader_t *s_open_archive(const char *path, size_t *allowance,
                                        const char *consequence)
{
    archive_reader_t *archive = archive_reader_new(path);
    if (!archive) {
        command_error(0, NAME, "%s: out of memory", path);
        return NULL;
    }
    int rc = archive_reader_open(archive);
    if (rc == 0 && allowance)
        rc = archive_reader_check(archive, allowance);
    if (rc != 0) {
        command_error(0, NAME, "%s: %s; %s", path,
                      archive_reader_reason(archive), consequence);
        archive_reader_destroy(&archive);
    }
    return archive;
}

static int s_check_all(import_t *import)
{
    bool known = true;
    import->allowance = KEPT_BYTES;
    for (size_t i = 0; i < import->path_count; i++) {
        archive_reader_t *archive = s_open_archive(
            import->paths[i], &import->allowance, "nothing was imported");
        if (!archive)
            return COMMAND_FAILED;
        import->total_bytes += archive_reader_size(archive);
        known = known && archive_reader_size(archive) > 0;
        if (!archive_reader_is_worth_keeping(archive))
            archive_reader_destroy(&archive);
        import->kept[i] = archive;
    }
    if (!known)
        import->total_bytes = 0;
    return COMMAND_OK;
}

static void s_on_progress(void *context, uint64_t bytes)
{
    import_t *import = context;
    command_progress(&import->progress, import->done_bytes + bytes,
                     import->total_bytes);
}

// "import:" and the last part of the path.
static char *s_source(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *source = NULL;
    if (asprintf(&source, "import:%s", slash ? slash + 1 : path) < 0)
        return NULL;
    // Longer than any file system allows, but a batch has its bound.
    if (strlen(source) > BATCH_MAX_SOURCE_BYTES)
        source[BATCH_MAX_SOURCE_BYTES] = '\0';
    return source;
}

static int s_import_archive(import_t *import, const char *path,
                            archive_reader_t *archive)
{
    char *source = s_source(path);
    if (!source)
        return command_error(COMMAND_FAILED, NAME, "out of memory");
    int rc =
        importer_run(import->importer, archive, source, s_on_progress, import);
    free(source);
    import->done_bytes += archive_reader_position(archive);
    if (rc == 0)
        return COMMAND_OK;
    command_progress_end(&import->progress);
    return command_error(COMMAND_FAILED, NAME,
                         "%s: %s; %" PRIu64 " events are in the log", path,
                         importer_reason(import->importer),
                         import_sink_totals(import->sink).appended);
}

static int s_import_all(import_t *import)
{
    for (size_t i = 0; i < import->path_count; i++) {
        const char *path = import->paths[i];
        if (!import->kept[i])
            import->kept[i] =
                s_open_archive(path, NULL, "it changed during the import");
        int status = import->kept[i]
                         ? s_import_archive(import, path, import->kept[i])
                         : COMMAND_FAILED;
        archive_reader_destroy(&import->kept[i]);
        if (status != COMMAND_OK)
            return status;
    }
    if (import_sink_finish(import->sink) == 0)
        return COMMAND_OK;
    command_progress_end(&import->progress);
    return command_error(COMMAND_FAILED, NAME,
                         "%s; %" PRIu64 " events are in the log",
                         import_sink_reason(import->sink),
                         import_sink_totals(import->sink).appended);
}

static int s_print(import_t *import)
{
    const importer_count_t count = importer_count(import->importer);
    const message_ack_t totals = import_sink_totals(import->sink);
    // What was no event, and what is in the log neither now nor before: refused
    // there for its strange type.
    const uint64_t rejected =
        count.rejected + count.events - totals.appended - totals.duplicates;
    const double seconds = (double)(actor_now_us() - import->begun_us) / 1e6;
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

static int s_run(import_t *import, bool running)
{
    char reason[IMPORT_SINK_REASON_MAX];
    if (import_sink_new(&import->sink, import->config, running, reason) != 0)
        return command_error(COMMAND_FAILED, NAME, "%s", reason);
    import->importer = importer_new(import->sink, import->config->batch_events);
    if (!import->importer)
        return command_error(COMMAND_FAILED, NAME, "out of memory");
    command_progress_start(&import->progress, NAME, "bytes");
    int status = s_import_all(import);
    command_progress_end(&import->progress);
    return status == COMMAND_OK ? s_print(import) : status;
}

// The data directory is taken after the check: a bad archive makes none.
static int s_check_and_run(import_t *import)
{
    import->begun_us = actor_now_us();
    int status = s_check_all(import);
    if (status != COMMAND_OK)
        return status;
    const char *path = import->config->data_dir;
    const bool running = data_dir_running(path);
    data_dir_t dir = {.fd = -1};
    if (!running)
        status = command_own(NAME, &dir, path, NAME);
    if (status == COMMAND_OK)
        status = s_run(import, running);
    importer_destroy(&import->importer);
    import_sink_destroy(&import->sink);
    if (!running)
        data_dir_release(&dir);
    return status;
}

static const char *s_take(void *context, int letter, const char *value)
{
    import_t *import = context;

    command_take_place(&import->place, letter, value);
    return NULL;
}

static int s_main(int argc, char **argv)
{
    import_t import = {0};
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
    import.kept = calloc(import.path_count, sizeof(archive_reader_t *));
    status = import.kept ? s_check_and_run(&import)
                         : command_error(COMMAND_FAILED, NAME, "out of memory");
    for (size_t i = 0; import.kept && i < import.path_count; i++)
        archive_reader_destroy(&import.kept[i]);
    free(import.kept);
    config_destroy(&config);
    return status;
}

const command_t command_import = {
    .usage =
        {
            .name = "octolog import",
            .summary = "put the events of archives into the log",
            .arguments = "FILE...",
            .least = 1,
            .most = -1,
            .about =
                "Puts the events of archives into the log: JSON objects one a "
                "line, one after the other or in arrays, plain or gzipped; - "
                "is standard input. Goes through the journal of an octolog "
                "that runs on the data directory, and straight into the log "
                "when none does. Events that the log has are counted and "
                "dropped, so an import that was interrupted is simply run "
                "again. What is no event goes to the dead letters.\n\n"
                "All files are checked first, gzip by gzip, to their last "
                "checksum: if one is damaged or cannot be read, nothing is "
                "imported.",
            .flags = (const usage_flag_t[]){COMMAND_FLAG_CONFIG,
                                            COMMAND_FLAG_DATA,
                                            COMMAND_FLAG_JSON,
                                            {0}},
            .exits = (const usage_item_t[]){{"0", "all is on disk"},
                                            {"1", "it is not"},
                                            {"2", "wrong usage"},
                                            {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog import --data d 2016-01-01-*.json.gz",
                     "a day of archives"},
                    {"curl -s URL | octolog import -",
                     "one as it is downloaded"},
                    {0}},
        },
    .run = s_main,
};
