#include "api/handler/asset.h"
#include "api/handler/handler.h"
#include "api/text/http_text.h"

#define S_VARY "Vary: Accept\r\n"

void handler_root(call_t *call)
{
    if (http_text_takes_html(call->accept)) {
        handler_file(call, asset_find(slice_of("dashboard.html")));
        call->answer->headers = ASSET_HEADERS S_VARY;
        return;
    }
    buffer_add_text(&call->answer->body,
                    "{\"message\":\"octolog " OCTOLOG_VERSION
                    " watches GitHub; /openapi.json tells what to ask\"}");
    call->answer->headers = S_VARY;
}
