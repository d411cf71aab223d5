#include "api/render/event.h"
#include "api/handler/page.h"
#include "api/handler/route.h"

#include <inttypes.h>

static const parameter_t s_parameters[] = {
    {.name = "id",
     .kind = PARAMETER_INTEGER,
     .in_path = true,
     .ge = 1,
     .le = INT64_MAX,
     .about = "GitHub's id of the event",
     .example = "5630000001"},
};

// Finds the offset of the newest event in the list. Two events can have the
// same id; the list is in order of created_at.
static int s_newest(slice_t offsets, page_t *page)
{
    message_t item;
    int rc;
    page->count = 0;
    while ((rc = message_list_next(&offsets, MESSAGE_LOG_OFFSET, &item)) > 0) {
        page->offsets[0] = item.log_offset.offset;
        page->count = 1;
    }
    return rc;
}

static void s_answer(call_t *call)
{
    const uint64_t id =
        (uint64_t)parameters_get(call->parameters, "id")->number;
    const message_t question = {.kind = MESSAGE_LOG_FIND, .log_find = {id}};
    message_t answer;
    page_t page;
    if (!handler_ask(call, "log", &question, MESSAGE_LOG_OFFSETS, &answer))
        return;
    int rc = s_newest(answer.log_offsets.offsets, &page);
    if (rc < 0) {
        handler_check(call, rc);
        return;
    }
    if (!page_render(call, &page, rendering_event))
        return;
    call->answer->caching = ANSWER_ASK;
    if (call->answer->body.bytes == 0)
        answer_detail(call->answer, 404,
                      "Event with id '%" PRIu64 "' not found.", id);
}

static const char s_schemas[] = ROUTE_JSON({
  "Event": {"type": "object", "properties": {
    "offset": {
      "type": "integer",
      "description":
      "offset in the log; all other members are as GitHub sent them"},
    "type": {"type": "string"},
    "created_at": {"type": "string"}
  }, "additionalProperties": true, "required": ["offset", "type", "created_at"]}
});

const route_t route_event = {
    .path = "/v1/events/{id}",
    .name = "event",
    .handler = s_answer,
    .summary = "One event by id; the newest if several have the same id",
    .schema = "Event",
    .tagged = true,
    .missing = "Event with id '5630000001' not found.",
    .asks = true,
    ROUTE_TAKES(s_parameters),
    .schemas = s_schemas,
    .example = ROUTE_JSON({
        "offset": 8999, "id": "5630000001", "type": "WatchEvent",
        "actor": {"id": 1, "login": "octocat"},
        "repo": {"id": 2, "name": "octocat/hello-world"},
        "payload": {"action": "started"}, "public": true,
        "created_at": "2026-01-31T12:00:00Z"
    }),
};
