#include "api/handler/route.h"
#include "api/render/activity.h"
#include "proto/base/calendar.h"

static const parameter_t s_parameters[] = {
    {.name = "start",
     .kind = PARAMETER_TIME,
     .about = "events created at or after this time; without it, a day before "
              "the end, at a multiple of the step",
     .example = "2026-01-31T12:00:00Z"},
    HANDLER_END,
    {.name = "step",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = UINT32_MAX,
     .otherwise = 60,
     .has_default = true,
     .about = "seconds from one point to the next; a series has at most 1500 "
              "points",
     .example = "60"},
    {.name = "types",
     .kind = PARAMETER_LIST,
     .about = "exactly these types, as types=A,B or types=A&types=B; without "
              "it, those that occurred",
     .example = "PushEvent,WatchEvent"},
};

// The window asked for. Without a start it is a day, from a multiple of the
// step on, so that points stay where they are when it is asked for again.
static bool s_window(call_t *call, uint32_t step, rendering_window_t *window)
{
    uint32_t now = (uint32_t)(call->now_us / 1000000);
    if (!handler_window(call, now, &window->start, &window->end))
        return false;
    if (!parameters_get(call->parameters, "start")->given) {
        uint32_t start =
            window->end > CALENDAR_DAY_S ? window->end - CALENDAR_DAY_S : 0;
        window->start = start - start % step;
    }
    if (((uint64_t)window->end - window->start + step - 1) / step <=
        MESSAGE_SERIES_POINTS_MAX)
        return true;
    call->answer->status = 422;
    parameters_refuse(call->parameters, "step",
                      "more than 1500 points: take a longer step or a shorter "
                      "window",
                      &call->answer->body);
    return false;
}

static void s_answer(call_t *call)
{
    const parameter_value_t *types = parameters_get(call->parameters, "types");
    uint32_t step = (uint32_t)parameters_get(call->parameters, "step")->number;
    rendering_window_t window;
    message_t answer;
    if (!s_window(call, step, &window))
        return;
    call->answer->caching = ANSWER_ASK;
    const message_t question = {.kind = MESSAGE_SERIES,
                                .series = {window.start, window.end, step}};
    if (handler_ask_view(call, "event_counts", &question, MESSAGE_SERIES_ANSWER,
                         &answer))
        handler_check(call, rendering_series(&call->answer->body,
                                             &answer.series_answer, window,
                                             step, types->items, types->count));
}

const route_t route_series = {
    .path = "/v1/event_counts/series",
    .name = "event_counts_series",
    .handler = s_answer,
    .summary = "Events by type over time, for plotting",
    .schema = "EventSeries",
    .tagged = true,
    .asks = true,
    ROUTE_TAKES(s_parameters),
    .example = ROUTE_JSON({
        "step": 60,
        "series": [
            {
                "type": "PushEvent",
                "points": [[1769860800, 120], [1769860860, 131]]
            }
        ],
        "start_time": "2026-01-31T12:00:00Z",
        "end_time": "2026-01-31T12:10:00Z",
        "as_of": {"offset": 9000, "log_end": 9000, "lag": 0}
    }),
};
