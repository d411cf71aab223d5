#include "api/handler/route.h"
#include "api/render/rendering.h"

static const parameter_t s_parameters[] = {
    {.name = "limit",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = 1000,
     .otherwise = 100,
     .has_default = true,
     .about = "maximum number of dead letters, newest first",
     .example = "100"},
    {.name = "before",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = INT64_MAX,
     .otherwise = INT64_MAX,
     .about =
         "only dead letters with a lower number; the last number of a page "
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
      "description": "when it was received from its source"},
    "raw": {
      "type": "string", "description":
      "the raw text, at most 64 KiB; invalid UTF-8 is replaced by U+FFFD"},
    "raw_bytes": {"type": "integer", "description": "its full length"}
  }, "required": ["number", "reason", "source", "time", "raw", "raw_bytes"]},
  "RejectPage": {"type": "object", "properties": {
    "rejects": {
      "type": "array", "items": {"$ref": "#/components/schemas/Reject"},
      "description": "newest first"},
    "total": {"type": "integer", "description": "dead letters still kept"},
    "first": {
      "type": "integer", "description":
      "number of the oldest still kept, or of the next one if there are none"}
  }, "required": ["rejects", "total", "first"]}
});

const route_t route_rejects = {
    .path = "/v1/rejects",
    .name = "rejects",
    .handler = s_answer,
    .summary = "Dead letters: what could not be parsed and why",
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
