#include "api/handler/route.h"

#include "actors/runtime/health.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

// The reasons why the service is not healthy, one for each part.
typedef struct {
    char text[768];
    size_t bytes;
} reasons_t;

static void __attribute__((format(printf, 2, 3)))
s_add_reason(reasons_t *reasons, const char *format, ...)
{
    va_list args;
    size_t left = sizeof reasons->text - reasons->bytes;
    char *at = reasons->text + reasons->bytes;
    if (reasons->bytes > 0 && left > 2) {
        *at++ = ';';
        *at++ = ' ';
        left -= 2;
    }
    va_start(args, format);
    int bytes = vsnprintf(at, left, format, args);
    va_end(args);
    size_t used = bytes < 0 ? 0 : (size_t)bytes;
    at += used < left ? used : left - 1;
    reasons->bytes = (size_t)(at - reasons->text);
}

// The parts are asked in turn and share the deadline of one question, because
// monitors that call a health check do not wait long.
static int s_share_ms(const call_t *call)
{
    return call->config->http_deadline_ms / (int)(call->config->view_count + 2);
}

static void s_check_journal(call_t *call, reasons_t *reasons)
{
    const message_t question = {.kind = MESSAGE_LOG_STATS_ASK};
    message_t answer;
    if (ask_actor(call->ask, "log", &question, MESSAGE_LOG_STATS,
                  s_share_ms(call), &answer) < 0)
        s_add_reason(reasons, "journal: %s", ask_failure(call->ask));
}

// Returns how many events the view is behind.
static uint64_t s_check_view(call_t *call, const char *view, uint64_t lag_max,
                             reasons_t *reasons)
{
    const message_t question = {.kind = MESSAGE_VIEW_STATUS_ASK};
    char endpoint[CONFIG_ENDPOINT_MAX];
    message_t answer;
    snprintf(endpoint, sizeof endpoint, "view-%s", view);
    if (ask_actor(call->ask, endpoint, &question, MESSAGE_AS_OF,
                  s_share_ms(call), &answer) < 0) {
        s_add_reason(reasons, "%s: %s", view, ask_failure(call->ask));
        return 0;
    }
    const message_as_of_t *as_of = &answer.as_of;
    uint64_t lag =
        as_of->log_end > as_of->offset ? as_of->log_end - as_of->offset : 0;
    if (!as_of->fresh)
        s_add_reason(reasons, "%s: has not heard from the journal lately",
                     view);
    else if (lag > lag_max)
        s_add_reason(reasons, "%s: %" PRIu64 " events behind", view, lag);
    return lag;
}

// A view can be behind because the disk is full. The supervisor knows; if it
// does not answer, no reason is added.
static void s_check_room(call_t *call, reasons_t *reasons)
{
    const message_t question = {.kind = MESSAGE_ACTORS_ASK};
    message_t answer, item;
    if (ask_actor(call->ask, "supervisor", &question, MESSAGE_ACTORS,
                  s_share_ms(call), &answer) < 0)
        return;
    slice_t list = answer.actors.actors;
    while (message_list_next(&list, MESSAGE_ACTOR, &item) == 1)
        if (slice_equal(item.actor.state, slice_of(HEALTH_NO_ROOM)))
            s_add_reason(reasons, "%.*s: " HEALTH_NO_ROOM,
                         (int)item.actor.name.bytes, item.actor.name.data);
}

// Answers with the word if every part is well, otherwise 503 with the reasons.
static void s_check(call_t *call, uint64_t lag_max, const char *word)
{
    reasons_t reasons = {0};
    uint64_t lag = 0;
    s_check_journal(call, &reasons);
    for (size_t i = 0; i < call->config->view_count; i++)
        lag |= s_check_view(call, call->config->views[i], lag_max, &reasons);
    if (lag > 0)
        s_check_room(call, &reasons);
    if (reasons.bytes > 0)
        answer_unavailable(call->answer, "%s", reasons.text);
    else
        buffer_printf(&call->answer->body, "{\"status\":\"%s\"}", word);
}

static void s_health(call_t *call)
{
    s_check(call, UINT64_MAX, "healthy");
}

static void s_ready(call_t *call)
{
    s_check(call, HEALTH_BEHIND_MAX, "ready");
}

static void s_live(call_t *call)
{
    buffer_add_text(&call->answer->body, "{\"status\":\"alive\"}");
}

static const char s_schemas[] = ROUTE_JSON({
  "Status": {"type": "object", "properties": {
    "status": {
      "type": "string",
      "description": "healthy, ready or alive, depending on the path"}
  }, "required": ["status"]}
});

const route_t route_healthcheck = {
    .path = "/healthcheck",
    .name = "healthcheck",
    .handler = s_health,
    .summary = "Whether the journal and all views are working",
    .schema = "Status",
    .open = true,
    .asks = true,
    .schemas = s_schemas,
    .example = ROUTE_JSON({"status": "healthy"}),
};

const route_t route_health = {
    .path = "/health",
    .name = "health",
    .handler = s_health,
    .summary = "The same as /healthcheck",
    .schema = "Status",
    .open = true,
    .asks = true,
    .example = ROUTE_JSON({"status": "healthy"}),
};

const route_t route_livez = {
    .path = "/livez",
    .name = "livez",
    .handler = s_live,
    .summary = "Whether this process is alive",
    .schema = "Status",
    .open = true,
    .example = ROUTE_JSON({"status": "alive"}),
};

const route_t route_readyz = {
    .path = "/readyz",
    .name = "readyz",
    .handler = s_ready,
    .summary = "Whether the service is healthy and the views have caught up",
    .schema = "Status",
    .open = true,
    .asks = true,
    .example = ROUTE_JSON({"status": "ready"}),
};
