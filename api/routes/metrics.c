#include "api/render/metrics.h"
#include "api/ask/tail.h"
#include "api/handler/route.h"
#include "api/routes/routes.h"
#include "api/tls/tls.h"

#include <assert.h>
#include <stdio.h>

// The parts that are asked, one after another.
#define S_PARTS_MAX (CONFIG_VIEWS_MAX + 3)

typedef struct {
    rendering_metrics_t metrics;
    rendering_part_t parts[S_PARTS_MAX];
    rendering_view_t views[CONFIG_VIEWS_MAX];
    message_t log; // answers borrow their sockets' messages
    message_t actors;
    message_t sources;
    const char *routes[TRAFFIC_ROUTES_MAX];
} gathered_t;

// All parts together share the deadline of one question.
static bool s_ask(call_t *call, gathered_t *gathered, const char *part,
                  const char *endpoint, message_kind_t question,
                  message_kind_t expected, message_t *answer)
{
    rendering_metrics_t *metrics = &gathered->metrics;
    const int share_ms =
        call->config->http_deadline_ms / (int)(call->config->view_count + 3);
    const message_t message = {.kind = question};
    bool up = ask_actor(call->ask, endpoint, &message, expected, share_ms,
                        answer) == 0;
    gathered->parts[metrics->part_count++] =
        (rendering_part_t){slice_of(part), up};
    return up;
}

// The offset up to which the view's snapshot covers the log; 0 if the log does
// not know.
static uint64_t s_sealed(const message_log_stats_t *log, const char *view)
{
    slice_t rest = log ? log->sealed : slice(NULL, 0);
    message_t item;
    while (message_list_next(&rest, MESSAGE_SEALED, &item) == 1)
        if (slice_equal(item.sealed.view, slice_of(view)))
            return item.sealed.offset;
    return 0;
}

static void s_ask_view(call_t *call, gathered_t *gathered, const char *view)
{
    rendering_metrics_t *metrics = &gathered->metrics;
    char endpoint[CONFIG_ENDPOINT_MAX];
    message_t answer;
    snprintf(endpoint, sizeof endpoint, "view-%s", view);
    if (!s_ask(call, gathered, view, endpoint, MESSAGE_VIEW_STATUS_ASK,
               MESSAGE_AS_OF, &answer))
        return;
    const message_as_of_t *at = &answer.as_of;
    gathered->views[metrics->view_count++] = (rendering_view_t){
        .name = slice_of(view),
        .offset = at->offset,
        .lag = at->log_end > at->offset ? at->log_end - at->offset : 0,
        .fresh = at->fresh,
        .since = at->since,
        .sealed = s_sealed(metrics->log, view),
    };
}

static void s_ask_all(call_t *call, gathered_t *gathered)
{
    rendering_metrics_t *metrics = &gathered->metrics;
    if (s_ask(call, gathered, "journal", "log", MESSAGE_LOG_STATS_ASK,
              MESSAGE_LOG_STATS, &gathered->log))
        metrics->log = &gathered->log.log_stats;
    for (size_t i = 0; i < call->config->view_count; i++)
        s_ask_view(call, gathered, call->config->views[i]);
    if (s_ask(call, gathered, "supervisor", "supervisor", MESSAGE_ACTORS_ASK,
              MESSAGE_ACTORS, &gathered->actors))
        metrics->actors = gathered->actors.actors.actors;
    if (call->config->fetch &&
        s_ask(call, gathered, "fetcher", "fetcher", MESSAGE_SOURCES_ASK,
              MESSAGE_SOURCES, &gathered->sources))
        metrics->sources = gathered->sources.sources.sources;
}

static void s_answer(call_t *call)
{
    gathered_t gathered = {0};
    rendering_metrics_t *metrics = &gathered.metrics;
    assert(routes_count < TRAFFIC_ROUTES_MAX);
    for (size_t i = 0; i < routes_count; i++)
        gathered.routes[i] = routes[i]->path;
    gathered.routes[routes_count] = "none";
    metrics->parts = gathered.parts;
    metrics->views = gathered.views;
    metrics->routes = gathered.routes;
    metrics->route_count = routes_count + 1;
    metrics->traffic = call->traffic;
    metrics->streams = (uint64_t)tail_streams(call->tail);
    metrics->certificate_expiry_s = call->tls ? tls_expiry_s(call->tls) : 0;
    s_ask_all(call, &gathered);
    int rc = rendering_metrics(&call->answer->body, metrics);
    call->answer->type = RENDERING_METRICS_TYPE;
    handler_check(call, rc);
}

const route_t route_metrics = {
    .path = "/metrics",
    .name = "metrics",
    .handler = s_answer,
    .summary = "Metrics in the text format of Prometheus",
    .text = "text/plain",
};
