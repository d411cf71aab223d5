#include "api/handler/route.h"

static const parameter_t s_parameters[] = {
    {.name = "times",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = 10,
     .otherwise = 1,
     .has_default = true,
     .about = "how many times to say it",
     .example = "2"},
};

static void s_answer(call_t *call)
{
    const int64_t times = parameters_get(call->parameters, "times")->number;
    buffer_t *body = &call->answer->body;
    buffer_add_text(body, "{\"greeting\":\"");
    for (int64_t i = 0; i < times; i++)
        buffer_add_text(body, i > 0 ? " hello" : "hello");
    buffer_add_text(body, "\"}");
}

static const char s_schemas[] = ROUTE_JSON({
  "Greeting": {
    "type": "object",
    "properties": {
      "greeting": {"type": "string"}
    },
    "required": ["greeting"]
  }
});

const route_t route_greeting = {
    .path = "/v1/greeting",
    .name = "greeting",
    .handler = s_answer,
    .summary = "Says hello",
    .schemas = s_schemas,
    .schema = "Greeting",
    .example =
        ROUTE_JSON({"greeting": "hello hello"}), ROUTE_TAKES(s_parameters),
};
