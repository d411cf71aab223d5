#include "api/handler/page.h"
#include "api/handler/route.h"
#include "api/render/event.h"

#include <inttypes.h>

static const parameter_t s_parameters[] = {
    {.name = "from",
     .kind = PARAMETER_INTEGER,
     .ge = 0,
     .le = INT64_MAX,
     .about = "the offset to start at; default: where events of `since` begin, "
              "or the first offset still kept",
     .example = "0"},
    {.name = "since",
     .kind = PARAMETER_TIME,
     .about = "only events created at or after this time",
     .example = "2026-01-31T12:00:00Z"},
    {.name = "limit",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = PAGE_EVENTS_MAX,
     .otherwise = 100,
     .has_default = true,
     .about = "maximum number of events on a page; a page may hold fewer, or "
              "none, before the end of the log: continue from `next`",
     .example = "100"},
    PAGE_TYPE,
    PAGE_REPO,
};

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

// Finds where the page begins: at `from` if given, otherwise where the events
// of `since` begin, otherwise at offset 0.
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

static void s_answer(call_t *call)
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
    // The log is append-only, so a full page from a given offset is final.
    bool final = page.count == limit && given && from >= page.first;
    call->answer->caching = final ? ANSWER_FOREVER : ANSWER_ASK;
}

static const char s_schemas[] = ROUTE_JSON({
  "EventPage": {"type": "object", "properties": {
    "events": {
      "type": "array", "items": {"$ref": "#/components/schemas/Event"}},
    "next": {
      "type": "integer", "description":
      "offset of the next page; equals `from` at the end of the log"},
    "first_offset": {
      "type": "integer",
      "description": "first offset still kept; only present if `from` is lower"}
  }, "required": ["events", "next"]}
});

const route_t route_events = {
    .path = "/v1/events",
    .name = "events",
    .handler = s_answer,
    .summary = "A page of events in log order",
    .schema = "EventPage",
    .tagged = true,
    .asks = true,
    ROUTE_TAKES(s_parameters),
    .schemas = s_schemas,
    .example = ROUTE_JSON({
        "events": [
            {
                "offset": 8999, "id": "5630000001", "type": "WatchEvent",
                "actor": {"id": 1, "login": "octocat"},
                "repo": {"id": 2, "name": "octocat/hello-world"},
                "payload": {"action": "started"}, "public": true,
                "created_at": "2026-01-31T12:00:00Z"
            }
        ],
        "next": 9000
    }),
};
