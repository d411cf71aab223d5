#include "api/asset.h"
#include "api/handler.h"

// A page may load and ask this server alone, and run nothing but its scripts.
#define S_POLICY                                                               \
    "Content-Security-Policy: default-src 'none'; script-src 'self'; "         \
    "style-src 'self'; img-src 'self'; connect-src 'self'; "                   \
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"          \
    "Referrer-Policy: no-referrer\r\n"

static void s_answer(call_t *call, const asset_t *asset)
{
    buffer_add(&call->answer->body, asset->data,
               (size_t)(asset->end - asset->data));
    call->answer->type = asset->type;
    call->answer->caching = ANSWER_ASK;
    call->answer->headers = S_POLICY;
}

void handler_asset(call_t *call)
{
    const asset_t *asset =
        asset_find(parameters_get(call->parameters, "name")->text);
    if (asset)
        s_answer(call, asset);
    else
        answer_detail(call->answer, 404, "Not Found");
}

void handler_docs(call_t *call)
{
    s_answer(call, asset_find(slice_of("docs.html")));
}
