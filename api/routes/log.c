#include "api/handler/handler.h"
#include "api/render/rendering.h"

void handler_log(call_t *call)
{
    const message_t question = {.kind = MESSAGE_LOG_STATS_ASK};
    message_t answer;
    if (handler_ask(call, "log", &question, MESSAGE_LOG_STATS, &answer))
        handler_check(call,
                      rendering_log(&call->answer->body, &answer.log_stats));
}
