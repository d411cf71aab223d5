// What survives SIGKILL at any moment: invariants I1 to I4.
//
// The test is its own producer and keeps its own list of what the journal
// acknowledged. Actors, and now and then the supervisor with all of them, are
// killed at random instants while events flow. Afterwards every acknowledged
// event is in the log exactly once, nothing else is, offsets are dense, and
// the views equal the fold of the log.
//
// OCTOLOG_KILL_ROUNDS and OCTOLOG_KILL_SEED repeat or lengthen it.

#include "actors/actor.h"
#include "actors/producer.h"
#include "log/event_log.h"
#include "log/log_reader.h"
#include "proto/batch.h"
#include "proto/event_parser.h"
#include "proto/time_text.h"
#include "tests/e2e/harness.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define EVENTS_PER_BATCH 40
#define BATCHES_AT_MOST  200000

typedef struct {
    e2e_service_t service;
    config_t *config;
    producer_t *producer;
    batch_builder_t *builder;
    event_parser_t *parser;
    uint64_t sent;         // batches: ids 1 + n * EVENTS_PER_BATCH ...
    uint64_t acknowledged; // batches
    unsigned random;
} kill_t;

static int s_setting(const char *name, int otherwise)
{
    const char *text = getenv(name);
    return text ? atoi(text) : otherwise;
}

// A number in [0, below): splitmix-like, so that a seed repeats a run.
static unsigned s_random(kill_t *run, unsigned below)
{
    run->random = run->random * 1103515245u + 12345u;
    return (run->random >> 8) % below;
}

static void s_complain(void *context, const char *file, int line,
                       const char *text)
{
    (void)context, (void)line;
    cr_log_error("%s: %s", file ? file : "config", text);
}

// Event number `id`: every tenth is a pull request, created_at moves on by a
// second every 50 events and steps back now and then.
static int s_event_json(uint64_t id, char *json, size_t capacity)
{
    bool pull = id % 10 == 0;
    char at[TIME_TEXT_BYTES];
    time_text_format(1750000000u + (uint32_t)(id / 50) - (id % 7 ? 0 : 90), at);
    return snprintf(json, capacity,
                    "{\"id\":\"%llu\",\"type\":\"%s\",\"created_at\":\"%s\","
                    "\"repo\":{\"id\":%llu,\"name\":\"owner/repo%llu\"},"
                    "\"payload\":{%s}}",
                    (unsigned long long)id,
                    pull ? "PullRequestEvent" : "PushEvent", at,
                    (unsigned long long)(1 + id / 10 % 17),
                    (unsigned long long)(id / 10 % 17),
                    pull ? "\"action\":\"opened\"" : "");
}

static void s_send_batch(kill_t *run)
{
    char json[512];
    const char *reason = NULL;
    for (uint64_t i = 0; i < EVENTS_PER_BATCH; i++) {
        uint64_t id = run->sent * EVENTS_PER_BATCH + i + 1;
        int size = s_event_json(id, json, sizeof json);
        event_t event;
        cr_assert_eq(event_parser_parse(run->parser, slice(json, (size_t)size),
                                        &event, &reason),
                     0, "%s", reason);
        cr_assert_eq(batch_builder_add(run->builder, &event), 0);
    }
    cr_assert_eq(producer_send(run->producer, run->builder,
                               slice_of("test:kill"), slice_of("cursor"),
                               slice(NULL, 0)),
                 0);
    run->sent++;
}

// Keeps the window full and takes in acknowledgements until `until_ms`, or,
// with drain, until all is acknowledged.
static void s_produce(kill_t *run, long long until_ms, bool drain)
{
    zsock_t *sockets[2];
    zpoller_t *poller = zpoller_new(NULL);
    size_t count = producer_sockets(run->producer, sockets);
    long long patience = e2e_tick_ms() + E2E_PATIENCE_MS;
    for (size_t i = 0; i < count; i++)
        zpoller_add(poller, sockets[i]);
    for (;;) {
        int wait_ms = producer_work(run->producer, actor_tick_ms());
        run->acknowledged = producer_totals(run->producer)->sequence;
        long long now = e2e_tick_ms();
        if (drain ? producer_unacknowledged(run->producer) == 0
                  : now >= until_ms)
            break;
        cr_assert_lt(now, patience, "the journal acknowledges no more");
        if (!drain && run->sent < BATCHES_AT_MOST &&
            producer_has_room(run->producer)) {
            s_send_batch(run);
            continue;
        }
        if (!drain && wait_ms > until_ms - now)
            wait_ms = (int)(until_ms - now);
        zpoller_wait(poller, wait_ms);
    }
    zpoller_destroy(&poller);
}

// The pid of a random running actor, as the service itself tells it.
static pid_t s_victim(kill_t *run)
{
    cJSON *body = NULL;
    pid_t pid = 0;
    if (e2e_get(run->service.port, "/v1/actors", &body) == 200) {
        cJSON *actors = cJSON_GetObjectItem(body, "actors");
        int count = cJSON_GetArraySize(actors);
        if (count > 0)
            pid = (pid_t)e2e_number(
                cJSON_GetArrayItem(actors, (int)s_random(run, (unsigned)count)),
                "pid");
    }
    cJSON_Delete(body);
    return pid;
}

static void s_kill_rounds(kill_t *run, const char *data, int rounds)
{
    int killed = 0;
    for (int round = 0; round < rounds; round++) {
        s_produce(run, e2e_tick_ms() + 10 + s_random(run, 250), false);
        if (round % 6 == 5) { // the whole group: children die with it
            e2e_signal(&run->service.process, SIGKILL);
            e2e_forget(&run->service.process);
            free(run->service.data);
            E2E_UP(&run->service, data, "--no-fetch");
            killed++;
            continue;
        }
        pid_t victim = s_victim(run);
        if (victim > 1 && kill(victim, SIGKILL) == 0)
            killed++;
    }
    cr_log_info("%d of %d rounds killed something", killed, rounds);
    cr_assert_gt(killed, rounds / 3);
}

// Reads the whole log and counts each id.
static void s_check_log(const kill_t *run, const char *data)
{
    char reason[EVENT_LOG_REASON_MAX];
    char *path = e2e_path(data, "log");
    event_log_t *log = NULL;
    log_reader_t *reader = NULL;
    log_record_t record;
    uint64_t ids = run->sent * EVENTS_PER_BATCH, expected = 0;
    unsigned char *seen = calloc(ids + 1, 1);
    cr_assert_eq(event_log_open(&log, path, EVENT_LOG_READ, NULL, reason), 0,
                 "%s", reason);
    cr_assert_eq(log_reader_new(&reader, log, false), 0);
    cr_assert_eq(log_reader_seek(reader, 0), 0);
    int more;
    while ((more = log_reader_next(reader, &record)) == 1) {
        batch_t batch;
        cr_assert_eq(batch_open(&batch,
                                slice(record.head.data, record.head.bytes),
                                NULL),
                     0);
        cr_assert_eq(batch.offset, expected, "offsets are not dense");
        expected += batch.count;
        for (uint32_t i = 0; i < batch.count; i++) {
            uint64_t id = batch_id(&batch, i);
            cr_assert(id >= 1 && id <= ids, "an event nobody sent");
            cr_assert_eq(seen[id]++, 0, "event %llu twice",
                         (unsigned long long)id);
        }
    }
    cr_assert_eq(more, 0, "%s", log_reader_reason(reader));
    for (uint64_t id = 1; id <= run->acknowledged * EVENTS_PER_BATCH; id++)
        cr_assert_eq(seen[id], 1, "event %llu was acknowledged and is gone",
                     (unsigned long long)id);
    cr_log_info("%llu events, all acknowledged ones there once",
                (unsigned long long)expected);
    log_reader_destroy(&reader);
    event_log_close(&log);
    free(seen);
    free(path);
}

Test(kill, acknowledged_events_survive_sigkill_at_any_moment, .timeout = 86400)
{
    char *data = e2e_folder();
    kill_t run = {.random = (unsigned)s_setting("OCTOLOG_KILL_SEED", 7)};
    E2E_UP(&run.service, data, "--no-fetch");
    run.config = config_new();
    cr_assert_eq(config_set(run.config, "data.dir", data, s_complain, NULL), 0);
    cr_assert_eq(config_finish(run.config, s_complain, NULL), 0);
    cr_assert_eq(producer_new(&run.producer, run.config), 0);
    run.builder = batch_builder_new();
    run.parser = event_parser_new();
    cr_assert(run.builder && run.parser);

    s_kill_rounds(&run, data, s_setting("OCTOLOG_KILL_ROUNDS", 36));
    s_produce(&run, 0, true);
    cr_assert_eq(run.acknowledged, run.sent);
    e2e_await_offset(&run.service, (double)(run.sent * EVENTS_PER_BATCH));

    char *out = NULL;
    cr_expect_eq(E2E_RUN(&out, "octolog", "replay", "--data", data, "--verify"),
                 0, "a view is not the fold of the log: %s", out);
    free(out);
    producer_destroy(&run.producer);
    batch_builder_destroy(&run.builder);
    event_parser_destroy(&run.parser);
    config_destroy(&run.config);
    e2e_down(&run.service);
    s_check_log(&run, data);
    cr_expect_eq(E2E_RUN(&out, "octolog", "verify", "--data", data), 0, "%s",
                 out);
    free(out);
    e2e_remove(data);
    free(data);
}
