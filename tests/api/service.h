// service - a real journal, real views and the api, as threads of the test,
// on a folder of their own and a port that was free.

#ifndef OCTOLOG_TESTS_API_SERVICE_H
#define OCTOLOG_TESTS_API_SERVICE_H

#include "actors/aggregator/aggregator.h"
#include "actors/journal/journal.h"
#include "actors/producer/producer.h"
#include "actors/runtime/clock.h"
#include "actors/transport/request.h"
#include "api/http/api.h"
#include "log/folder.h"
#include "proto/event/event.h"
#include "tests/api/http_client.h"

// Longer than anything here takes on a slow machine under a sanitizer.
#define SERVICE_PATIENCE_MS 30000

typedef struct {
    char folder[64];
    config_t *config;
    actor_args_t journal_args;
    zactor_t *journal;
    actor_args_t view_args[CONFIG_VIEWS_MAX];
    zactor_t *views[CONFIG_VIEWS_MAX]; // as many as are configured: all
    actor_args_t api_args;
    zactor_t *api;
    int port;
    producer_t *producer;
    batch_builder_t *builder;
    uint64_t sent; // events
} service_t;

static inline void s_service_print(void *context, const char *file, int line,
                                   const char *text)
{
    (void)context;
    cr_log_error("%s:%d: %s", file ? file : "", line, text);
}

static inline void s_service_await_live(zactor_t *actor)
{
    char *word = NULL, *reason = NULL;
    zstr_recvx(actor, &word, &reason, NULL);
    cr_assert(word && streq(word, "LIVE"), "%s %s", word, reason);
    zstr_free(&word);
    zstr_free(&reason);
}

// A new folder, and a configuration that listens on any port.
static inline void service_configure(service_t *service)
{
    *service = (service_t){.folder = "/tmp/octolog-api-XXXXXX"};
    cr_assert_not_null(mkdtemp(service->folder));
    service->config = config_new();
    cr_assert_not_null(service->config);
    cr_assert_eq(config_set(service->config, "data.dir", service->folder,
                            s_service_print, NULL),
                 0);
    cr_assert_eq(config_finish(service->config, s_service_print, NULL), 0);
    service->config->http_port = 0;
    service->config->fetch = false;
    // Enough for a machine that is busy with other tests.
    service->config->http_deadline_ms = 20000;
}

static inline void service_start_journal(service_t *service)
{
    service->journal_args = (actor_args_t){service->config, "journal"};
    service->journal = zactor_new(journal_actor, &service->journal_args);
    s_service_await_live(service->journal);
}

static inline void service_start_view(service_t *service, int i)
{
    service->view_args[i] =
        (actor_args_t){service->config, service->config->views[i]};
    service->views[i] = zactor_new(aggregator_actor, &service->view_args[i]);
    s_service_await_live(service->views[i]);
}

static inline void service_start_api(service_t *service)
{
    char *word = NULL, *port = NULL;
    service->api_args = (actor_args_t){service->config, "api"};
    service->api = zactor_new(api_actor, &service->api_args);
    zstr_recvx(service->api, &word, &port, NULL);
    cr_assert(word && streq(word, "PORT"), "%s %s", word, port);
    service->port = atoi(port);
    zstr_free(&word);
    zstr_free(&port);
    s_service_await_live(service->api);
}

// Restarts the api with another deadline; nobody else reads it.
static inline void service_set_deadline(service_t *service, int deadline_ms)
{
    zactor_destroy(&service->api);
    service->config->http_deadline_ms = deadline_ms;
    service_start_api(service);
}

// Starts all of it, as configured.
static inline void service_start(service_t *service)
{
    service_start_journal(service);
    for (size_t i = 0; i < service->config->view_count; i++)
        service_start_view(service, i);
    service_start_api(service);
    cr_assert_eq(producer_new(&service->producer, service->config), 0);
    service->builder = batch_builder_new();
    cr_assert_not_null(service->builder);
}

static inline void service_open(service_t *service)
{
    service_configure(service);
    service_start(service);
}

// Takes whatever of it was started.
static inline void service_close(service_t *service)
{
    zactor_destroy(&service->api);
    producer_destroy(&service->producer);
    batch_builder_destroy(&service->builder);
    for (size_t i = 0; i < CONFIG_VIEWS_MAX; i++)
        zactor_destroy(&service->views[i]);
    zactor_destroy(&service->journal);
    config_destroy(&service->config);
    cr_assert_eq(folder_remove(service->folder), 0);
}

// Adds an event to the batch under construction; ids count from 1.
static inline void service_add(service_t *service, const char *type,
                               const char *action, const char *repo,
                               uint64_t repo_id, uint32_t created_at)
{
    char json[256];
    uint64_t id = ++service->sent;
    snprintf(json, sizeof json,
             "{\"id\":\"%llu\",\"type\":\"%s\",\"repo\":{\"name\":\"%s\"},"
             "\"payload\":{\"action\":\"%s\"},\"created_at\":\"%u\"}",
             (unsigned long long)id, type, repo, action, created_at);
    const event_t event = {
        .id = id,
        .repo_id = repo_id,
        .created_at = created_at,
        .type = event_type_code(slice_of(type)),
        .action = action[0] ? event_action_code(slice_of(action)) : 0,
        .type_name = slice_of(type),
        .action_name = slice_of(action),
        .repo_name = slice_of(repo),
        // What belongs to octo belongs to an organisation.
        .org_id = strncasecmp(repo, "octo/", 5) == 0 ? 77 : 0,
        .org_login = slice_of(strncasecmp(repo, "octo/", 5) == 0 ? "Octo" : ""),
        .json = slice_of(json),
    };
    cr_assert_eq(batch_builder_add(service->builder, &event), 0);
}

// One turn of the producer's owner: waits for input and takes it in.
static inline void s_service_turn(producer_t *producer)
{
    zsock_t *sockets[2];
    cr_assert_eq(producer_sockets(producer, sockets), 2);
    int wait_ms = producer_work(producer, clock_tick_ms());
    zmq_pollitem_t items[] = {{zsock_resolve(sockets[0]), 0, ZMQ_POLLIN, 0},
                              {zsock_resolve(sockets[1]), 0, ZMQ_POLLIN, 0}};
    zmq_poll(items, 2, wait_ms);
    producer_work(producer, clock_tick_ms());
}

// Sends the batch, with a list of rejects, and waits until it is on disk.
static inline void service_send(service_t *service, slice_t rejects)
{
    const int64_t end_ms = clock_tick_ms() + SERVICE_PATIENCE_MS;
    cr_assert_eq(producer_send(service->producer, service->builder,
                               slice_of("import:test"), slice_of("there"),
                               rejects),
                 0);
    while (producer_unacknowledged(service->producer) > 0) {
        cr_assert_lt(clock_tick_ms(), end_ms, "nothing is acknowledged");
        s_service_turn(service->producer);
    }
}

// Waits until the views have applied everything that was sent.
static inline void service_settle_views(service_t *service)
{
    const int64_t end_ms = clock_tick_ms() + SERVICE_PATIENCE_MS;
    for (size_t i = 0; i < service->config->view_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "view-%s", service->view_args[i].name);
        request_t *request = request_new(service->config, name);
        const message_t question = {.kind = MESSAGE_VIEW_STATUS_ASK};
        message_t answer = {0};
        while (answer.as_of.offset < service->sent) {
            cr_assert_lt(clock_tick_ms(), end_ms, "%s is behind", name);
            cr_assert_eq(
                request_ask(request, &question, SERVICE_PATIENCE_MS, &answer),
                0);
            cr_assert_eq(answer.kind, MESSAGE_AS_OF);
        }
        request_destroy(&request);
    }
}

// And until the api knows that: what it said before, it may say again until it
// has heard that the log has grown.
static inline void service_settle(service_t *service)
{
    const int64_t end_ms = clock_tick_ms() + SERVICE_PATIENCE_MS;
    double offset = -1;
    service_settle_views(service);
    while (offset < (double)service->sent) {
        cr_assert_lt(clock_tick_ms(), end_ms, "the api has not heard of it");
        cJSON *json =
            http_json(service->port, "/v1/agg_event_counts?offset_minutes=1");
        const cJSON *as_of = cJSON_GetObjectItem(json, "as_of");
        offset = cJSON_GetNumberValue(cJSON_GetObjectItem(as_of, "offset"));
        cJSON_Delete(json);
    }
}

#endif
