#include "actors/journal/log_server.h"

#include "actors/journal/log_stats.h"
#include "actors/transport/frames.h"
#include "actors/transport/socket.h"
#include "actors/transport/thread.h"
#include "log/log_checkpoint.h"
#include "log/log_reader.h"

#include <endian.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// A key of an event with an id: the id, then created_at (proto/batch/batch.h).
#define ID_KEY_BYTES 12

struct log_server {
    const char *name;       // of the socket, borrowed
    const config_t *config; // borrowed
    event_log_t *log;       // borrowed; this thread only reads
    thread_t *thread;       // belongs to the owner
    _Atomic uint64_t keep;  // set by the owner
    _Atomic uint64_t sealed[CONFIG_VIEWS_MAX]; // by view; read by the owner
    // Used by the thread only.
    zsock_t *socket;
    frames_t request;
    buffer_t list; // items of the answer being built
};

static int s_answer(log_server_t *server, const message_t *answer)
{
    return socket_send(server->socket, answer, false);
}

static int s_answer_failure(log_server_t *server, int rc, const char *text)
{
    if (!text)
        text = strerrordesc_np(-rc);
    message_t answer = {
        .kind = MESSAGE_FAILURE,
        .failure = {(uint32_t)-rc, slice_of(text ? text : "unknown error")}};
    return s_answer(server, &answer);
}

// LOG_READ.

// How much more may be sent to a reader.
typedef struct {
    uint64_t until;
    uint64_t events;
    uint64_t bytes;
    uint32_t batches;
} allowance_t;

static allowance_t s_allowance(const message_log_read_t *read)
{
    return (allowance_t){
        .until = read->until,
        .events = read->max_events,
        .bytes = read->max_bytes < LOG_SERVER_BYTES ? read->max_bytes
                                                    : LOG_SERVER_BYTES,
        .batches = LOG_SERVER_BATCHES,
    };
}

// Whether the record may be added; the first one always may.
static bool s_allow(allowance_t *left, const log_record_t *record, bool first)
{
    const uint64_t bytes = record->head.bytes + record->payload.bytes;
    if (record->first >= left->until)
        return false;
    if (!first && (left->batches == 0 || left->events < record->count ||
                   left->bytes < bytes))
        return false;
    left->batches -= left->batches > 0;
    left->events -= left->events < record->count ? left->events : record->count;
    left->bytes -= left->bytes < bytes ? left->bytes : bytes;
    return true;
}

// Adds batches to *frames from the reader's position on, and counts them.
static int s_collect(log_reader_t *reader, const message_log_read_t *read,
                     zmsg_t *frames, message_log_batches_t *batches)
{
    allowance_t left = s_allowance(read);
    log_record_t record;
    int rc;
    while ((rc = log_reader_next(reader, &record)) > 0) {
        if (!s_allow(&left, &record, batches->batches == 0))
            return 0;
        if (zmsg_addmem(frames, record.head.data, record.head.bytes) != 0 ||
            (read->payload && zmsg_addmem(frames, record.payload.data,
                                          record.payload.bytes) != 0))
            return -ENOMEM;
        batches->batches++;
        batches->next = record.first + record.count;
    }
    return rc;
}

static int s_send_batches(log_server_t *server,
                          const message_log_batches_t *batches, zmsg_t **frames)
{
    message_t answer = {.kind = MESSAGE_LOG_BATCHES, .log_batches = *batches};
    int rc = socket_send(server->socket, &answer, zmsg_size(*frames) > 0);
    if (rc != 0 || zmsg_size(*frames) == 0)
        return rc;
    return zmsg_send(frames, server->socket) == 0 ? 0 : -errno;
}

static int s_on_read(log_server_t *server, const message_log_read_t *read)
{
    log_reader_t *reader = NULL;
    int rc = log_reader_new(&reader, server->log, read->payload);
    if (rc != 0)
        return s_answer_failure(server, rc, NULL);
    const uint64_t first = event_log_first(server->log);
    message_log_batches_t batches = {
        .next = read->from < first ? first : read->from, .first = first};
    zmsg_t *frames = zmsg_new();
    rc = log_reader_seek(reader, read->from);
    if (rc == 0)
        rc = s_collect(reader, read, frames, &batches);
    batches.end = event_log_end(server->log);
    rc = rc ? s_answer_failure(server, rc, log_reader_reason(reader))
            : s_send_batches(server, &batches, &frames);
    zmsg_destroy(&frames);
    log_reader_destroy(&reader);
    return rc;
}

// The others.

static int s_on_seek(log_server_t *server, const message_log_seek_t *seek)
{
    uint64_t offset = 0;
    int64_t second = seek->time_us / 1000000;
    int rc = 0;
    if (!seek->by_created_at)
        rc =
            event_log_seek_journaled(server->log, seek->time_us, &offset, NULL);
    else if (second > UINT32_MAX)
        offset = event_log_end(server->log);
    else
        rc = event_log_seek_created(
            server->log, second < 0 ? 0 : (uint32_t)second, &offset, NULL);
    if (rc != 0)
        return s_answer_failure(server, rc, NULL);
    message_t answer = {.kind = MESSAGE_LOG_OFFSET,
                        .log_offset = {offset, event_log_end(server->log)}};
    return s_answer(server, &answer);
}

static int s_on_find(log_server_t *server, const message_log_find_t *find)
{
    uint64_t offsets[LOG_SERVER_FOUND];
    const uint64_t id = htobe64(find->id);
    int count = event_log_find(server->log, slice(&id, sizeof id), ID_KEY_BYTES,
                               offsets, LOG_SERVER_FOUND, NULL);
    if (count < 0)
        return s_answer_failure(server, count, NULL);
    for (int i = 0; i < count; i++) {
        message_t item = {
            .kind = MESSAGE_LOG_OFFSET,
            .log_offset = {offsets[i], event_log_end(server->log)}};
        message_list_add(&server->list, &item);
    }
    message_t answer = {.kind = MESSAGE_LOG_OFFSETS,
                        .log_offsets = {buffer_slice(&server->list)}};
    return s_answer(server, &answer);
}

static void s_list_sealed(log_server_t *server)
{
    for (size_t i = 0; i < server->config->view_count; i++) {
        message_t item = {.kind = MESSAGE_SEALED,
                          .sealed = {slice_of(server->config->views[i]),
                                     atomic_load(&server->sealed[i])}};
        message_list_add(&server->list, &item);
    }
}

static int s_on_stats(log_server_t *server)
{
    event_log_stats_t stats;
    int rc = event_log_stats(server->log, &stats);
    if (rc != 0)
        return s_answer_failure(server, rc, NULL);
    s_list_sealed(server);
    message_t answer =
        log_stats_message(&stats, server->config, atomic_load(&server->keep),
                          buffer_slice(&server->list));
    return s_answer(server, &answer);
}

static int s_add_cursor(void *context, slice_t name, slice_t value)
{
    log_server_t *server = context;
    message_t item = {.kind = MESSAGE_LOG_CURSOR, .log_cursor = {name, value}};
    message_list_add(&server->list, &item);
    return server->list.bytes < LOG_SERVER_BYTES ? 0 : -EMSGSIZE;
}

static int s_on_cursors(log_server_t *server, const message_log_cursors_t *ask)
{
    int rc =
        event_log_cursors(server->log, ask->prefix, s_add_cursor, server, NULL);
    if (rc != 0)
        return s_answer_failure(server, rc, NULL);
    message_t answer = {.kind = MESSAGE_LOG_CURSOR_LIST,
                        .log_cursor_list = {buffer_slice(&server->list)}};
    return s_answer(server, &answer);
}

static int s_add_reject(void *context, const event_log_reject_t *reject)
{
    log_server_t *server = context;
    message_t item = {.kind = MESSAGE_REJECT,
                      .reject = {
                          .number = reject->number,
                          .received_at_us = reject->received_at_us,
                          .source = reject->source,
                          .reason = reject->reason,
                          .raw = reject->raw,
                      }};
    message_list_add(&server->list, &item);
    return server->list.bytes < LOG_SERVER_BYTES ? 0 : 1;
}

static int s_on_rejects(log_server_t *server, const message_log_rejects_t *ask)
{
    event_log_stats_t stats;
    int rc = event_log_stats(server->log, &stats);
    if (rc == 0) {
        uint32_t limit =
            ask->limit < LOG_SERVER_REJECTS ? ask->limit : LOG_SERVER_REJECTS;
        rc = event_log_rejects(server->log, ask->before, limit, s_add_reject,
                               server, NULL);
    }
    if (rc < 0)
        return s_answer_failure(server, rc, NULL);
    message_t answer = {.kind = MESSAGE_REJECTS,
                        .rejects = {.total = stats.rejects,
                                    .first = stats.rejected - stats.rejects + 1,
                                    .rejects = buffer_slice(&server->list)}};
    return s_answer(server, &answer);
}

static int s_on_sealed(log_server_t *server, const message_sealed_t *sealed)
{
    for (size_t i = 0; i < server->config->view_count; i++) {
        if (!slice_equal(sealed->view, slice_of(server->config->views[i])))
            continue;
        atomic_store(&server->sealed[i], sealed->offset);
        message_t answer = {.kind = MESSAGE_DONE,
                            .done = {event_log_first(server->log)}};
        return s_answer(server, &answer);
    }
    return s_answer_failure(server, -ENOENT, "no such view is configured");
}

static int s_on_checkpoint(log_server_t *server)
{
    uint64_t end = 0;
    failure_t failure = {0};
    int rc = log_checkpoint_make(server->log, &end, &failure);
    if (rc != 0)
        return s_answer_failure(server, rc, failure.reason);
    message_t answer = {.kind = MESSAGE_DONE, .done = {end}};
    return s_answer(server, &answer);
}

static void s_answer_admin(log_server_t *server)
{
    message_t ask;
    int rc = message_decode(&ask, frames_at(&server->request, 0));
    if (rc != 0)
        s_answer_failure(server, rc, "this is no message");
    else if (ask.kind == MESSAGE_LOG_CHECKPOINT)
        s_on_checkpoint(server);
    else
        s_answer_failure(server, -EINVAL, "admin-log does not answer this");
}

// If an answer cannot be sent, the reader runs into its deadline.
static void s_answer_log(log_server_t *server)
{
    message_t ask;
    buffer_reset(&server->list);
    int rc = message_decode(&ask, frames_at(&server->request, 0));
    if (rc != 0)
        s_answer_failure(server, rc, "this is no message");
    else if (ask.kind == MESSAGE_LOG_READ)
        s_on_read(server, &ask.log_read);
    else if (ask.kind == MESSAGE_LOG_SEEK)
        s_on_seek(server, &ask.log_seek);
    else if (ask.kind == MESSAGE_LOG_FIND)
        s_on_find(server, &ask.log_find);
    else if (ask.kind == MESSAGE_LOG_STATS_ASK)
        s_on_stats(server);
    else if (ask.kind == MESSAGE_LOG_CURSORS)
        s_on_cursors(server, &ask.log_cursors);
    else if (ask.kind == MESSAGE_LOG_REJECTS)
        s_on_rejects(server, &ask.log_rejects);
    else if (ask.kind == MESSAGE_SEALED)
        s_on_sealed(server, &ask.sealed);
    else
        s_answer_failure(server, -EINVAL, "the log does not answer this");
}

// The thread.

static int s_on_admin(void *context)
{
    log_server_t *server = context;
    if (frames_receive(&server->request, server->socket))
        s_answer_admin(server);
    return 0;
}

static int s_on_log(void *context)
{
    log_server_t *server = context;
    if (frames_receive(&server->request, server->socket))
        s_answer_log(server);
    return 0;
}

static int s_open(void *context, loop_t *loop)
{
    log_server_t *server = context;
    int rc =
        socket_bind(&server->socket, server->config, ZMQ_REP, server->name);
    if (rc == 0)
        loop_listen(loop, server->socket,
                    strcmp(server->name, "log") == 0 ? s_on_log : s_on_admin);
    return rc;
}

static void s_close(void *context)
{
    log_server_t *server = context;
    frames_close(&server->request);
    zsock_destroy(&server->socket);
}

int log_server_new(log_server_t **server, const config_t *config,
                   event_log_t *log, const char *name)
{
    static const thread_class_t s_class = {.open = s_open, .close = s_close};
    log_server_t *self = calloc(1, sizeof *self);
    if (!self)
        return -ENOMEM;
    self->name = name;
    self->config = config;
    self->log = log;
    int rc = thread_new(&self->thread, &s_class, self);
    if (rc != 0) {
        log_server_destroy(&self);
        return rc;
    }
    *server = self;
    return 0;
}

uint64_t log_server_sealed(const log_server_t *server)
{
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < server->config->view_count; i++) {
        uint64_t sealed = atomic_load(&server->sealed[i]);
        least = sealed < least ? sealed : least;
    }
    return least;
}

void log_server_keep(log_server_t *server, uint64_t keep)
{
    atomic_store(&server->keep, keep);
}

void log_server_destroy(log_server_t **server)
{
    log_server_t *self = *server;
    if (!self)
        return;
    thread_destroy(&self->thread);
    buffer_free(&self->list);
    free(self);
    *server = NULL;
}
