#include "api/handler/handler.h"
#include "api/render/rendering.h"

void handler_rejects(call_t *call)
{
    const message_t question = {
        .kind = MESSAGE_LOG_REJECTS,
        .log_rejects = {
            .before =
                (uint64_t)parameters_get(call->parameters, "before")->number,
            .limit =
                (uint32_t)parameters_get(call->parameters, "limit")->number,
        }};
    message_t answer;
    if (handler_ask(call, "log", &question, MESSAGE_REJECTS, &answer))
        handler_check(call,
                      rendering_rejects(&call->answer->body, &answer.rejects));
}
