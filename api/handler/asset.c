#include "api/handler/asset.h"

#include "proto/base/embed.h"

#define S_HTML   "text/html; charset=utf-8"
#define S_IMAGE  "image/svg+xml"
#define S_STYLE  "text/css; charset=utf-8"
#define S_SCRIPT "text/javascript; charset=utf-8"
#define S_TEXT   "text/plain; charset=utf-8"

// label, name of the file, type.
#define S_ASSETS(ROW)                                                          \
    ROW(base_css, "base.css", S_STYLE)                                         \
    ROW(chart_js, "chart.js", S_SCRIPT)                                        \
    ROW(client_js, "client.js", S_SCRIPT)                                      \
    ROW(dashboard_css, "dashboard.css", S_STYLE)                               \
    ROW(dashboard_html, "dashboard.html", S_HTML)                              \
    ROW(dashboard_js, "dashboard.js", S_SCRIPT)                                \
    ROW(docs_css, "docs.css", S_STYLE)                                         \
    ROW(docs_html, "docs.html", S_HTML)                                        \
    ROW(docs_js, "docs.js", S_SCRIPT)                                          \
    ROW(dom_js, "dom.js", S_SCRIPT)                                            \
    ROW(event_stream_js, "event_stream.js", S_SCRIPT)                          \
    ROW(format_js, "format.js", S_SCRIPT)                                      \
    ROW(icon_svg, "icon.svg", S_IMAGE)                                         \
    ROW(live_panel_js, "live_panel.js", S_SCRIPT)                              \
    ROW(lookup_panel_js, "lookup_panel.js", S_SCRIPT)                          \
    ROW(palette_js, "palette.js", S_SCRIPT)                                    \
    ROW(panel_js, "panel.js", S_SCRIPT)                                        \
    ROW(rate_panel_js, "rate_panel.js", S_SCRIPT)                              \
    ROW(state_js, "state.js", S_SCRIPT)                                        \
    ROW(system_panels_js, "system_panels.js", S_SCRIPT)                        \
    ROW(theme_js, "theme.js", S_SCRIPT)                                        \
    ROW(top_panel_js, "top_panel.js", S_SCRIPT)                                \
    ROW(uplot_js, "uPlot.iife.min.js", S_SCRIPT)                               \
    ROW(uplot_license, "uPlot.LICENSE", S_TEXT)                                \
    ROW(uplot_css, "uPlot.min.css", S_STYLE)                                   \
    ROW(windows_js, "windows.js", S_SCRIPT)                                    \
    ROW(zone_js, "zone.js", S_SCRIPT)

#define S_EMBED(label, file, type)                                             \
    EMBED(octolog_asset_##label, "api/assets/" file);
S_ASSETS(S_EMBED)

#define S_ROW(label, file, type)                                               \
    {file, type, octolog_asset_##label, octolog_asset_##label##_end},
const asset_t assets[] = {S_ASSETS(S_ROW)};
const size_t assets_count = sizeof assets / sizeof assets[0];

const asset_t *asset_find(slice_t name)
{
    for (size_t i = 0; i < assets_count; i++) {
        if (slice_equal(slice_of(assets[i].name), name))
            return &assets[i];
    }
    return NULL;
}
