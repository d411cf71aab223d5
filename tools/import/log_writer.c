#include "tools/import/log_writer.h"

#include "actors/journal/appender.h"
#include "actors/runtime/actor.h"
#include "actors/runtime/clock.h"
#include "log/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct log_writer {
    event_log_t *log;
    appender_t *appender;
    failure_t failure; // of a commit: none follows it
};

// Life.

static int s_open(log_writer_t *writer, const config_t *config,
                  failure_t *failure)
{
    const event_log_options_t options = {
        .cache_bytes = config->log_cache_bytes,
        .write_buffer_bytes = config->log_write_buffer_bytes,
    };
    char path[FOLDER_PATH_MAX];
    int rc = folder_path(path, config->data_dir, "log");
    if (rc == 0)
        rc = event_log_open(&writer->log, path, EVENT_LOG_WRITE, &options,
                            failure);
    if (rc == 0)
        rc = appender_new(&writer->appender, writer->log, failure);
    return rc;
}

int log_writer_new(log_writer_t **writer, const config_t *config,
                   failure_t *failure)
{
    log_writer_t *self = calloc(1, sizeof *self);
    int rc = self ? s_open(self, config, failure) : -ENOMEM;
    if (rc != 0) {
        failure_explain(failure, rc);
        log_writer_destroy(&self);
        return rc;
    }
    *writer = self;
    return 0;
}

void log_writer_destroy(log_writer_t **writer)
{
    log_writer_t *self = *writer;
    if (!self)
        return;
    // The events are on disk already; the next one to open the log reports
    // an error.
    if (self->log && self->failure.code == 0)
        event_log_settle(self->log, NULL);
    appender_destroy(&self->appender);
    event_log_close(&self->log);
    free(self);
    *writer = NULL;
}

// Writing.

static int s_take(log_writer_t *writer, const parcel_t *parcel,
                  failure_t *failure)
{
    const appender_input_t input = {
        .publish.floor = 1,
        .head = buffer_slice(&parcel->head),
        .payload = buffer_slice(&parcel->packed),
        .unpacked = buffer_slice(&parcel->payload),
        .rejects = buffer_slice(&parcel->rejects),
    };
    appender_outcome_t outcome;
    const char *reason = "";
    int rc = appender_take(writer->appender, &input, clock_now_us(), &outcome,
                           &reason, failure);
    return rc == 0 && outcome == APPENDER_BAD
               ? failure_set(failure, -EBADMSG, "%s", reason)
               : rc;
}

int log_writer_commit(log_writer_t *writer, const parcel_t *parcels,
                      uint64_t producer, message_ack_t *totals,
                      failure_t *failure)
{
    failure_t *first = &writer->failure;
    int rc = first->code;
    for (; parcels && rc == 0; parcels = parcels->next)
        rc = s_take(writer, parcels, first);
    if (rc == 0)
        rc = appender_commit(writer->appender, first);
    if (rc != 0) {
        first->code = rc;
        failure_explain(first, rc);
        return failure_set(failure, rc, "%s", first->reason);
    }
    const appender_producer_t *known =
        appender_find(writer->appender, producer);
    if (known)
        *totals = (message_ack_t){
            .sequence = known->sequence,
            .appended = known->appended,
            .duplicates = known->duplicates,
            .rejects = known->rejects,
            .end = event_log_end(writer->log),
        };
    return 0;
}
