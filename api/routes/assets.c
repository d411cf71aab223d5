#include "api/handler/asset.h"
#include "api/handler/route.h"

static const parameter_t s_parameters[] = {
    {.name = "name",
     .kind = PARAMETER_NAME,
     .in_path = true,
     .example = "docs.css"},
};

static void s_asset(call_t *call)
{
    const asset_t *file =
        asset_find(parameters_get(call->parameters, "name")->text);
    if (file)
        handler_file(call, file);
    else
        answer_detail(call->answer, 404, "Not Found");
}

const route_t route_asset = {
    .path = "/assets/{name}",
    .name = "asset",
    .handler = s_asset,
    .summary = "A style sheet, script or image of the dashboard and this page",
    .text = "*/*",
    .tagged = true,
    .open = true,
    .missing = "Not Found",
    ROUTE_TAKES(s_parameters),
};

static void s_docs(call_t *call)
{
    handler_file(call, asset_find(slice_of("docs.html")));
}

const route_t route_docs = {
    .path = "/docs",
    .name = "docs",
    .handler = s_docs,
    .summary = "This API as a page where requests can be sent",
    .text = "text/html",
    .tagged = true,
    .open = true,
};
