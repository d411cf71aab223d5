#include "api/handler/asset.h"
#include "api/handler/route.h"
#include "api/text/http_text.h"

#define S_VARY "Vary: Accept\r\n"

#define S_MESSAGE                                                              \
    "{\"message\":\"octolog " OCTOLOG_VERSION                                  \
    " watches GitHub; see /openapi.json for the API\"}"

static void s_answer(call_t *call)
{
    if (http_text_takes_html(call->accept)) {
        handler_file(call, asset_find(slice_of("dashboard.html")));
        call->answer->headers = ASSET_HEADERS S_VARY;
        return;
    }
    buffer_add_text(&call->answer->body, S_MESSAGE);
    call->answer->headers = S_VARY;
}

static const char s_schemas[] = ROUTE_JSON({
  "Message": {"type": "object", "properties": {
    "message": {"type": "string"}
  }, "required": ["message"]}
});

const route_t route_root = {
    .path = "/",
    .name = "root",
    .handler = s_answer,
    .summary = "Service name and version; the dashboard for Accept: text/html",
    .schema = "Message",
    .text = "text/html",
    .tagged = true,
    .open = true,
    .schemas = s_schemas,
    .example = S_MESSAGE,
};
