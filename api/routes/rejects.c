#include "api/handler/route.h"
#include "api/render/rendering.h"

static const parameter_t s_parameters[] = {
    {.name = "limit",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = 1000,
     .otherwise = 100,
     .has_default = true,
     .about = "dead letters, newest first, at most",
     .example = "100"},
    {.name = "before",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = INT64_MAX,
     .otherwise = INT64_MAX,
     .about = "only those with a lower number: the last one of the page before "
              "leads to the next page",
     .example = "1000"},
};

static void s_answer(call_t *call)
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

static const char s_schemas[] = ROUTE_JSON({
  "Reject": {"type": "object", "properties": {
    "number": {"type": "integer", "description": "counts from 1"},
    "reason": {"type": "string"},
    "source": {"type": "string"},
    "time": {
      "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}],
      "description": "when its source gave it"},
    "raw": {
      "type": "string", "description":
      "what came, at most 64 KiB of it; what is no UTF-8 shows as U+FFFD"},
    "raw_bytes": {"type": "integer", "description": "how long it is in all"}
  }, "required": ["number", "reason", "source", "time", "raw", "raw_bytes"]},
  "RejectPage": {"type": "object", "properties": {
    "rejects": {
      "type": "array", "items": {"$ref": "#/components/schemas/Reject"},
      "description": "newest first"},
    "total": {"type": "integer", "description": "kept in all"},
    "first": {
      "type": "integer", "description":
      "number of the oldest that is kept, or else of the first to come"}
  }, "required": ["rejects", "total", "first"]}
});

const route_t route_rejects = {
    .path = "/v1/rejects",
    .name = "rejects",
    .handler = s_answer,
    .summary = "Dead letters: what could not be parsed, and why",
    .schema = "RejectPage",
    .asks = true,
    ROUTE_TAKES(s_parameters),
    .schemas = s_schemas,
    .example = ROUTE_JSON({
        "rejects": [
            {
                "number": 1, "reason": "created_at is missing",
                "source": "https://api.github.com/events",
                "time": "2026-01-31T12:00:00.000000Z",
                "raw": "{\"type\":\"WatchEvent\"}", "raw_bytes": 21
            }
        ],
        "total": 1, "first": 1
    }),
};
