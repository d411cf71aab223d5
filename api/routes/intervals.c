#include "api/handler/handler.h"
#include "api/render/rendering.h"

void handler_intervals(call_t *call)
{
    char name[PARAMETERS_URL_MAX];
    const slice_t repo = handler_repository(call, name);
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
        handler_unknown_repository(call, repo);
}
