#include "tools/importer.h"

#include "actors/actor.h"
#include "proto/event_parser.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// Read at once. The input grows beyond it only for an event that is longer.
#define CHUNK_BYTES ((size_t)1024 * 1024)

// Dead letters that make a batch full.
#define REJECTS_BYTES ((size_t)1024 * 1024)

struct importer {
    import_sink_t *sink; // borrowed
    uint32_t batch_events;
    event_parser_t *parser;
    event_scanner_t *scanner; // of the archive in hand
    buffer_t input;           // bytes not yet cut
    const char *source;
    importer_count_t count;
    const char *reason; // borrowed from whoever failed
};

importer_t *importer_new(import_sink_t *sink, uint32_t batch_events)
{
    importer_t *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->sink = sink;
    self->batch_events = batch_events;
    self->parser = event_parser_new();
    if (!self->parser)
        importer_destroy(&self);
    return self;
}

void importer_destroy(importer_t **importer)
{
    importer_t *self = *importer;
    if (!self)
        return;
    event_parser_destroy(&self->parser);
    event_scanner_destroy(&self->scanner);
    buffer_free(&self->input);
    free(self);
    *importer = NULL;
}

static int s_fail(importer_t *importer, int rc, const char *reason)
{
    importer->reason = reason;
    return rc;
}

// Sends what was gathered.
static int s_flush(importer_t *importer)
{
    const import_batch_t *batch = import_sink_batch(importer->sink);
    if (batch_builder_count(batch->builder) == 0 && batch->rejects.bytes == 0)
        return 0;
    int rc = import_sink_send(importer->sink, slice_of(importer->source));
    return rc ? s_fail(importer, rc, import_sink_reason(importer->sink)) : 0;
}

static int s_on_reject(importer_t *importer, slice_t raw, const char *reason)
{
    const message_t reject = {.kind = MESSAGE_REJECT,
                              .reject = {
                                  .received_at_us = actor_now_us(),
                                  .source = slice_of(importer->source),
                                  .reason = slice_of(reason),
                                  .raw = raw,
                              }};
    buffer_t *rejects = &import_sink_batch(importer->sink)->rejects;
    message_list_add(rejects, &reject);
    if (buffer_failed(rejects))
        return s_fail(importer, -ENOMEM, "out of memory");
    importer->count.rejected++;
    return rejects->bytes < REJECTS_BYTES ? 0 : s_flush(importer);
}

static int s_add(importer_t *importer, const event_t *event)
{
    import_batch_t *batch = import_sink_batch(importer->sink);
    int rc = batch_builder_add(batch->builder, event);
    if (rc == -ENOSPC) {
        rc = s_flush(importer);
        if (rc != 0)
            return rc;
        batch = import_sink_batch(importer->sink);
        rc = batch_builder_add(batch->builder, event);
    }
    if (rc == -EINVAL)
        return s_on_reject(importer, event->json, "a name is too long");
    if (rc != 0)
        return s_fail(importer, rc, strerrordesc_np(-rc));
    importer->count.events++;
    return batch_builder_count(batch->builder) < importer->batch_events
               ? 0
               : s_flush(importer);
}

static int s_on_object(importer_t *importer, slice_t json)
{
    event_t event;
    const char *reason = NULL;
    int rc = event_parser_parse(importer->parser, json, &event, &reason);
    if (rc == -EBADMSG)
        return s_on_reject(importer, json, reason);
    if (rc != 0)
        return s_fail(importer, rc, strerrordesc_np(-rc));
    return s_add(importer, &event);
}

// Takes the lines that are events, up to one that is none or something else.
static int s_take_lines(importer_t *importer, slice_t input, size_t *at)
{
    slice_t line;
    while (event_scanner_guess(importer->scanner, input, at, &line)) {
        event_t event;
        const char *reason = NULL;
        int rc = event_parser_parse(importer->parser, line, &event, &reason);
        if (rc == -EBADMSG)
            return 0; // the scanner cuts it, and its parts are judged again
        if (rc != 0)
            return s_fail(importer, rc, strerrordesc_np(-rc));
        event_scanner_take(importer->scanner, at, line);
        rc = s_add(importer, &event);
        if (rc != 0)
            return rc;
    }
    return 0;
}

// Takes every event out of the input, and moves what is left to its front.
static int s_cut(importer_t *importer, bool last)
{
    const slice_t input = buffer_slice(&importer->input);
    size_t at = 0;
    for (;;) {
        slice_t found = {0};
        const char *reason = NULL;
        int rc = s_take_lines(importer, input, &at);
        if (rc != 0)
            return rc;
        switch (event_scanner_next(importer->scanner, input, &at, last, &found,
                                   &reason)) {
        case EVENT_SCAN_OBJECT:
            rc = s_on_object(importer, found);
            break;
        case EVENT_SCAN_REJECT:
            rc = s_on_reject(importer, found, reason);
            break;
        case EVENT_SCAN_MORE:
        case EVENT_SCAN_END:
            memmove(importer->input.data, input.data + at, input.bytes - at);
            importer->input.bytes = input.bytes - at;
            return 0;
        }
        if (rc != 0)
            return rc;
    }
}

// Reads one more chunk behind what is left. 1: there was none.
static int s_read(importer_t *importer, archive_reader_t *archive)
{
    buffer_t *input = &importer->input;
    const size_t before = input->bytes;
    char *room = buffer_grow(input, CHUNK_BYTES);
    if (!room)
        return s_fail(importer, -ENOMEM, "out of memory");
    int64_t got = archive_reader_read(archive, room, CHUNK_BYTES);
    input->bytes = before + (got > 0 ? (size_t)got : 0);
    if (got < 0)
        return s_fail(importer, (int)got, archive_reader_reason(archive));
    return got == 0;
}

int importer_run(importer_t *importer, archive_reader_t *archive,
                 const char *source, importer_progress_t *progress,
                 void *context)
{
    importer->source = source;
    buffer_reset(&importer->input);
    event_scanner_destroy(&importer->scanner);
    importer->scanner = event_scanner_new();
    if (!importer->scanner)
        return s_fail(importer, -ENOMEM, "out of memory");
    int rc = 0;
    for (bool last = false; rc == 0 && !last;) {
        rc = s_read(importer, archive);
        last = rc == 1;
        if (rc >= 0)
            rc = s_cut(importer, last);
        if (rc == 0 && progress)
            progress(context, archive_reader_position(archive));
    }
    return rc ? rc : s_flush(importer);
}

importer_count_t importer_count(const importer_t *importer)
{
    return importer->count;
}

const char *importer_reason(const importer_t *importer)
{
    return importer->reason;
}
