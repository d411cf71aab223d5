#include "api/handler/route.h"
#include "api/render/rendering.h"
#include "proto/base/naming.h"

static void s_fetched(call_t *call)
{
    const message_t question = {.kind = MESSAGE_SOURCES_ASK};
    message_t answer;
    if (handler_ask(call, "fetcher", &question, MESSAGE_SOURCES, &answer))
        handler_check(call,
                      rendering_sources(&call->answer->body, &answer.sources));
}

// No fetcher runs, so only the cursors in the log name the sources.
static void s_remembered(call_t *call)
{
    const slice_t prefix = slice_of(NAMING_SOURCE_CURSOR);
    const message_t question = {.kind = MESSAGE_LOG_CURSORS,
                                .log_cursors = {prefix}};
    message_t answer;
    if (handler_ask(call, "log", &question, MESSAGE_LOG_CURSOR_LIST, &answer))
        handler_check(call,
                      rendering_known_sources(&call->answer->body,
                                              &answer.log_cursor_list, prefix));
}

static void s_answer(call_t *call)
{
    if (call->config->fetch)
        s_fetched(call);
    else
        s_remembered(call);
}

static const char s_schemas[] = ROUTE_JSON({
  "Quota": {"type": "object", "properties": {
    "limit": {"type": "integer"},
    "remaining": {"type": "integer"},
    "reset_at": {
      "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}
  }, "required": ["limit", "remaining", "reset_at"]},
  "Gap": {"type": "object", "properties": {
    "from": {
      "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
    "until": {
      "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}
  }, "required": ["from", "until"]},
  "Source": {"type": "object", "properties": {
    "name": {"type": "string", "description": "the URL that is polled"},
    "state": {"type": "string"},
    "error": {
      "anyOf": [{"type": "string"}, {"type": "null"}],
      "description": "error of the last poll; null if it succeeded"},
    "last_status": {
      "anyOf": [{"type": "integer"}, {"type": "null"}],
      "description": "HTTP status of the last poll"},
    "last_poll_at": {
      "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
    "next_poll_at": {
      "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
    "last_event_at": {
      "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}],
      "description": "largest created_at received"},
    "poll_interval_seconds": {"type": "integer"},
    "quota": {
      "anyOf": [{"$ref": "#/components/schemas/Quota"}, {"type": "null"}]},
    "polls": {"type": "integer"},
    "not_modified": {
      "type": "integer", "description": "polls answered with 304"},
    "failures": {"type": "integer"},
    "events": {
      "type": "integer", "description": "events received, repeats included"},
    "coverage": {
      "anyOf": [{"type": "number"}, {"type": "null"}],
      "description": "share of polls that overlapped the previous one"},
    "gaps": {
      "type": "integer", "description":
      "polls that did not overlap the previous one; events may be missing"},
    "last_gap": {
      "anyOf": [{"$ref": "#/components/schemas/Gap"}, {"type": "null"}],
      "description": "events created in this period may be missing"}
  }, "required": ["name", "state"]},
  "Sources": {"type": "object", "properties": {
    "fetching": {
      "type": "boolean", "description":
      "false: this service does not fetch, and only names are known"},
    "sources": {
      "type": "array", "items": {"$ref": "#/components/schemas/Source"}}
  }, "required": ["fetching", "sources"]}
});

const route_t route_sources = {
    .path = "/v1/sources",
    .name = "sources",
    .handler = s_answer,
    .summary = "The sources that are polled, and how complete they are",
    .schema = "Sources",
    .asks = true,
    .schemas = s_schemas,
    .example = ROUTE_JSON({
        "fetching": true,
        "sources": [
            {
                "name": "https://api.github.com/events", "state": "waiting",
                "error": null, "last_status": 200,
                "last_poll_at": "2026-01-31T13:05:00.000000Z",
                "next_poll_at": "2026-01-31T13:06:00.000000Z",
                "last_event_at": "2026-01-31T13:00:01.000000Z",
                "poll_interval_seconds": 60,
                "quota": {
                    "limit": 5000, "remaining": 4711,
                    "reset_at": "2026-01-31T14:00:00.000000Z"
                },
                "polls": 240, "not_modified": 12, "failures": 0,
                "events": 9012, "coverage": 0.5, "gaps": 114,
                "last_gap": {
                    "from": "2026-01-31T13:03:58.000000Z",
                    "until": "2026-01-31T13:04:30.000000Z"
                }
            }
        ]
    }),
};
