// The real fetcher polls octolog-sim, and everything it was given is in the
// log once, whatever the simulator does to it and whoever is killed meanwhile.

#include "tests/e2e/harness.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    e2e_process_t process;
    char url[64];
    int port;
} sim_t;

static void s_sim(sim_t *sim, const char *const *more)
{
    const char *argv[32] = {"octolog-sim", "--port", "0"};
    size_t count = 3;
    while (*more && count < 31)
        argv[count++] = *more++;
    e2e_start(&sim->process, argv);
    const char *port =
        e2e_await(&sim->process, "listening on http://127.0.0.1:");
    sim->port = atoi(port);
    snprintf(sim->url, sizeof sim->url, "http://127.0.0.1:%d", sim->port);
}
#define SIM(sim, ...) s_sim(sim, (const char *const[]){__VA_ARGS__, NULL})

static void s_sim_end(sim_t *sim)
{
    e2e_signal(&sim->process, SIGTERM);
    e2e_end(&sim->process);
    e2e_forget(&sim->process);
}

static int s_by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef struct {
    char **keys;
    size_t count;
} keys_t;

static void s_add_key(keys_t *keys, const cJSON *event)
{
    char key[128];
    snprintf(key, sizeof key, "%s %s",
             cJSON_GetStringValue(cJSON_GetObjectItem(event, "id")),
             cJSON_GetStringValue(cJSON_GetObjectItem(event, "created_at")));
    keys->keys = realloc(keys->keys, (keys->count + 1) * sizeof *keys->keys);
    keys->keys[keys->count++] = strdup(key);
}

static void s_free_keys(keys_t *keys)
{
    for (size_t i = 0; i < keys->count; i++)
        free(keys->keys[i]);
    free(keys->keys);
}

// (id, created_at) of every event in the log, sorted.
static keys_t s_logged(int port)
{
    keys_t keys = {0};
    char path[64];
    double from = 0, count = 1;
    while (count > 0) {
        cJSON *page = NULL;
        const cJSON *event;
        snprintf(path, sizeof path, "/v1/events?from=%.0f&limit=1000", from);
        cr_assert_eq(e2e_get(port, path, &page), 200);
        count = 0;
        cJSON_ArrayForEach(event, cJSON_GetObjectItem(page, "events"))
        {
            s_add_key(&keys, event);
            count++;
        }
        from = e2e_number(page, "next");
        cJSON_Delete(page);
    }
    qsort(keys.keys, keys.count, sizeof *keys.keys, s_by_text);
    return keys;
}

// (id, created_at) of every event the simulator gave in a whole answer, sorted
// and each once.
static keys_t s_served(int port)
{
    keys_t keys = {0};
    cJSON *body = NULL;
    const cJSON *event;
    size_t kept = 0;
    cr_assert_eq(e2e_get(port, "/_sim/served", &body), 200);
    cJSON_ArrayForEach(event, cJSON_GetObjectItem(body, "events"))
    {
        s_add_key(&keys, event);
    }
    cJSON_Delete(body);
    qsort(keys.keys, keys.count, sizeof *keys.keys, s_by_text);
    for (size_t i = 0; i < keys.count; i++) {
        if (kept > 0 && strcmp(keys.keys[kept - 1], keys.keys[i]) == 0)
            free(keys.keys[i]);
        else
            keys.keys[kept++] = keys.keys[i];
    }
    keys.count = kept;
    return keys;
}

static bool s_same(const keys_t *a, const keys_t *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->keys[i], b->keys[i]) != 0)
            return false;
    return true;
}

// Every key of `some` is among `all`.
static bool s_within(const keys_t *some, const keys_t *all)
{
    size_t j = 0;
    for (size_t i = 0; i < some->count; i++) {
        while (j < all->count && strcmp(all->keys[j], some->keys[i]) < 0)
            j++;
        if (j == all->count || strcmp(all->keys[j], some->keys[i]) != 0)
            return false;
    }
    return true;
}

static void s_expect_each_once(const keys_t *logged)
{
    for (size_t i = 1; i < logged->count; i++)
        cr_expect_str_neq(logged->keys[i - 1], logged->keys[i],
                          "in the log twice");
}

// Waits until the log's end says `count` or more events.
static void s_await_events(const e2e_service_t *service, double count)
{
    long long until = e2e_tick_ms() + 2 * E2E_PATIENCE_MS;
    for (;;) {
        cJSON *log = NULL;
        double end = -1;
        if (e2e_get(service->port, "/v1/log", &log) == 200)
            end = e2e_number(log, "end_offset");
        cJSON_Delete(log);
        if (end >= count)
            return;
        cr_assert_lt(e2e_tick_ms(), until, "the log stays at %.0f of %.0f", end,
                     count);
        e2e_nap();
    }
}

// A configuration that lives as many times faster as the simulator's clock.
static char *s_fast_config(const char *folder, const char *scale)
{
    char *file = e2e_path(folder, "fast.cfg");
    FILE *out = fopen(file, "w");
    cr_assert_not_null(out);
    fprintf(out, "github\n    time-scale = %s\n", scale);
    fclose(out);
    return file;
}

Test(fetch, each_event_of_recorded_polls_is_logged_once, .timeout = 300)
{
    char *recording = e2e_data("polls/user-feed-2026.ndjson.gz");
    sim_t sim;
    e2e_service_t service;
    char source[128];
    if (!recording)
        cr_skip_test("no recorded polls here");
    char *data = e2e_folder();
    char *config = s_fast_config(data, "600");
    cJSON *oracle =
        e2e_oracle((const char *const[]){"counts", recording, NULL});
    SIM(&sim, "--file", recording, "--clock-scale", "600", "--rate-limit",
        "100000");
    snprintf(source, sizeof source, "%s/users/somebody/events", sim.url);
    E2E_UP(&service, data, "--config", config, "--source", source);
    s_await_events(&service, e2e_number(oracle, "events"));
    keys_t logged = s_logged(service.port);
    keys_t served = s_served(sim.port);
    cr_expect_eq((double)logged.count, e2e_number(oracle, "events"));
    cr_expect(s_same(&logged, &served), "logged %zu, served %zu", logged.count,
              served.count);
    s_expect_each_once(&logged);
    s_free_keys(&logged);
    s_free_keys(&served);
    e2e_down(&service);
    s_sim_end(&sim);
    cJSON_Delete(oracle);
    e2e_remove(data);
    free(data);
    free(config);
    free(recording);
}

// The pid of the fetcher, or 0.
static pid_t s_fetcher(int port)
{
    cJSON *body = NULL;
    const cJSON *actor;
    pid_t pid = 0;
    if (e2e_get(port, "/v1/actors", &body) == 200) {
        cJSON_ArrayForEach(actor, cJSON_GetObjectItem(body, "actors"))
        {
            if (strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(actor, "name")),
                       "fetcher") == 0)
                pid = (pid_t)e2e_number(actor, "pid");
        }
    }
    cJSON_Delete(body);
    return pid;
}

// Faults of all kinds at once, the fetcher killed again and again, in the end
// everything together: what was served whole is in the log, once.
Test(fetch, nothing_served_is_lost_through_faults_and_kills, .timeout = 300)
{
    sim_t sim;
    e2e_service_t service;
    char source[128];
    char *data = e2e_folder();
    char *config = s_fast_config(data, "600");
    SIM(&sim, "--seed", "11", "--rate", "0.5", "--clock-scale", "600",
        "--rate-limit", "100000", "--fault", "server-error=0.05", "--fault",
        "truncated=0.05", "--fault", "malformed=0.05", "--fault", "reset=0.05",
        "--fault", "object=0.03", "--fault", "duplicated=0.1", "--fault",
        "reordered=0.1", "--fault", "changed=0.1", "--fault",
        "not-modified=0.05");
    snprintf(source, sizeof source, "%s/events", sim.url);
    E2E_UP(&service, data, "--config", config, "--source", source);
    for (int round = 0; round < 6; round++) {
        s_await_events(&service, 200 * (round + 1));
        if (round == 3) {
            e2e_signal(&service.process, SIGKILL);
            e2e_forget(&service.process);
            free(service.data);
            E2E_UP(&service, data, "--config", config, "--source", source);
        } else {
            pid_t pid = s_fetcher(service.port);
            if (pid > 1)
                kill(pid, SIGKILL);
        }
    }
    // Served keys first: whatever was served by now must come to the log.
    keys_t served = s_served(sim.port);
    cr_assert_gt(served.count, 1000);
    long long until = e2e_tick_ms() + E2E_PATIENCE_MS;
    keys_t logged = s_logged(service.port);
    while (!s_within(&served, &logged) && e2e_tick_ms() < until) {
        s_free_keys(&logged);
        e2e_nap();
        logged = s_logged(service.port);
    }
    cr_expect(s_within(&served, &logged), "something served is not in the log");
    s_expect_each_once(&logged);
    s_free_keys(&served);
    s_free_keys(&logged);
    cr_expect_eq(E2E_RUN(NULL, "octolog", "replay", "--data", data, "--verify"),
                 0);
    e2e_down(&service);
    s_sim_end(&sim);
    e2e_remove(data);
    free(data);
    free(config);
}
