#include "tests/e2e/simulator.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void simulator_start(simulator_t *sim, const char *const *more)
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

void simulator_end(simulator_t *sim)
{
    e2e_signal(&sim->process, SIGTERM);
    e2e_end(&sim->process);
    e2e_forget(&sim->process);
}

static int s_by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void s_add_key(event_keys_t *keys, const cJSON *event)
{
    char key[128];
    snprintf(key, sizeof key, "%s %s",
             cJSON_GetStringValue(cJSON_GetObjectItem(event, "id")),
             cJSON_GetStringValue(cJSON_GetObjectItem(event, "created_at")));
    keys->keys = realloc(keys->keys, (keys->count + 1) * sizeof *keys->keys);
    keys->keys[keys->count++] = strdup(key);
}

void event_keys_free(event_keys_t *keys)
{
    for (size_t i = 0; i < keys->count; i++)
        free(keys->keys[i]);
    free(keys->keys);
}

// While the journal starts again there is none: 503.
static void s_get_page(int port, const char *path, cJSON **page)
{
    long long until = e2e_tick_ms() + E2E_PATIENCE_MS;
    int status;
    while ((status = e2e_get(port, path, page)) == 503 &&
           e2e_tick_ms() < until) {
        cJSON_Delete(*page);
        e2e_nap();
    }
    cr_assert_eq(status, 200, "%s answers %d", path, status);
}

static void s_sort(event_keys_t *keys)
{
    if (keys->count > 0)
        qsort(keys->keys, keys->count, sizeof *keys->keys, s_by_text);
}

event_keys_t simulator_logged(int port)
{
    event_keys_t keys = {0};
    char path[64];
    double from = 0, count = 1;
    while (count > 0) {
        cJSON *page = NULL;
        const cJSON *event;
        snprintf(path, sizeof path, "/v1/events?from=%.0f&limit=1000", from);
        s_get_page(port, path, &page);
        count = 0;
        cJSON_ArrayForEach(event, cJSON_GetObjectItem(page, "events"))
        {
            s_add_key(&keys, event);
            count++;
        }
        from = e2e_number(page, "next");
        cJSON_Delete(page);
    }
    s_sort(&keys);
    return keys;
}

event_keys_t simulator_served(const simulator_t *sim)
{
    event_keys_t keys = {0};
    cJSON *body = NULL;
    const cJSON *event;
    size_t kept = 0;
    cr_assert_eq(e2e_get(sim->port, "/_sim/served", &body), 200);
    cJSON_ArrayForEach(event, cJSON_GetObjectItem(body, "events"))
    {
        s_add_key(&keys, event);
    }
    cJSON_Delete(body);
    s_sort(&keys);
    for (size_t i = 0; i < keys.count; i++) {
        if (kept > 0 && strcmp(keys.keys[kept - 1], keys.keys[i]) == 0)
            free(keys.keys[i]);
        else
            keys.keys[kept++] = keys.keys[i];
    }
    keys.count = kept;
    return keys;
}

bool event_keys_same(const event_keys_t *a, const event_keys_t *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->keys[i], b->keys[i]) != 0)
            return false;
    return true;
}

bool event_keys_within(const event_keys_t *some, const event_keys_t *all)
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

bool event_keys_unique(const event_keys_t *keys)
{
    for (size_t i = 1; i < keys->count; i++)
        if (strcmp(keys->keys[i - 1], keys->keys[i]) == 0)
            return false;
    return true;
}
