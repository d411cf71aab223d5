// What the tests of the fetcher share: a fetcher beside a real journal, polling
// a real octolog-sim, and what must be true of the log afterwards.
#ifndef OCTOLOG_TESTS_ACTORS_FETCHER_FETCHER_FIXTURE_H
#define OCTOLOG_TESTS_ACTORS_FETCHER_FETCHER_FIXTURE_H

#include "actors/fetcher/fetcher.h"
#include "actors/runtime/clock.h"
#include "proto/base/time_text.h"
#include "tests/actors/fetcher/sim_fixture.h"
#include "tests/actors/spine_fixture.h"

// Between two looks at something that has no event to wait for.
#define LOOK_MS 5

typedef struct {
    spine_t spine;
    sim_t sim;
    actor_args_t args;
    zactor_t *fetcher;
    request_t *status;
} fetching_t;

static inline void fetching_set(fetching_t *self, const char *key,
                                const char *value)
{
    cr_assert_eq(config_set(self->spine.config, key, value, s_print, NULL), 0);
}

// Adds a feed of the simulator to the sources.
static inline void fetching_add(fetching_t *self, const char *path)
{
    char url[512];
    snprintf(url, sizeof url, "%s%s", self->sim.url, path);
    fetching_set(self, "github.source", url);
}

// Opens journal and simulator; the fetcher does not run yet. scale: how much
// faster than ours GitHub's time goes.
static inline void fetching_open(fetching_t *self, const char *scale,
                                 const char *const *sim_args)
{
    const char *args[SIM_ARGS_MAX] = {"--clock-scale", scale};
    for (size_t i = 2; i < SIM_ARGS_MAX - 1 && *sim_args; i++)
        args[i] = *sim_args++;
    *self = (fetching_t){0};
    sim_start(&self->sim, args);
    spine_open(&self->spine);
    fetching_set(self, "github.time-scale", scale);
    self->args = (actor_args_t){self->spine.config, "fetcher"};
}
#define FETCHING_OPEN(self, scale, ...)                                        \
    fetching_open(self, scale, (const char *const[]){__VA_ARGS__, NULL})

static inline void fetching_expect(zactor_t *actor, const char *word)
{
    char *said = zstr_recv(actor);
    cr_assert_str_eq(said, word);
    zstr_free(&said);
}

static inline void fetching_start(fetching_t *self)
{
    self->fetcher = zactor_new(fetcher_actor, &self->args);
    fetching_expect(self->fetcher, "LIVE");
    self->status = request_new(self->spine.config, "fetcher");
}

// As the supervisor stops it.
static inline void fetching_drain(fetching_t *self)
{
    zstr_send(self->fetcher, "DRAIN");
    fetching_expect(self->fetcher, "DRAINED");
    request_destroy(&self->status);
    zactor_destroy(&self->fetcher);
}

// Without a word before.
static inline void fetching_stop(fetching_t *self)
{
    request_destroy(&self->status);
    zactor_destroy(&self->fetcher);
}

static inline void fetching_close(fetching_t *self)
{
    spine_close(&self->spine);
    sim_stop(&self->sim);
}

// The status of source i; its texts are valid until the next call.
static inline message_source_t fetching_source(fetching_t *self, size_t i)
{
    message_t item = {0};
    message_t answer =
        spine_ask(self->status, (message_t){.kind = MESSAGE_SOURCES_ASK});
    cr_assert_eq(answer.kind, MESSAGE_SOURCES);
    slice_t list = answer.sources.sources;
    for (size_t n = 0; n <= i; n++)
        cr_assert_eq(message_list_next(&list, MESSAGE_SOURCE, &item), 1);
    return item.source;
}

// Waits until source 0 was polled so often (failures not counted).
static inline void fetching_await_polls(fetching_t *self, uint64_t polls)
{
    int64_t end_ms = clock_tick_ms() + PATIENCE_MS;
    while (fetching_source(self, 0).polls < polls) {
        cr_assert_lt(clock_tick_ms(), end_ms);
        zclock_sleep(LOOK_MS);
    }
}

// (id, created_at) as one text an event, sorted.
typedef struct {
    char **items;
    size_t count;
} keys_t;

static inline void keys_add(keys_t *keys, const char *id, uint64_t created_at)
{
    char *key = NULL;
    cr_assert_gt(asprintf(&key, "%s %llu", id, (unsigned long long)created_at),
                 0);
    keys->items = realloc(keys->items, (keys->count + 1) * sizeof *keys->items);
    keys->items[keys->count++] = key;
}

static inline int keys_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void keys_sort(keys_t *keys)
{
    qsort(keys->items, keys->count, sizeof *keys->items, keys_compare);
}

static inline void keys_free(keys_t *keys)
{
    for (size_t i = 0; i < keys->count; i++)
        free(keys->items[i]);
    free(keys->items);
    *keys = (keys_t){0};
}

// Adds the events of a JSON array.
static inline void keys_add_array(keys_t *keys, const cJSON *events)
{
    const cJSON *event;
    cJSON_ArrayForEach(event, events)
    {
        uint32_t created_at;
        cr_assert_eq(time_text_parse(slice_of(sim_text(event, "created_at")),
                                     &created_at),
                     0);
        keys_add(keys, sim_text(event, "id"), created_at);
    }
}

static inline void keys_unique(keys_t *keys)
{
    size_t kept = 0;
    keys_sort(keys);
    for (size_t i = 0; i < keys->count; i++) {
        if (kept && strcmp(keys->items[kept - 1], keys->items[i]) == 0)
            free(keys->items[i]);
        else
            keys->items[kept++] = keys->items[i];
    }
    keys->count = kept;
}

static inline void keys_expect_same(const keys_t *log, const keys_t *wanted)
{
    size_t shared = log->count < wanted->count ? log->count : wanted->count;
    for (size_t i = 0; i < shared; i++)
        cr_assert_str_eq(log->items[i], wanted->items[i]);
    cr_assert_eq(log->count, wanted->count);
}

// Every event of the log.
static inline keys_t fetching_logged(const fetching_t *self)
{
    keys_t keys = {0};
    request_t *log = request_new(self->spine.config, "log");
    uint64_t offset = 0, end = 1;
    while (offset < end) {
        message_t answer = spine_ask(
            log,
            (message_t){.kind = MESSAGE_LOG_READ,
                        .log_read = {offset, UINT64_MAX, 1000, 1 << 20, 0}});
        cr_assert_eq(answer.kind, MESSAGE_LOG_BATCHES);
        for (uint32_t i = 0; i < answer.log_batches.batches; i++) {
            batch_t batch;
            char id[24];
            cr_assert_eq(batch_open(&batch, request_frame(log, 1 + i), NULL),
                         0);
            for (uint32_t row = 0; row < batch.count; row++) {
                snprintf(id, sizeof id, "%llu",
                         (unsigned long long)batch_id(&batch, row));
                keys_add(&keys, id, batch_created_at(&batch, row));
            }
        }
        offset = answer.log_batches.next;
        end = answer.log_batches.end;
    }
    request_destroy(&log);
    keys_sort(&keys);
    return keys;
}

// Whatever the simulator served is in the log, once, and nothing else is.
static inline void fetching_expect_all_served(const fetching_t *self)
{
    cJSON *served = sim_call(&self->sim, "GET", "/_sim/served");
    keys_t wanted = {0}, log = fetching_logged(self);
    keys_add_array(&wanted, cJSON_GetObjectItem(served, "events"));
    keys_sort(&wanted);
    keys_expect_same(&log, &wanted);
    cr_assert_gt(log.count, 0);
    cr_assert_eq(spine_stats(&self->spine).rejects, 0);
    keys_free(&wanted);
    keys_free(&log);
    cJSON_Delete(served);
}

#endif
