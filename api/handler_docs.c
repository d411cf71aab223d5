#include "api/asset.h"
#include "api/handler.h"

// The page may load and ask this server alone, and run nothing but its script.
#define S_POLICY                                                               \
    "Content-Security-Policy: default-src 'none'; script-src 'self'; "         \
    "style-src 'self'; connect-src 'self'; form-action 'self'; "               \
    "base-uri 'none'; frame-ancestors 'none'\r\n"                              \
    "Referrer-Policy: no-referrer\r\n"

static void s_answer(call_t *call, slice_t asset, const char *type)
{
    buffer_add(&call->answer->body, asset.data, asset.bytes);
    call->answer->type = type;
    call->answer->caching = ANSWER_ASK;
    call->answer->headers = S_POLICY;
}

void handler_docs(call_t *call)
{
    s_answer(call, asset_docs_html(), "text/html; charset=utf-8");
}

void handler_docs_style(call_t *call)
{
    s_answer(call, asset_docs_css(), "text/css; charset=utf-8");
}

void handler_docs_script(call_t *call)
{
    s_answer(call, asset_docs_js(), "text/javascript; charset=utf-8");
}
