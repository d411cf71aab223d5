#include "api/handler/route.h"
#include "api/render/rendering.h"

static void s_answer(call_t *call)
{
    const message_t question = {.kind = MESSAGE_ACTORS_ASK};
    message_t answer;
    if (handler_ask(call, "supervisor", &question, MESSAGE_ACTORS, &answer))
        handler_check(call,
                      rendering_actors(&call->answer->body, &answer.actors));
}

static const char s_schemas[] = ROUTE_JSON({
  "Actor": {"type": "object", "properties": {
    "name": {"type": "string"},
    "pid": {
      "anyOf": [{"type": "integer"}, {"type": "null"}],
      "description": "null if it is not running"},
    "state": {"type": "string"},
    "restarts": {"type": "integer"},
    "started_at": {
      "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
    "last_heartbeat": {
      "anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
    "offset": {
      "type": "integer", "description": "the actor's position in the log"},
    "lag": {
      "type": "integer",
      "description": "events between its position and the end of the log"},
    "last_exit": {
      "anyOf": [{"type": "string"}, {"type": "null"}],
      "description": "how its last process ended; null if none has"}
  }, "required": [
    "name", "pid", "state", "restarts", "started_at", "last_heartbeat",
    "offset", "lag", "last_exit"]},
  "Actors": {"type": "object", "properties": {
    "actors": {"type": "array", "items": {"$ref": "#/components/schemas/Actor"}}
  }, "required": ["actors"]}
});

const route_t route_actors = {
    .path = "/v1/actors",
    .name = "actors",
    .handler = s_answer,
    .summary = "The processes of this service and their state",
    .schema = "Actors",
    .asks = true,
    .schemas = s_schemas,
    .example = ROUTE_JSON({
        "actors": [
            {
                "name": "journal", "pid": 4711, "state": "live",
                "restarts": 0, "started_at": "2026-01-31T09:00:00.000000Z",
                "last_heartbeat": "2026-01-31T13:05:01.000000Z",
                "offset": 9000, "lag": 0, "last_exit": null
            }
        ]
    }),
};
