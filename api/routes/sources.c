#include "api/handler/handler.h"
#include "api/render/rendering.h"

static void s_fetched(call_t *call)
{
    const message_t question = {.kind = MESSAGE_SOURCES_ASK};
    message_t answer;
    if (handler_ask(call, "fetcher", &question, MESSAGE_SOURCES, &answer))
        handler_check(call,
                      rendering_sources(&call->answer->body, &answer.sources));
}

// Nothing fetches: all that is known of sources is what the log remembers.
static void s_remembered(call_t *call)
{
    const slice_t prefix = slice_of("source:");
    const message_t question = {.kind = MESSAGE_LOG_CURSORS,
                                .log_cursors = {prefix}};
    message_t answer;
    if (handler_ask(call, "log", &question, MESSAGE_LOG_CURSOR_LIST, &answer))
        handler_check(call,
                      rendering_known_sources(&call->answer->body,
                                              &answer.log_cursor_list, prefix));
}

void handler_sources(call_t *call)
{
    if (call->config->fetch)
        s_fetched(call);
    else
        s_remembered(call);
}
