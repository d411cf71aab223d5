#include "api/handler/handler.h"
#include "api/handler/page.h"
#include "api/render/event.h"

#include <inttypes.h>

static page_filter_t s_filter(const parameters_t *parameters)
{
    const parameter_value_t *types = parameters_get(parameters, "type");
    return (page_filter_t){
        .since = (uint32_t)parameters_get(parameters, "since")->number,
        .types = types->items,
        .type_count = types->count,
        .repo = parameters_get(parameters, "repo")->text,
    };
}

// Where the page begins: where it is told to, else where the events of `since`
// begin, else with the first that is kept.
static bool s_position(call_t *call, uint64_t *from)
{
    const parameter_value_t *since = parameters_get(call->parameters, "since");
    const parameter_value_t *given = parameters_get(call->parameters, "from");
    *from = (uint64_t)given->number;
    if (given->given || !since->given)
        return true;
    const message_t question = {
        .kind = MESSAGE_LOG_SEEK,
        .log_seek = {.by_created_at = 1, .time_us = since->number * 1000000}};
    message_t answer;
    if (!handler_ask(call, "log", &question, MESSAGE_LOG_OFFSET, &answer))
        return false;
    *from = answer.log_offset.offset;
    return true;
}

void handler_events(call_t *call)
{
    const page_filter_t filter = s_filter(call->parameters);
    const size_t limit =
        (size_t)parameters_get(call->parameters, "limit")->number;
    uint64_t from;
    page_t page;
    if (!s_position(call, &from) ||
        !page_find(call, &filter, from, limit, &page))
        return;
    buffer_add_text(&call->answer->body, "{\"events\":[");
    if (!page_render(call, &page, rendering_event_item))
        return;
    buffer_printf(&call->answer->body, "],\"next\":%" PRIu64, page.next);
    bool given = parameters_get(call->parameters, "from")->given;
    if (given && from < page.first)
        buffer_printf(&call->answer->body, ",\"first_offset\":%" PRIu64,
                      page.first);
    buffer_add_text(&call->answer->body, "}");
    // What was written never changes: a full page from a fixed place is final.
    bool final = page.count == limit && given && from >= page.first;
    call->answer->caching = final ? ANSWER_FOREVER : ANSWER_ASK;
}
