#include "api/handler/openapi.h"
#include "api/routes/routes.h"

static void s_answer(call_t *call)
{
    if (openapi_render(&call->answer->body, routes) < 0)
        answer_detail(call->answer, 503, "out of memory");
    else
        call->answer->caching = ANSWER_ASK;
}

static const char s_schemas[] = ROUTE_JSON({
  "OpenAPI": {"type": "object", "properties": {
    "openapi": {"type": "string"},
    "info": {"type": "object", "additionalProperties": {}},
    "paths": {"type": "object", "additionalProperties": {}},
    "components": {"type": "object", "additionalProperties": {}},
    "security": {"type": "array", "items": {}}
  }, "required": ["openapi", "info", "paths", "components", "security"]}
});

const route_t route_openapi = {
    .path = "/openapi.json",
    .name = "openapi",
    .handler = s_answer,
    .summary = "This API as an OpenAPI document",
    .schema = "OpenAPI",
    .tagged = true,
    .schemas = s_schemas,
};
