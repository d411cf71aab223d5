#include "api/ask/tail.h"
#include "api/handler/route.h"
#include "api/handler/stream.h"

#include <errno.h>
#include <stdlib.h>

static const parameter_t s_parameters[] = {
    {.name = "from",
     .kind = PARAMETER_INTEGER,
     .ge = 0,
     .le = INT64_MAX,
     .about = "the offset to start at; default: the end of the log. "
              "Last-Event-ID takes precedence",
     .example = "0"},
    PAGE_TYPE,
    PAGE_REPO,
};

// Finds where a reconnecting client continues. false: its id is not an offset.
static bool s_after(const char *last_event_id, uint64_t *from)
{
    char *end;
    errno = 0;
    unsigned long long id = strtoull(last_event_id, &end, 10);
    if (errno != 0 || *end != '\0' || id > INT64_MAX ||
        strspn(last_event_id, "0123456789") == 0)
        return false;
    *from = id + 1;
    return true;
}

static bool s_log_end(call_t *call, uint64_t *end)
{
    const message_t question = {.kind = MESSAGE_LOG_READ};
    message_t answer;
    if (!handler_ask(call, "log", &question, MESSAGE_LOG_BATCHES, &answer))
        return false;
    *end = answer.log_batches.end;
    return true;
}

// A reconnecting client repeats its original URL, so Last-Event-ID takes
// precedence over `from`.
static bool s_position(call_t *call, uint64_t *from)
{
    const parameter_value_t *given = parameters_get(call->parameters, "from");
    const char *last = call->last_event_id;
    if (last && *last) {
        if (s_after(last, from))
            return true;
        answer_detail(call->answer, 400, "Last-Event-ID is not an offset");
        return false;
    }
    *from = (uint64_t)given->number;
    return given->given || s_log_end(call, from);
}

static void s_answer(call_t *call)
{
    const parameter_value_t *types = parameters_get(call->parameters, "type");
    uint64_t from;
    if (!s_position(call, &from))
        return;
    if (!tail_join(call->tail)) {
        answer_unavailable(call->answer, "all %d streams are in use",
                           call->config->http_streams);
        return;
    }
    *call->stream = (stream_t){
        .filter = {.types = types->items,
                   .type_count = types->count,
                   .repo = parameters_get(call->parameters, "repo")->text},
        .next = from};
    call->answer->type = "text/event-stream; charset=utf-8";
    call->answer->streams = true;
}

const route_t route_live_stream = {
    .path = "/v1/events/stream",
    .name = "stream",
    .handler = s_answer,
    .summary =
        "Live tail as Server-Sent Events; the id of an event is its offset",
    .text = "text/event-stream",
    .streams = true,
    .asks = true,
    ROUTE_TAKES(s_parameters),
};
