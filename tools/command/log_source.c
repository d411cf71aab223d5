#include "tools/command/log_source.h"

#include "actors/transport/request.h"
#include "actors/transport/socket.h"
#include "log/event_log.h"
#include "log/folder.h"
#include "log/log_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define DEADLINE_MS 3000

// A page, by batches from disk and by bytes from the journal.
#define PAGE_BATCHES 64
#define PAGE_BYTES   (4u * 1024 * 1024)

struct log_source {
    request_t *request; // one of these two
    event_log_t *log;
    failure_t failure; // the last
};

static int s_fail(log_source_t *source, int rc, const char *text)
{
    return failure_set(&source->failure, rc, "%s",
                       text && *text ? text : strerrordesc_np(-rc));
}

static int s_open_log(log_source_t *source, const config_t *config,
                      failure_t *failure)
{
    char path[FOLDER_PATH_MAX];
    int rc = folder_path(path, config->data_dir, "log");
    return rc ? rc
              : event_log_open(&source->log, path, EVENT_LOG_READ, NULL,
                               failure);
}

int log_source_new(log_source_t **source, const config_t *config, bool running,
                   failure_t *failure)
{
    log_source_t *self = calloc(1, sizeof *self);
    int rc = self ? 0 : -ENOMEM;
    if (rc == 0 && running) {
        self->request = request_new(config, "log");
        rc = self->request ? 0 : -ENOMEM;
    } else if (rc == 0) {
        rc = s_open_log(self, config, failure);
    }
    if (rc != 0) {
        failure_explain(failure, rc);
        log_source_destroy(&self);
        return rc;
    }
    *source = self;
    return 0;
}

void log_source_destroy(log_source_t **source)
{
    log_source_t *self = *source;
    if (!self)
        return;
    request_destroy(&self->request);
    event_log_close(&self->log);
    free(self);
    *source = NULL;
}

// Asks the journal for an answer of one kind.
static int s_ask(log_source_t *source, const message_t *question,
                 message_kind_t kind, message_t *answer)
{
    int rc = request_ask(source->request, question, DEADLINE_MS, answer);
    if (rc == -ETIMEDOUT)
        return s_fail(source, rc, "the journal does not answer");
    if (rc != 0)
        return s_fail(source, rc, NULL);
    if (answer->kind == kind)
        return 0;
    if (answer->kind != MESSAGE_FAILURE)
        return s_fail(source, -EBADMSG, NULL);
    return failure_set(
        &source->failure, message_failure_error(&answer->failure), "%.*s",
        (int)answer->failure.text.bytes, answer->failure.text.data);
}

int log_source_range(log_source_t *source, log_source_range_t *range)
{
    if (source->log) {
        *range = (log_source_range_t){event_log_first(source->log),
                                      event_log_end(source->log)};
        return 0;
    }
    message_t answer;
    int rc = s_ask(source, &(message_t){.kind = MESSAGE_LOG_STATS_ASK},
                   MESSAGE_LOG_STATS, &answer);
    if (rc == 0)
        *range =
            (log_source_range_t){answer.log_stats.first, answer.log_stats.end};
    return rc;
}

int log_source_seek_created(log_source_t *source, uint32_t created_at,
                            uint64_t *offset)
{
    if (source->log) {
        return event_log_seek_created(source->log, created_at, offset,
                                      &source->failure);
    }
    const message_t question = {.kind = MESSAGE_LOG_SEEK,
                                .log_seek = {1, (int64_t)created_at * 1000000}};
    message_t answer;
    int rc = s_ask(source, &question, MESSAGE_LOG_OFFSET, &answer);
    if (rc == 0)
        *offset = answer.log_offset.offset;
    return rc;
}

// One batch of a page.
static int s_give(log_source_t *source, slice_t head, const slice_t *payload,
                  uint64_t *offset, log_source_each_t *each, void *context)
{
    batch_t batch;
    const char *reason = NULL;
    int rc = batch_open(&batch, head, &reason);
    if (rc == 0 && payload)
        rc = batch_open_payload(&batch, *payload, &reason);
    if (rc != 0)
        return failure_set(&source->failure, rc,
                           "the batch at offset %llu is damaged: %s",
                           (unsigned long long)*offset, reason);
    rc = each(context, &batch);
    *offset = batch.offset + batch.count;
    return rc;
}

static int s_read_journal(log_source_t *source, uint64_t *offset, bool payload,
                          log_source_each_t *each, void *context)
{
    const message_t question = {.kind = MESSAGE_LOG_READ,
                                .log_read = {.from = *offset,
                                             .until = UINT64_MAX,
                                             .max_events = UINT32_MAX,
                                             .max_bytes = PAGE_BYTES,
                                             .payload = payload}};
    message_t answer;
    int rc = s_ask(source, &question, MESSAGE_LOG_BATCHES, &answer);
    const size_t frames = payload ? 2 : 1;
    for (uint32_t i = 0; rc == 0 && i < answer.log_batches.batches; i++) {
        const slice_t second = request_frame(source->request, i * frames + 2);
        rc = s_give(source, request_frame(source->request, i * frames + 1),
                    payload ? &second : NULL, offset, each, context);
    }
    return rc;
}

static int s_read_disk(log_source_t *source, uint64_t *offset, bool payload,
                       log_source_each_t *each, void *context)
{
    log_reader_t *reader = NULL;
    int rc = log_reader_new(&reader, source->log, payload);
    if (rc == 0)
        rc = log_reader_seek(reader, *offset);
    for (int i = 0; rc == 0 && i < PAGE_BATCHES; i++) {
        log_record_t record;
        rc = log_reader_next(reader, &record);
        if (rc < 0)
            s_fail(source, rc, log_reader_reason(reader));
        if (rc <= 0)
            break;
        const slice_t second = record.payload;
        rc = s_give(source, record.head, payload ? &second : NULL, offset, each,
                    context);
    }
    log_reader_destroy(&reader);
    return rc;
}

int log_source_read(log_source_t *source, uint64_t *offset, bool payload,
                    log_source_each_t *each, void *context)
{
    return source->log ? s_read_disk(source, offset, payload, each, context)
                       : s_read_journal(source, offset, payload, each, context);
}

const char *log_source_reason(const log_source_t *source)
{
    return source->failure.reason;
}
