#include "api/handler.h"

void handler_root(call_t *call)
{
    buffer_add_text(&call->answer->body,
                    "{\"message\":\"octolog " OCTOLOG_VERSION
                    " watches GitHub; /openapi.json tells what to ask\"}");
}
