// All that a service says on standard error, from start to stop, parses; and it
// tells no secret.

#include "tests/e2e/simulator.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GITHUB_SECRET "ghp_hunter2githubsecret"
#define HTTP_SECRET   "hunter2httpsecret"

// Adds a member to a document; false when it is there already.
static bool s_add_member(cJSON *entry, const char *name, const char *text)
{
    return !cJSON_GetObjectItem(entry, name) &&
           cJSON_AddStringToObject(entry, name, text);
}

// One name=value of a line; returns what follows, NULL if it is none.
static const char *s_take_pair(cJSON *entry, const char *at)
{
    const size_t name = strspn(at, "abcdefghijklmnopqrstuvwxyz_");
    const char *value = at + name + 1, *end;
    bool added;

    if (name == 0 || at[name] != '=')
        return NULL;
    char *key = strndup(at, name);
    if (*value == '"') { // as in JSON
        cJSON *text = cJSON_ParseWithOpts(value, &end, false);
        added = text && s_add_member(entry, key, cJSON_GetStringValue(text));
        cJSON_Delete(text);
    } else {
        end = value + strcspn(value, " \"\\=");
        char *bare = strndup(value, (size_t)(end - value));
        added = end > value && s_add_member(entry, key, bare);
        free(bare);
    }
    free(key);
    return added && (*end == ' ' || *end == '\0') ? end : NULL;
}

static cJSON *s_parse_logfmt(const char *line)
{
    cJSON *entry = cJSON_CreateObject();
    const char *at = line;

    while (at && *at) {
        at = s_take_pair(entry, at);
        if (at && *at == ' ' && *++at == '\0')
            at = NULL; // nothing follows the blank
    }
    if (!at) {
        cJSON_Delete(entry);
        return NULL;
    }
    return entry;
}

static cJSON *s_parse_json(const char *line)
{
    return cJSON_ParseWithOpts(line, NULL, true);
}

typedef cJSON *parse_t(const char *line);

static const char *s_text(const cJSON *entry, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(entry, name));
    return text ? text : "";
}

static void s_check_entry(const cJSON *entry, const char *line)
{
    static const char *const names[] = {"time", "level", "actor", "pid",
                                        "message"};
    const char *time = s_text(entry, "time"), *level = s_text(entry, "level");

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cr_expect(cJSON_GetObjectItem(entry, names[i]), "no %s in: %s",
                  names[i], line);
    cr_expect(strlen(time) == strlen("2016-01-01T00:00:00.000Z") &&
                  time[10] == 'T' && time[23] == 'Z',
              "%s", line);
    cr_expect(strstr("error warning info debug", level) && *level, "%s", line);
    for (const cJSON *item = entry->child; item; item = item->next) {
        for (const cJSON *other = item->next; other; other = other->next)
            cr_expect(strcmp(item->string, other->string) != 0,
                      "%s is there twice: %s", item->string, line);
    }
}

// Checks every line; returns the entry whose message begins with `words`,
// owned, or NULL.
static cJSON *s_check_lines(const char *said, parse_t *parse, const char *words)
{
    char *copy = strdup(said), *rest = copy, *line;
    cJSON *found = NULL;

    while ((line = strsep(&rest, "\n"))) {
        // Standard output, in the same pipe; and what is not whole yet.
        if (strncmp(line, "octolog is ready", 16) == 0 || !rest)
            continue;
        cJSON *entry = parse(line);
        cr_assert(cJSON_IsObject(entry), "no entry: %s", line);
        s_check_entry(entry, line);
        if (!found &&
            strncmp(s_text(entry, "message"), words, strlen(words)) == 0)
            found = entry;
        else
            cJSON_Delete(entry);
    }
    free(copy);
    return found;
}

static long s_number(const cJSON *entry, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(entry, name);

    cr_assert_not_null(item, "no %s", name);
    return cJSON_IsNumber(item) ? (long)item->valuedouble
                                : atol(cJSON_GetStringValue(item));
}

static void s_ask(const e2e_service_t *service)
{
    char url[96];

    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1/log?q=%%0a",
             service->port);
    cr_expect_eq(E2E_RUN(NULL, "curl", "-s", "-o", "/dev/null", "-H",
                         "Authorization: Bearer " HTTP_SECRET, url),
                 0);
}

// A service that polls, answers, loses an actor and stops, all of it reported.
static void s_live(const char *format, parse_t *parse)
{
    simulator_t sim;
    e2e_service_t service;
    char source[128];
    char *data = e2e_folder();

    setenv("OCTOLOG_REPORT_FORMAT", format, 1);
    setenv("OCTOLOG_REPORT_LEVEL", "debug", 1);
    setenv("OCTOLOG_GITHUB_TOKENS", GITHUB_SECRET, 1);
    setenv("OCTOLOG_HTTP_TOKEN", HTTP_SECRET, 1);
    SIMULATOR(&sim, "--rate", "20");
    snprintf(source, sizeof source, "%s/events", sim.url);
    E2E_UP(&service, data, "--source", source);
    e2e_process_t *process = &service.process;
    e2e_await(process, "answered with 200");
    s_ask(&service);
    e2e_await(process, "GET /v1/log: 200");
    cJSON *started =
        s_check_lines(process->said, parse, "started fetcher as process");
    cr_assert_not_null(started, "%s", process->said);
    cr_assert_eq(kill((pid_t)s_number(started, "child_pid"), SIGKILL), 0);
    e2e_await(process, "fetcher ended with signal 9");
    e2e_signal(process, SIGTERM);
    cr_expect_eq(e2e_end(process), 0);

    cJSON *ended = s_check_lines(process->said, parse, "fetcher ended with");
    cr_assert_not_null(ended, "%s", process->said);
    cr_expect_str_eq(s_text(ended, "level"), "warning");
    cr_expect_str_eq(s_text(ended, "actor"), "supervisor");
    cr_expect_str_eq(s_text(ended, "child"), "fetcher");
    cr_expect_str_eq(s_text(ended, "exit"), "signal 9");
    cr_expect_null(strstr(process->said, "hunter2"), "%s", process->said);
    cJSON_Delete(started);
    cJSON_Delete(ended);
    e2e_gone(&service);
    simulator_end(&sim);
    e2e_remove(data);
    free(data);
}

Test(report, a_whole_run_is_json_line_by_line, .timeout = 180)
{
    s_live("json", s_parse_json);
}

Test(report, a_whole_run_is_logfmt_line_by_line, .timeout = 180)
{
    s_live("auto", s_parse_logfmt);
}
