#include "actors/journal/journal.h"

#include "actors/journal/appender.h"
#include "actors/journal/log_server.h"
#include "actors/journal/retention.h"
#include "actors/report/report.h"
#include "actors/runtime/clock.h"
#include "actors/runtime/shell.h"
#include "actors/transport/frames.h"
#include "actors/transport/socket.h"
#include "proto/base/fault_point.h"
#include "proto/message.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

typedef struct {
    shell_t shell;
    const config_t *config; // borrowed
    zsock_t *ingest;        // SUB
    zsock_t *feed;          // XPUB
    event_log_t *log;
    appender_t *appender;
    retention_t retention;
    log_server_t *server; // reads the same log in a separate thread
    log_server_t *admin;  // copies it in another thread
    frames_t frames;      // the message in hand
    uint64_t heartbeats;  // sent
    int64_t heartbeat_due_ms;
    uint64_t bad; // publications dropped
} journal_t;

static int s_fail(journal_t *journal, int rc, const char *what, const char *why)
{
    return shell_because(&journal->shell, rc, what, why);
}

// Feed. Nothing here blocks or fails: what cannot be sent is in the log.

static void s_feed(journal_t *journal, slice_t topic, const message_t *message)
{
    if (socket_send_bytes(journal->feed, topic, true) == 0)
        socket_send(journal->feed, message, false);
}

static void s_feed_heartbeat(journal_t *journal)
{
    message_t message = {.kind = MESSAGE_HEARTBEAT,
                         .heartbeat = {
                             .first = event_log_first(journal->log),
                             .end = event_log_end(journal->log),
                             .number = ++journal->heartbeats,
                             .keep = journal->retention.keep,
                         }};
    s_feed(journal, slice_of(MESSAGE_TOPIC_HEARTBEAT), &message);
}

static void s_feed_ack(journal_t *journal, const appender_producer_t *producer)
{
    char topic[MESSAGE_ACK_TOPIC_BYTES + 1];
    message_ack_topic(producer->id, topic);
    message_t message = {.kind = MESSAGE_ACK,
                         .ack = {
                             .sequence = producer->sequence,
                             .appended = producer->appended,
                             .duplicates = producer->duplicates,
                             .rejects = producer->rejects,
                             .end = event_log_end(journal->log),
                             .stale = producer->stale,
                         }};
    s_feed(journal, slice_of(topic), &message);
}

static void s_feed_group(journal_t *journal)
{
    for (size_t i = 0; i < appender_heads(journal->appender); i++) {
        slice_t head = appender_head(journal->appender, i);
        slice_t topic = slice_of(MESSAGE_TOPIC_BATCH);
        if (socket_send_bytes(journal->feed, topic, true) == 0)
            socket_send_bytes(journal->feed, head, false);
    }
    const appender_producer_t *producer;
    while ((producer = appender_next_answer(journal->appender)))
        s_feed_ack(journal, producer);
}

static void s_welcome_producer(journal_t *journal, uint64_t id)
{
    const appender_producer_t *known = appender_find(journal->appender, id);
    s_feed_ack(journal, known ? known : &(appender_producer_t){.id = id});
}

// A subscription message is a byte 1 followed by the topic.
static void s_on_subscription(journal_t *journal)
{
    slice_t frame = frames_at(&journal->frames, 0);
    if (frame.bytes < 2 || frame.data[0] != 1)
        return;
    slice_t topic = slice(frame.data + 1, frame.bytes - 1);
    uint64_t producer;
    if (slice_equal(topic, slice_of(MESSAGE_TOPIC_HEARTBEAT)))
        s_feed_heartbeat(journal);
    else if (message_ack_producer(topic, &producer))
        s_welcome_producer(journal, producer);
}

static int s_on_feed(void *context)
{
    journal_t *journal = context;
    while (frames_receive(&journal->frames, journal->feed))
        s_on_subscription(journal);
    return 0;
}

// Ingest.

// Reports the first, the second, the fourth, ...: a peer that sends garbage
// cannot fill the disk with reports.
static void s_on_bad(journal_t *journal, const char *reason)
{
    journal->bad++;
    if ((journal->bad & (journal->bad - 1)) == 0)
        report_facts(
            REPORT_WARNING, "journal",
            REPORT_FACTS(report_number("publications", (int64_t)journal->bad),
                         report_text("cause", reason)),
            "dropped a damaged publication (%" PRIu64 " so far): %s",
            journal->bad, reason);
}

static int s_on_publication(journal_t *journal)
{
    frames_t *frames = &journal->frames;
    message_t publish;
    if (frames->count != 4 ||
        message_decode(&publish, frames_at(frames, 0)) != 0 ||
        publish.kind != MESSAGE_PUBLISH) {
        s_on_bad(journal, "it does not have the frames of a publication");
        return 0;
    }
    const appender_input_t input = {
        .publish = publish.publish,
        .head = frames_at(frames, 1),
        .payload = frames_at(frames, 2),
        .rejects = frames_at(frames, 3),
    };
    appender_outcome_t outcome;
    const char *reason = "";
    failure_t failure = {0};
    int rc = appender_take(journal->appender, &input, clock_now_us(), &outcome,
                           &reason, &failure);
    if (rc != 0)
        return s_fail(journal, rc, "cannot append", failure.reason);
    if (outcome == APPENDER_BAD)
        s_on_bad(journal, reason);
    return 0;
}

// Takes all waiting batches as one group.
static int s_on_ingest(void *context)
{
    journal_t *journal = context;
    const config_t *config = journal->config;
    size_t bytes = 0;
    for (uint32_t n = 0;
         n < config->group_batches && bytes < config->group_bytes; n++) {
        if (!frames_receive(&journal->frames, journal->ingest))
            break;
        bytes += frames_bytes(&journal->frames);
        int rc = s_on_publication(journal);
        if (rc != 0)
            return rc;
    }
    failure_t failure = {0};
    int rc = appender_commit(journal->appender, &failure);
    if (rc == 0)
        rc = fault_point("journal.acknowledge");
    if (rc != 0)
        return s_fail(journal, rc, "cannot commit", failure.reason);
    s_feed_group(journal);
    return 0;
}

// Open, loop, close.

static int s_open_log(journal_t *journal)
{
    char *path = zsys_sprintf("%s/log", journal->config->data_dir);
    if (!path)
        return s_fail(journal, -ENOMEM, "cannot open the log", NULL);
    const event_log_options_t options = {
        .cache_bytes = journal->config->log_cache_bytes,
        .write_buffer_bytes = journal->config->log_write_buffer_bytes,
    };
    failure_t failure = {0};
    int rc = event_log_open(&journal->log, path, EVENT_LOG_WRITE, &options,
                            &failure);
    zstr_free(&path);
    if (rc != 0)
        return s_fail(journal, rc, "cannot open the log", failure.reason);
    rc = appender_new(&journal->appender, journal->log, &failure);
    if (rc != 0)
        return s_fail(journal, rc, "cannot read the producers' states",
                      failure.reason);
    retention_begin(&journal->retention, journal->config, journal->log,
                    clock_now_us(), clock_tick_ms());
    return 0;
}

// Binds "ingest" last: everything that answers is ready before a producer
// sends.
static int s_open_sockets(journal_t *journal)
{
    const config_t *config = journal->config;
    int rc = log_server_new(&journal->server, config, journal->log, "log");
    if (rc != 0)
        return s_fail(journal, rc, "cannot bind log", NULL);
    rc = log_server_new(&journal->admin, config, journal->log, "admin-log");
    if (rc != 0)
        return s_fail(journal, rc, "cannot bind admin-log", NULL);
    rc = socket_bind(&journal->feed, config, ZMQ_XPUB, "feed");
    if (rc != 0)
        return s_fail(journal, rc, "cannot bind feed", NULL);
    // Report every subscription, not just the first to a topic.
    zsock_set_xpub_verbose(journal->feed, 1);
    rc = socket_bind(&journal->ingest, config, ZMQ_SUB, "ingest");
    if (rc != 0)
        return s_fail(journal, rc, "cannot bind ingest", NULL);
    zsock_set_subscribe(journal->ingest, "");
    return 0;
}

static int s_open(void *context)
{
    journal_t *journal = context;
    int rc = s_open_log(journal);
    if (rc == 0)
        rc = s_open_sockets(journal);
    if (rc != 0)
        return rc;
    loop_listen(&journal->shell.loop, journal->feed, s_on_feed);
    loop_listen(&journal->shell.loop, journal->ingest, s_on_ingest);
    return 0;
}

// Does retention and sends the heartbeat when they are due.
static int s_work(void *context, int *wait_ms)
{
    journal_t *journal = context;
    const int64_t now_ms = clock_tick_ms();
    if (now_ms >= journal->heartbeat_due_ms) {
        failure_t failure = {0};
        int rc = retention_work(&journal->retention, now_ms,
                                log_server_sealed(journal->server), &failure);
        if (rc != 0)
            return s_fail(journal, rc, "cannot drop", failure.reason);
        log_server_keep(journal->server, journal->retention.keep);
        s_feed_heartbeat(journal);
        journal->heartbeat_due_ms = now_ms + journal->config->heartbeat_ms;
    }
    *wait_ms = (int)(journal->heartbeat_due_ms - now_ms);
    return 0;
}

static const char *s_state(const void *context, uint64_t *offset, uint64_t *end)
{
    const journal_t *journal = context;
    *offset = *end = event_log_end(journal->log);
    return "live";
}

// Makes the next start faster; if it fails, the next start reports it.
static int s_leave(void *context)
{
    journal_t *journal = context;
    event_log_settle(journal->log, NULL);
    return 0;
}

static void s_close(void *context)
{
    journal_t *journal = context;
    frames_close(&journal->frames);
    zsock_destroy(&journal->ingest);
    zsock_destroy(&journal->feed);
    log_server_destroy(&journal->admin);
    log_server_destroy(&journal->server);
    appender_destroy(&journal->appender);
    event_log_close(&journal->log);
}

void journal_actor(zsock_t *pipe, void *args)
{
    static const shell_class_t s_class = {.open = s_open,
                                          .work = s_work,
                                          .state = s_state,
                                          .leave = s_leave,
                                          .close = s_close};
    const actor_args_t *actor = args;
    journal_t journal = {.config = actor->config};
    shell_run(&journal.shell, &s_class, &journal, pipe, actor);
}
