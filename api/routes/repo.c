#include "api/handler/handler.h"
#include "api/render/activity.h"

void handler_repo(call_t *call)
{
    char name[PARAMETERS_URL_MAX];
    const slice_t repo = handler_repository(call, name);
    const bool bounded = parameters_get(call->parameters, "end")->given;
    uint32_t start, end;
    message_t activity, intervals;
    if (!handler_window(call, UINT32_MAX, &start, &end))
        return;
    const uint64_t until = bounded ? end : UINT64_MAX;
    const message_t question = {.kind = MESSAGE_ACTIVITY,
                                .activity = {repo, start, until}};
    if (!handler_ask_view(call, "repo_activity", &question,
                          MESSAGE_ACTIVITY_ANSWER, &activity))
        return;
    if (!activity.activity_answer.found) {
        handler_unknown_repository(call, repo);
        return;
    }
    const message_t further = {
        .kind = MESSAGE_INTERVALS,
        .intervals = {.repo = repo, .start = start, .end = until}};
    if (handler_ask_view(call, "pr_interval", &further,
                         MESSAGE_INTERVALS_ANSWER, &intervals))
        handler_check(call, rendering_repository(&call->answer->body,
                                                 &activity.activity_answer,
                                                 &intervals.intervals_answer));
}
