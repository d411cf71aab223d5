// What routes make of actors that answer with damage, with something else, or
// with a refusal: a 503 that says so, never half a document.

#include "api/http/dispatch.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

// A list that ends before its first item does, which must be 120 bytes.
#define CUT_LIST                                                               \
    {                                                                          \
        "x\0\0\0item", 8                                                       \
    }

// Routes, the question each of them asks, and an answer to it that is damaged.
static const struct {
    const char *path, *query;
    message_kind_t question;
    message_t answer;
} s_cases[] = {
    {"/v1/agg_event_counts",
     "start=2016-01-01",
     MESSAGE_VIEW_QUESTION,
     {MESSAGE_VIEW_ANSWER, .view_answer = {.body = CUT_LIST}}},
    {"/v1/event_counts/series",
     "start=2016-01-01&end=2016-01-02&step=3600",
     MESSAGE_VIEW_QUESTION,
     {MESSAGE_VIEW_ANSWER, .view_answer = {.body = CUT_LIST}}},
    {"/v1/repos/top",
     NULL,
     MESSAGE_VIEW_QUESTION,
     {MESSAGE_VIEW_ANSWER, .view_answer = {.body = CUT_LIST}}},
    {"/v1/repos/a/b",
     NULL,
     MESSAGE_VIEW_QUESTION,
     {MESSAGE_VIEW_ANSWER, .view_answer = {.body = CUT_LIST}}},
    {"/v1/avg_pr_interval/a/b",
     NULL,
     MESSAGE_VIEW_QUESTION,
     {MESSAGE_VIEW_ANSWER, .view_answer = {.body = CUT_LIST}}},
    {"/v1/log",
     NULL,
     MESSAGE_LOG_STATS_ASK,
     {MESSAGE_LOG_STATS, .log_stats = {.sealed = CUT_LIST}}},
    {"/v1/rejects",
     NULL,
     MESSAGE_LOG_REJECTS,
     {MESSAGE_REJECTS, .rejects = {.rejects = CUT_LIST}}},
    {"/v1/sources",
     NULL,
     MESSAGE_SOURCES_ASK,
     {MESSAGE_SOURCES, .sources = {CUT_LIST}}},
    {"/v1/actors",
     NULL,
     MESSAGE_ACTORS_ASK,
     {MESSAGE_ACTORS, .actors = {CUT_LIST}}},
    {"/v1/events/7",
     NULL,
     MESSAGE_LOG_FIND,
     {MESSAGE_LOG_OFFSETS, .log_offsets = {CUT_LIST}}},
};
#define CASES (sizeof s_cases / sizeof *s_cases)

typedef struct {
    message_kind_t question; // the only one that is expected
    message_t answer;
} actor_t;

static int s_answer(void *context, const char *endpoint,
                    const message_t *question, message_t *answer,
                    const char **reason)
{
    const actor_t *actor = context;
    (void)endpoint;
    *reason = "asked for something else";
    if (question->kind != actor->question)
        return -EINVAL;
    *answer = actor->answer;
    return 0;
}

// The route answers 503 and this detail.
static void s_expect(size_t i, const message_t *answer, const char *expected)
{
    static parameters_t s_parameters;
    const dispatch_request_t request = {
        .method = "GET", .path = s_cases[i].path, .query = s_cases[i].query};
    actor_t actor = {s_cases[i].question, *answer};
    answer_t given = {0};
    config_t *config = config_new();
    cr_assert(config && config_finish(config, NULL, NULL) == 0);
    ask_t *ask = ask_new_answered(s_answer, &actor);
    call_t call = {.config = config,
                   .ask = ask,
                   .now_us = 1451692800000000,
                   .answer = &given};
    answer_reset(&given);
    dispatch(&call, &s_parameters, &request);
    cr_expect_eq(given.status, 503, "%s: %d", request.path, given.status);
    cJSON *json = cJSON_ParseWithLength(given.body.data, given.body.bytes);
    const char *detail =
        cJSON_GetStringValue(cJSON_GetObjectItem(json, "detail"));
    cr_assert(detail, "%s: %.*s", request.path, (int)given.body.bytes,
              given.body.data);
    cr_expect(strstr(detail, expected), "%s: %s", request.path, detail);
    cJSON_Delete(json);
    ask_destroy(&ask);
    config_destroy(&config);
    answer_free(&given);
}

Test(damaged_answer, a_damaged_list_is_not_rendered)
{
    for (size_t i = 0; i < CASES; i++)
        s_expect(i, &s_cases[i].answer, "an actor gave a damaged answer");
}

Test(damaged_answer, an_answer_to_another_question_is_none)
{
    const message_t other = {MESSAGE_ACK, .ack = {.sequence = 1}};
    for (size_t i = 0; i < CASES; i++)
        s_expect(i, &other, "answered another question");
}

Test(damaged_answer, a_refusal_is_passed_on_in_its_words)
{
    const message_t refusal = {
        MESSAGE_FAILURE, .failure = {EAGAIN, {"the view is not usable", 22}}};
    for (size_t i = 0; i < CASES; i++)
        s_expect(i, &refusal, "the view is not usable");
}
