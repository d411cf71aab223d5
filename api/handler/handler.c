#include "api/handler/handler.h"

#include "api/handler/asset.h"

#include <errno.h>
#include <stdio.h>

// Returns whether there is an answer; if not, answers 503 with the reason.
static bool s_answered(call_t *call, int rc)
{
    if (rc < 0)
        answer_unavailable(call->answer, "%s", ask_failure(call->ask));
    return rc == 0;
}

bool handler_ask(call_t *call, const char *endpoint, const message_t *question,
                 message_kind_t expected, message_t *answer)
{
    return s_answered(call, ask_actor(call->ask, endpoint, question, expected,
                                      call->config->http_deadline_ms, answer));
}

static bool s_keeps_view(const config_t *config, const char *view)
{
    for (size_t i = 0; i < config->view_count; i++) {
        if (strcmp(config->views[i], view) == 0)
            return true;
    }
    return false;
}

bool handler_ask_view(call_t *call, const view_question_t *kind,
                      const void *question, message_view_answer_t *answer)
{
    const char *view = kind->view->name;
    if (!s_keeps_view(call->config, view)) {
        answer_detail(call->answer, 503, "the view %s is not configured here",
                      view);
        return false;
    }
    buffer_t body = {0};
    message_t reply;
    const message_t message = view_ask(kind, question, &body);
    int rc = ask_view(call->ask, view, &message, call->config->http_deadline_ms,
                      &reply);
    buffer_free(&body);
    if (rc == 0)
        *answer = reply.view_answer;
    return s_answered(call, rc);
}

bool handler_answer_view(call_t *call, const view_question_t *kind,
                         const void *question)
{
    message_view_answer_t answer;
    if (!handler_ask_view(call, kind, question, &answer))
        return true;
    int rc = kind->render(question, &answer, &call->answer->body);
    if (rc == -ENOENT)
        return false;
    handler_check(call, rc);
    return true;
}

void handler_check(call_t *call, int rc)
{
    if (rc < 0)
        answer_unavailable(call->answer, "an actor gave a damaged answer");
}

void handler_file(call_t *call, const asset_t *file)
{
    buffer_add(&call->answer->body, file->data,
               (size_t)(file->end - file->data));
    call->answer->type = file->type;
    call->answer->caching = ANSWER_ASK;
    call->answer->headers = ASSET_HEADERS;
}

// It fits because both parts came in one URL.
slice_t handler_repository(const call_t *call, char name[PARAMETERS_URL_MAX])
{
    slice_t owner = parameters_get(call->parameters, "owner")->text;
    slice_t repo = parameters_get(call->parameters, "repo")->text;
    int bytes =
        snprintf(name, PARAMETERS_URL_MAX, "%.*s/%.*s", (int)owner.bytes,
                 owner.data, (int)repo.bytes, repo.data);
    return slice(name, (size_t)bytes);
}

void handler_unknown_repository(call_t *call, slice_t name)
{
    answer_detail(call->answer, 404, "Repository with name '%.*s' not found.",
                  (int)name.bytes, name.data);
}

bool handler_window(call_t *call, uint32_t otherwise, uint32_t *start,
                    uint32_t *end)
{
    const parameter_value_t *from = parameters_get(call->parameters, "start");
    const parameter_value_t *until = parameters_get(call->parameters, "end");
    *start = from->given ? (uint32_t)from->number : 0;
    *end = until->given ? (uint32_t)until->number : otherwise;
    if (*start <= *end)
        return true;
    call->answer->status = 422;
    parameters_refuse(call->parameters, until->given ? "end" : "start",
                      "end is before start", &call->answer->body);
    return false;
}
