#include "tools/import/importer.h"

#include "actors/runtime/clock.h"
#include "proto/event/parser.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// Maximum number of dead letters in a batch.
#define REJECTS_BYTES ((size_t)1024 * 1024)

struct importer {
    import_sink_t *sink; // borrowed
    uint32_t batch_events;
    event_parser_t *parser;
    event_scanner_t *scanner; // of the current archive
    buffer_t rest;            // input not yet split into events
    const char *source;
    importer_count_t count;
    const char *reason; // borrowed from the failed part
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
    buffer_free(&self->rest);
    free(self);
    *importer = NULL;
}

static int s_fail(importer_t *importer, int rc, const char *reason)
{
    importer->reason = reason;
    return rc;
}

// Sends the current batch.
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
                                  .received_at_us = clock_now_us(),
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

// Fast path: takes lines that are one event each, up to one that is not.
static int s_take_lines(importer_t *importer, slice_t input, size_t *at)
{
    slice_t line;
    while (event_scanner_guess(importer->scanner, input, at, &line)) {
        event_t event;
        const char *reason = NULL;
        int rc = event_parser_parse(importer->parser, line, &event, &reason);
        if (rc == -EBADMSG)
            return 0; // left to the scanner, which parses its parts again
        if (rc != 0)
            return s_fail(importer, rc, strerrordesc_np(-rc));
        event_scanner_take(importer->scanner, at, line);
        rc = s_add(importer, &event);
        if (rc != 0)
            return rc;
    }
    return 0;
}

// Takes all events from the input; *at is where the rest begins.
static int s_cut(importer_t *importer, slice_t input, bool last, size_t *at)
{
    for (;;) {
        slice_t found = {0};
        const char *reason = NULL;
        int rc = s_take_lines(importer, input, at);
        if (rc != 0)
            return rc;
        switch (event_scanner_next(importer->scanner, input, at, last, &found,
                                   &reason)) {
        case EVENT_SCAN_OBJECT:
            rc = s_on_object(importer, found);
            break;
        case EVENT_SCAN_REJECT:
            rc = s_on_reject(importer, found, reason);
            break;
        case EVENT_SCAN_MORE:
        case EVENT_SCAN_END:
            return 0;
        }
        if (rc != 0)
            return rc;
    }
}

// Joins the rest and the chunk after it, in the chunk's margin if it fits,
// otherwise in `rest`.
static slice_t s_join(importer_t *importer, const archive_chunk_t *chunk)
{
    buffer_t *rest = &importer->rest;
    if (rest->bytes > ARCHIVE_FEED_MARGIN) {
        buffer_add(rest, chunk->data, chunk->bytes);
        return buffer_slice(rest);
    }
    char *begin = chunk->data - rest->bytes;
    if (rest->bytes > 0)
        memcpy(begin, rest->data, rest->bytes);
    const size_t bytes = rest->bytes + chunk->bytes;
    buffer_reset(rest);
    return slice(begin, bytes);
}

// Moves the input from `at` on to `rest`, which may hold the input itself.
static void s_keep(importer_t *importer, slice_t input, size_t at)
{
    buffer_t *rest = &importer->rest;
    const size_t left = input.bytes - at;
    if (rest->bytes == 0) {
        buffer_add(rest, input.data + at, left);
    } else {
        memmove(rest->data, rest->data + at, left);
        rest->bytes = left;
    }
}

int importer_begin(importer_t *importer, const char *source)
{
    importer->source = source;
    buffer_reset(&importer->rest);
    event_scanner_destroy(&importer->scanner);
    importer->scanner = event_scanner_new();
    return importer->scanner ? 0 : s_fail(importer, -ENOMEM, "out of memory");
}

int importer_take(importer_t *importer, const archive_chunk_t *chunk)
{
    const bool last = chunk->bytes == 0;
    const slice_t input = s_join(importer, chunk);
    size_t at = 0;
    int rc = s_cut(importer, input, last, &at);
    s_keep(importer, input, at);
    if (rc == 0 && buffer_failed(&importer->rest))
        rc = s_fail(importer, -ENOMEM, "out of memory");
    return rc == 0 && last ? s_flush(importer) : rc;
}

importer_count_t importer_count(const importer_t *importer)
{
    return importer->count;
}

const char *importer_reason(const importer_t *importer)
{
    return importer->reason;
}
