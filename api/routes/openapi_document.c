#include "api/handler/handler.h"
#include "api/routes/openapi.h"

void handler_openapi(call_t *call)
{
    if (openapi_render(&call->answer->body) < 0)
        answer_detail(call->answer, 503, "out of memory");
    else
        call->answer->caching = ANSWER_ASK;
}
