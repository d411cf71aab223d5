#include "tools/export/log_export.h"

#include "proto/base/time_text.h"
#include "tools/command/staged_folder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Consecutive timeouts of log_source.h before giving up: enough for a restart
// of the journal on a slow machine.
#define SILENCE_MAX 20

typedef int each_event_t(export_hours_t *hours, const batch_t *batch,
                         uint32_t i);

typedef struct {
    log_source_t *source;
    export_hours_t *hours;
    replay_range_t range;
    uint64_t next;      // offset
    each_event_t *each; // of the walk under way
    failure_t *failure;
} export_t;

static int s_fail(export_t *export, int rc, const char *why)
{
    return failure_set(export->failure, rc, "%s",
                       why && *why ? why : strerrordesc_np(-rc));
}

// The walk.

static int s_on_batch(void *context, const batch_t *batch)
{
    export_t *export = context;
    const replay_range_t *range = &export->range;
    if (batch->offset > export->next)
        return failure_set(export->failure, -ENODATA,
                           "the events from offset %" PRIu64 " to %" PRIu64
                           " were dropped meanwhile; start after them",
                           export->next, batch->offset);
    for (uint32_t i = (uint32_t)(export->next - batch->offset);
         i < batch->count && batch->offset + i < range->until; i++) {
        const uint32_t created_at = batch_created_at(batch, i);
        if (created_at < range->time_from || created_at >= range->time_until)
            continue;
        int rc = export->each(export->hours, batch, i);
        if (rc != 0)
            return s_fail(export, rc, export_hours_reason(export->hours));
    }
    export->next = batch->offset + batch->count;
    return 0;
}

// Reads one page; the journal may be restarted meanwhile.
static int s_read(export_t *export, bool payload)
{
    int rc = -ETIMEDOUT;
    for (int i = 0; i < SILENCE_MAX && rc == -ETIMEDOUT; i++) {
        uint64_t offset = export->next;
        rc = log_source_read(export->source, &offset, payload, s_on_batch,
                             export);
    }
    if (rc != 0 && !export->failure->code)
        s_fail(export, rc, log_source_reason(export->source));
    return rc;
}

static int s_walk(export_t *export, const char *what, each_event_t *each,
                  bool payload)
{
    const replay_range_t *range = &export->range;
    command_progress_t progress;
    int rc = 0;
    export->each = each;
    export->next = range->from;
    command_progress_start(&progress, what, "events");
    while (rc == 0 && export->next < range->until) {
        const uint64_t before = export->next;
        rc = s_read(export, payload);
        if (rc == 0 && export->next == before)
            rc = s_fail(export, -EUCLEAN, "the log ended early");
        command_progress(&progress, export->next - range->from,
                         range->until - range->from);
    }
    command_progress_end(&progress);
    return rc;
}

static int s_count(export_hours_t *hours, const batch_t *batch, uint32_t i)
{
    return export_hours_count(hours, batch_created_at(batch, i),
                              batch->offset + i, batch_json_bytes(batch, i));
}

static int s_put(export_hours_t *hours, const batch_t *batch, uint32_t i)
{
    return export_hours_put(hours, batch_created_at(batch, i),
                            batch_json(batch, i));
}

// Limits the range to the offsets in the log, and to where its times can start.
static int s_cut_range(export_t *export)
{
    replay_range_t *range = &export->range;
    log_source_range_t log;
    uint64_t earliest = 0;
    int rc = log_source_range(export->source, &log);
    if (rc == 0 && range->time_from > UINT32_MAX)
        earliest = log.end;
    else if (rc == 0 && range->time_from > 0)
        rc = log_source_seek_created(export->source, (uint32_t)range->time_from,
                                     &earliest);
    if (rc != 0)
        return s_fail(export, rc, log_source_reason(export->source));
    if (range->from < log.first)
        range->from = log.first;
    if (range->from < earliest)
        range->from = earliest;
    if (range->until > log.end)
        range->until = log.end;
    if (range->from > range->until)
        range->from = range->until;
    return 0;
}

// The manifest.

static void s_sum(const export_t *export, log_export_t *done)
{
    *done = (log_export_t){.range = export->range,
                           .joined = export_hours_joined(export->hours),
                           .files = export_hours_size(export->hours)};
    for (size_t i = 0; i < done->files; i++) {
        const export_hour_t *hour = export_hours_at(export->hours, i);
        done->events += hour->events;
        done->bytes += hour->bytes;
        done->gz_bytes += hour->gz_bytes;
    }
}

static void s_print_hour(FILE *file, const export_hour_t *hour, bool is_first)
{
    char name[EXPORT_NAME_BYTES];
    char first[TIME_TEXT_BYTES], last[TIME_TEXT_BYTES];
    export_hours_name(hour->number, name);
    time_text_format(hour->first_created_at, first);
    time_text_format(hour->last_created_at, last);
    fprintf(
        file,
        "%s\n{\"file\":\"%s\",\"events\":%" PRIu64 ",\"bytes\":%" PRIu64
        ",\"gz_bytes\":%" PRIu64 ",\"sha256\":\"%s\",\"first_offset\":%" PRIu64
        ",\"last_offset\":%" PRIu64
        ",\"first_created_at\":\"%s\",\"last_created_at\":\"%s\"}",
        is_first ? "" : ",", name, hour->events, hour->bytes, hour->gz_bytes,
        hour->sha256, hour->first_offset, hour->last_offset, first, last);
}

// The input of the manifest.
typedef struct {
    const export_hours_t *hours;
    const log_export_t *done;
} manifest_t;

static void s_print_manifest(FILE *file, const void *context)
{
    const manifest_t *manifest = context;
    const log_export_t *done = manifest->done;
    fprintf(file,
            LOG_EXPORT_MARK
            ",\"octolog\":\"" OCTOLOG_VERSION "\""
            ",\"from_offset\":%" PRIu64 ",\"until_offset\":%" PRIu64
            ",\n\"events\":%" PRIu64 ",\"bytes\":%" PRIu64
            ",\"gz_bytes\":%" PRIu64 ",\"joined\":%" PRIu64 ",\n\"files\":[",
            done->range.from, done->range.until, done->events, done->bytes,
            done->gz_bytes, done->joined);
    for (size_t i = 0; i < done->files; i++)
        s_print_hour(file, export_hours_at(manifest->hours, i), i == 0);
    fputs("]}\n", file);
}

static int s_run(export_t *export, const char *folder, log_export_t *done)
{
    int rc = s_cut_range(export);
    if (rc == 0)
        rc = s_walk(export, "count", s_count, false);
    if (rc == 0)
        rc = s_walk(export, "export", s_put, true);
    if (rc == 0 && export_hours_unfinished(export->hours) > 0)
        rc = s_fail(export, -EUCLEAN,
                    "the log contains less than in the first pass");
    if (rc != 0)
        return rc;
    s_sum(export, done);
    const manifest_t manifest = {export->hours, done};
    return staged_folder_manifest(folder, s_print_manifest, &manifest,
                                  export->failure);
}

int log_export(log_source_t *source, const replay_range_t *range,
               const char *folder, log_export_t *done, failure_t *failure)
{
    export_t export = {.source = source,
                       .hours = export_hours_new(folder),
                       .range = *range,
                       .failure = failure};
    int rc = export.hours ? s_run(&export, folder, done)
                          : s_fail(&export, -ENOMEM, NULL);
    export_hours_destroy(&export.hours);
    return rc;
}
