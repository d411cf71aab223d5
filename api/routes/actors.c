#include "api/handler/handler.h"
#include "api/render/rendering.h"

void handler_actors(call_t *call)
{
    const message_t question = {.kind = MESSAGE_ACTORS_ASK};
    message_t answer;
    if (handler_ask(call, "supervisor", &question, MESSAGE_ACTORS, &answer))
        handler_check(call,
                      rendering_actors(&call->answer->body, &answer.actors));
}
