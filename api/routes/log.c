#include "api/handler/route.h"
#include "api/render/rendering.h"

static void s_answer(call_t *call)
{
    const message_t question = {.kind = MESSAGE_LOG_STATS_ASK};
    message_t answer;
    if (handler_ask(call, "log", &question, MESSAGE_LOG_STATS, &answer))
        handler_check(call,
                      rendering_log(&call->answer->body, &answer.log_stats));
}

static const char s_schemas[] = ROUTE_JSON({
  "Log": {"type": "object", "properties": {
    "first_offset": {
      "type": "integer", "description": "first offset still kept"},
    "end_offset": {
      "type": "integer", "description": "first offset not yet written"},
    "events": {"type": "integer"},
    "bytes": {"type": "integer", "description": "size on disk"},
    "oldest_event_at": {
      "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}],
      "description":
      "smallest created_at of all events since the log was created"},
    "newest_event_at": {
      "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}],
      "description": "largest created_at"},
    "first_journaled_at": {
      "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
    "last_journaled_at": {
      "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
    "duplicates": {
      "type": "integer",
      "description": "duplicates dropped since the log was created"},
    "rejects": {"type": "integer", "description": "dead letters still kept"},
    "rejected": {
      "type": "integer",
      "description": "dead letters since the log was created"},
    "retention": {"$ref": "#/components/schemas/Retention"}
  }, "required": [
    "first_offset", "end_offset", "events", "bytes", "oldest_event_at",
    "newest_event_at", "first_journaled_at", "last_journaled_at", "duplicates",
    "rejects", "rejected", "retention"]},
  "Retention": {"type": "object", "properties": {
    "age_seconds": {
      "type": "integer",
      "description": "how long events are kept; 0: no limit"},
    "bytes": {
      "type": "integer",
      "description": "how many bytes of events are kept; 0: no limit"},
    "reject_bytes": {
      "type": "integer",
      "description": "how many bytes of dead letters are kept; 0: no limit"},
    "dedupe_margin_seconds": {
      "type": "integer",
      "description": "how long a dropped event still counts as a duplicate"},
    "keep_offset": {
      "type": "integer", "description":
      "events below may be dropped once every view's snapshot covers them"},
    "sealed": {
      "type": "object", "additionalProperties": {"type": "integer"},
      "description":
      "for each view, the offset up to which its snapshot covers the log"}
  }, "required": [
    "age_seconds", "bytes", "reject_bytes", "dedupe_margin_seconds",
    "keep_offset", "sealed"]}
});

const route_t route_log = {
    .path = "/v1/log",
    .name = "log",
    .handler = s_answer,
    .summary = "Size, bounds and retention of the log",
    .schema = "Log",
    .asks = true,
    .schemas = s_schemas,
    .example = ROUTE_JSON({
        "first_offset": 0, "end_offset": 9000, "events": 9000,
        "bytes": 4718592, "oldest_event_at": "2026-01-31T09:00:00Z",
        "newest_event_at": "2026-01-31T13:00:01Z",
        "first_journaled_at": "2026-01-31T09:05:00.000000Z",
        "last_journaled_at": "2026-01-31T13:05:00.000000Z", "duplicates": 12,
        "rejects": 1, "rejected": 1,
        "retention": {
            "age_seconds": 2592000, "bytes": 0, "reject_bytes": 268435456,
            "dedupe_margin_seconds": 604800, "keep_offset": 0,
            "sealed": {"event_counts": 0, "pr_interval": 0, "repo_activity": 0}
        }
    }),
};
