#include "api/handler.h"
#include "api/rendering.h"

#include <stdio.h>

// "owner/name" of a path that was checked: it fits, for it came in one URL.
static slice_t s_repository(const parameters_t *parameters,
                            char name[PARAMETERS_URL_MAX])
{
    slice_t owner = parameters_get(parameters, "owner")->text;
    slice_t repo = parameters_get(parameters, "repo")->text;
    int bytes =
        snprintf(name, PARAMETERS_URL_MAX, "%.*s/%.*s", (int)owner.bytes,
                 owner.data, (int)repo.bytes, repo.data);
    return slice(name, (size_t)bytes);
}

void handler_intervals(call_t *call)
{
    char name[PARAMETERS_URL_MAX];
    const slice_t repo = s_repository(call->parameters, name);
    const bool bounded = parameters_get(call->parameters, "end")->given;
    uint32_t start, end;
    message_t answer;
    if (!handler_window(call, UINT32_MAX, &start, &end))
        return;
    const message_t question = {
        .kind = MESSAGE_INTERVALS,
        .intervals = {
            .repo = repo,
            .action = parameters_get(call->parameters, "action")->text,
            .start = start,
            .end = bounded ? end : UINT64_MAX,
        }};
    if (!handler_ask_view(call, "pr_interval", &question,
                          MESSAGE_INTERVALS_ANSWER, &answer))
        return;
    if (answer.intervals_answer.found)
        handler_check(call, rendering_intervals(&call->answer->body,
                                                &answer.intervals_answer));
    else
        answer_detail(call->answer, 404,
                      "Repository with name '%.*s' not found.", (int)repo.bytes,
                      repo.data);
}
