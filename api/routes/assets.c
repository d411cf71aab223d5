#include "api/handler/asset.h"
#include "api/handler/handler.h"

void handler_file(call_t *call, const asset_t *file)
{
    buffer_add(&call->answer->body, file->data,
               (size_t)(file->end - file->data));
    call->answer->type = file->type;
    call->answer->caching = ANSWER_ASK;
    call->answer->headers = ASSET_HEADERS;
}

void handler_asset(call_t *call)
{
    const asset_t *file =
        asset_find(parameters_get(call->parameters, "name")->text);
    if (file)
        handler_file(call, file);
    else
        answer_detail(call->answer, 404, "Not Found");
}

void handler_docs(call_t *call)
{
    handler_file(call, asset_find(slice_of("docs.html")));
}
