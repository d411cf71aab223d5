#include "tests/e2e/load.h"

#include "actors/runtime/clock.h"
#include "log/event_log.h"
#include "log/log_reader.h"
#include "proto/base/time_text.h"
#include "proto/batch/batch.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define EVENTS_PER_BATCH 40
// Of all runs: what the list of acknowledged events is laid out for.
#define EVENTS_AT_MOST 8000000
#define EVENT_BYTES    512
#define REPOS          17
// Of the service's time between an event and the next: a day ends every 21,600
// events, so that views have days to make of hours while a test looks.
#define EVENT_SECONDS 4
// Every seventh comes so late, some of them after the end of their day.
#define LATE_SECONDS 7200

int load_setting(const char *name, int otherwise)
{
    const char *text = getenv(name);
    return text ? atoi(text) : otherwise;
}

unsigned load_random(unsigned *state, unsigned below)
{
    *state = *state * 1103515245u + 12345u;
    return (*state >> 8) % below;
}

static void s_complain(void *context, const char *file, int line,
                       const char *text)
{
    (void)context, (void)line;
    cr_log_error("%s: %s", file ? file : "config", text);
}

void load_open(load_t *load, const char *data)
{
    *load = (load_t){.config = config_new(),
                     .builder = batch_builder_new(),
                     .parser = event_parser_new()};
    cr_assert(load->config && load->builder && load->parser);
    cr_assert_eq(config_set(load->config, "data.dir", data, s_complain, NULL),
                 0);
    cr_assert_eq(config_finish(load->config, s_complain, NULL), 0);
    cr_assert_eq(producer_new(&load->producer, load->config), 0);
}

void load_close(load_t *load)
{
    producer_destroy(&load->producer);
    batch_builder_destroy(&load->builder);
    event_parser_destroy(&load->parser);
    config_destroy(&load->config);
}

static int s_event_json(uint64_t id, char json[EVENT_BYTES])
{
    bool pull = id % 10 == 0;
    char at[TIME_TEXT_BYTES];
    time_text_format(1750000000u + (uint32_t)id * EVENT_SECONDS -
                         (id % 7 ? 0 : LATE_SECONDS),
                     at);
    return snprintf(json, EVENT_BYTES,
                    "{\"id\":\"%" PRIu64 "\",\"type\":\"%s\","
                    "\"created_at\":\"%s\",\"repo\":{\"id\":%" PRIu64
                    ",\"name\":\"owner/repo%" PRIu64 "\"},\"payload\":{%s}}",
                    id, pull ? "PullRequestEvent" : "PushEvent", at,
                    1 + id / 10 % REPOS, id / 10 % REPOS,
                    pull ? "\"action\":\"opened\"" : "");
}

void load_write_file(const char *path, uint64_t from, uint64_t until)
{
    char json[EVENT_BYTES];
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    for (uint64_t id = from; id < until; id++) {
        s_event_json(id, json);
        fprintf(file, "%s\n", json);
    }
    cr_assert_eq(fclose(file), 0);
}

static void s_send_batch(load_t *load)
{
    char json[EVENT_BYTES];
    const char *reason = NULL;
    for (int i = 0; i < EVENTS_PER_BATCH; i++) {
        int size = s_event_json(++load->sent, json);
        event_t event;
        cr_assert_eq(event_parser_parse(load->parser, slice(json, (size_t)size),
                                        &event, &reason),
                     0, "%s", reason);
        cr_assert_eq(batch_builder_add(load->builder, &event), 0);
    }
    cr_assert_eq(producer_send(load->producer, load->builder,
                               slice_of("test:load"), slice_of("cursor"),
                               slice(NULL, 0)),
                 0);
}

static void s_produce(load_t *load, bool sending, bool (*done)(void *context),
                      void *context)
{
    zsock_t *sockets[2];
    zpoller_t *poller = zpoller_new(NULL);
    size_t count = producer_sockets(load->producer, sockets);
    uint64_t before = load->acknowledged;
    long long patience = e2e_tick_ms() + E2E_PATIENCE_MS;
    for (size_t i = 0; i < count; i++)
        zpoller_add(poller, sockets[i]);
    for (;;) {
        int wait_ms = producer_work(load->producer, clock_tick_ms());
        load->acknowledged =
            producer_totals(load->producer)->sequence * EVENTS_PER_BATCH;
        if (done(context))
            break;
        if (load->acknowledged > before) {
            before = load->acknowledged;
            patience = e2e_tick_ms() + E2E_PATIENCE_MS;
        }
        cr_assert_lt(e2e_tick_ms(), patience,
                     "the journal acknowledges no more");
        if (sending && load->sent < EVENTS_AT_MOST &&
            producer_has_room(load->producer))
            s_send_batch(load);
        else // `done` may wait for something that no socket tells
            zpoller_wait(poller, wait_ms < 5 ? wait_ms : 5);
    }
    zpoller_destroy(&poller);
}

static bool s_is_late(void *context)
{
    const long long *until_ms = context;
    return e2e_tick_ms() >= *until_ms;
}

void load_produce_for(load_t *load, long long ms)
{
    long long until_ms = e2e_tick_ms() + ms;
    s_produce(load, true, s_is_late, &until_ms);
}

// With patience for `done` even while acknowledgements come.
typedef struct {
    bool (*done)(void *context);
    void *context;
    long long until_ms;
} wait_t;

static bool s_is_done(void *context)
{
    wait_t *wait = context;
    if (wait->done(wait->context))
        return true;
    cr_assert_lt(e2e_tick_ms(), wait->until_ms, "what is awaited never comes");
    return false;
}

void load_produce_until(load_t *load, bool (*done)(void *context),
                        void *context)
{
    wait_t wait = {done, context, e2e_tick_ms() + E2E_PATIENCE_MS};
    s_produce(load, true, s_is_done, &wait);
}

static bool s_is_drained(void *context)
{
    const load_t *load = context;
    return producer_unacknowledged(load->producer) == 0;
}

void load_drain(load_t *load)
{
    s_produce(load, false, s_is_drained, load);
    cr_assert_eq(load->acknowledged, load->sent);
}

// Counts the events of one batch.
static void s_count(const log_record_t *record, uint64_t expected,
                    uint64_t sent, unsigned char *seen)
{
    batch_t batch;
    cr_assert_eq(batch_open(&batch, record->head, NULL), 0);
    cr_assert_eq(batch.offset, expected, "offsets are not dense");
    for (uint32_t i = 0; i < batch.count; i++) {
        uint64_t id = batch_id(&batch, i);
        cr_assert(id >= 1 && id <= sent, "an event nobody sent");
        cr_assert_eq(seen[id]++, 0, "event %" PRIu64 " twice", id);
    }
}

uint64_t load_check_log(const char *data, uint64_t sent, uint64_t acknowledged)
{
    failure_t failure = {0};
    char *path = e2e_path(data, "log");
    event_log_t *log = NULL;
    log_reader_t *reader = NULL;
    log_record_t record;
    uint64_t end = 0;
    unsigned char *seen = calloc(sent + 1, 1);
    cr_assert_not_null(seen);
    cr_assert_eq(event_log_open(&log, path, EVENT_LOG_READ, NULL, &failure), 0,
                 "%s", failure.reason);
    cr_assert_eq(log_reader_new(&reader, log, false), 0);
    cr_assert_eq(log_reader_seek(reader, 0), 0);
    const uint64_t first = event_log_first(log);
    int more;
    for (end = first; (more = log_reader_next(reader, &record)) == 1;
         end += record.count)
        s_count(&record, end, sent, seen);
    cr_assert_eq(more, 0, "%s", log_reader_reason(reader));
    // One producer in order: event `id` has offset id - 1.
    for (uint64_t id = first + 1; id <= acknowledged; id++)
        cr_assert_eq(seen[id], 1,
                     "event %" PRIu64 " was acknowledged and is gone", id);
    log_reader_destroy(&reader);
    event_log_close(&log);
    free(seen);
    free(path);
    return end;
}

// The number at a dotted path of what the service answers, once that stands for
// all events.
static double s_ask(const e2e_service_t *service, uint64_t events,
                    const char *path, const char *number)
{
    long long until = e2e_tick_ms() + E2E_PATIENCE_MS;
    for (;;) {
        cJSON *body = NULL;
        int status = e2e_get(service->port, path, &body);
        bool whole =
            status == 200 && e2e_number(body, "as_of.offset") >= (double)events;
        double value = e2e_number(body, number);
        cJSON_Delete(body);
        if (whole)
            return value;
        cr_assert_lt(e2e_tick_ms(), until, "%s: %d", path, status);
        e2e_nap();
    }
}

void load_check_counts(const e2e_service_t *service, uint64_t events)
{
    static const char s_all[] = "/v1/agg_event_counts?start=2025-06-01T00:00:"
                                "00Z&end=2027-06-01T00:00:00Z";
    const uint64_t pulls = events / 10;
    uint64_t of_repo = 0;
    for (uint64_t id = 1; id <= events; id++)
        of_repo += id / 10 % REPOS == 3;
    const struct {
        const char *path, *number;
        uint64_t expected;
    } questions[] = {
        {s_all, "counts.PushEvent", events - pulls},
        {s_all, "counts.PullRequestEvent", pulls},
        {"/v1/repos/owner/repo3", "events", of_repo},
        // Every tenth of them is a pull request, the first of ten.
        {"/v1/avg_pr_interval/owner/repo3", "pr_count", (of_repo + 9) / 10},
    };
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        double found =
            s_ask(service, events, questions[i].path, questions[i].number);
        cr_assert_eq(found, (double)questions[i].expected,
                     "%s: %s is %.0f instead of %" PRIu64, questions[i].path,
                     questions[i].number, found, questions[i].expected);
    }
}

void load_check_views(const char *data)
{
    char *out = NULL;
    cr_assert_eq(E2E_RUN(&out, "octolog", "replay", "--data", data, "--verify"),
                 0, "a view is not the fold of the log: %s", out);
    free(out);
    cr_assert_eq(E2E_RUN(&out, "octolog", "verify", "--data", data), 0, "%s",
                 out);
    free(out);
}
