// What the health routes make of what the actors say, each of them told what to
// say.

#include "actors/views/registry.h"
#include "api/http/dispatch.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LOG_END 20000

// What they say.
typedef struct {
    uint64_t offset;   // of every view
    uint8_t fresh;     // whether views hear of the journal
    bool is_journaled; // whether the journal answers
    const char *state; // of pr_interval; NULL: no supervisor answers
    buffer_t list;
} said_t;

static int s_answer(void *context, const char *endpoint,
                    const message_t *question, message_t *answer,
                    const char **reason)
{
    said_t *said = context;
    *reason = "does not answer";
    if (question->kind == MESSAGE_LOG_STATS_ASK && said->is_journaled) {
        *answer = (message_t){.kind = MESSAGE_LOG_STATS};
        return 0;
    }
    if (question->kind == MESSAGE_VIEW_STATUS_ASK) {
        cr_assert_eq(strncmp(endpoint, "view-", 5), 0);
        *answer = (message_t){.kind = MESSAGE_AS_OF,
                              .as_of = {.offset = said->offset,
                                        .log_end = LOG_END,
                                        .fresh = said->fresh}};
        return 0;
    }
    if (question->kind == MESSAGE_ACTORS_ASK && said->state) {
        const message_t actor = {.kind = MESSAGE_ACTOR,
                                 .actor = {.name = slice_of("pr_interval"),
                                           .state = slice_of(said->state)}};
        buffer_reset(&said->list);
        message_list_add(&said->list, &actor);
        *answer = (message_t){.kind = MESSAGE_ACTORS,
                              .actors = {buffer_slice(&said->list)}};
        return 0;
    }
    return -ETIMEDOUT;
}

// The status, and the text of the answer's only member.
static int s_get(const char *path, said_t *said, char text[512])
{
    static parameters_t s_parameters;
    const dispatch_request_t request = {.method = "GET", .path = path};
    answer_t answer = {0};
    config_t *config = config_new();
    cr_assert(config && config_finish(config, NULL, NULL) == 0);
    ask_t *ask = ask_new_answered(s_answer, said);
    call_t call = {.config = config, .ask = ask, .answer = &answer};
    answer_reset(&answer);
    dispatch(&call, &s_parameters, &request);
    cJSON *json = cJSON_ParseWithLength(answer.body.data, answer.body.bytes);
    cr_assert(json && json->child);
    snprintf(text, 512, "%s", json->child->valuestring);
    cJSON_Delete(json);
    ask_destroy(&ask);
    config_destroy(&config);
    int status = answer.status;
    answer_free(&answer);
    buffer_free(&said->list);
    return status;
}

static void s_expect(const char *path, const said_t *said, int status,
                     const char *expected)
{
    char text[512];
    said_t copy = *said;
    cr_expect_eq(s_get(path, &copy, text), status, "%s: %s", path, text);
    cr_expect_str_eq(text, expected);
}

// 503: first this, then the same of each view.
static void s_expect_of_each(const char *path, const said_t *said,
                             const char *first, const char *what)
{
    buffer_t expected = {0};
    buffer_add_text(&expected, first);
    for (size_t i = 0; registry_views[i]; i++)
        buffer_printf(&expected, "%s%s: %s", i ? "; " : "",
                      registry_views[i]->name, what);
    buffer_add_u8(&expected, 0);
    s_expect(path, said, 503, expected.data);
    buffer_free(&expected);
}

Test(health, a_view_without_room_on_the_disk_is_told_of)
{
    const said_t full = {
        .offset = LOG_END - 1,
        .fresh = 1,
        .is_journaled = true,
        .state = "out of disk space",
    };
    s_expect("/readyz", &full, 503, "pr_interval: out of disk space");
    s_expect("/healthcheck", &full, 503, "pr_interval: out of disk space");
    s_expect("/health", &full, 503, "pr_interval: out of disk space");
    s_expect("/livez", &full, 200, "alive");
}

Test(health, a_view_that_is_a_little_behind_is_well)
{
    said_t well = {
        .offset = LOG_END - 1,
        .fresh = 1,
        .is_journaled = true,
        .state = "live",
    };
    s_expect("/readyz", &well, 200, "ready");
    s_expect("/healthcheck", &well, 200, "healthy");
    well.state = NULL; // nobody can tell of actors
    s_expect("/readyz", &well, 200, "ready");
}

Test(health, a_view_far_behind_is_healthy_and_not_ready)
{
    const said_t late = {.fresh = 1, .is_journaled = true, .state = "live"};
    s_expect("/healthcheck", &late, 200, "healthy");
    s_expect_of_each("/readyz", &late, "", "20000 events behind");
}

Test(health, silence_is_told_of)
{
    const said_t silent = {.offset = LOG_END};
    s_expect_of_each("/healthcheck", &silent, "journal: does not answer; ",
                     "has not heard from the journal lately");
}
