#include "actors/views/event_counts/event_counts.h"
#include "api/handler/route.h"
#include "proto/base/calendar.h"

static const parameter_t s_parameters[] = {
    {.name = "start",
     .kind = PARAMETER_TIME,
     .about = "count events created at or after this time; default: a day "
              "before `end`, rounded down to a multiple of `step`",
     .example = "2026-01-31T12:00:00Z"},
    HANDLER_END,
    {.name = "step",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = UINT32_MAX,
     .otherwise = 60,
     .has_default = true,
     .about = "seconds between points; a series has at most 1500 points",
     .example = "60"},
    {.name = "types",
     .kind = PARAMETER_LIST,
     .about = "only these event types, as types=A,B or types=A&types=B; "
              "default: all that occurred",
     .example = "PushEvent,WatchEvent"},
};

// Reads the requested window. Without a start it covers a day and begins at a
// multiple of the step, so that repeated requests get points at the same times.
static bool s_window(call_t *call, view_series_asked_t *series)
{
    uint32_t now = (uint32_t)(call->now_us / 1000000);
    uint32_t start, end;
    size_t steps;
    if (!handler_window(call, now, &start, &end))
        return false;
    if (!parameters_get(call->parameters, "start")->given) {
        start = end > CALENDAR_DAY_S ? end - CALENDAR_DAY_S : 0;
        start -= start % series->step_s;
    }
    series->start = start;
    series->end = end;
    if (view_series_steps(series, &steps) == 0)
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
    view_series_asked_t series = {
        .step_s = (uint32_t)parameters_get(call->parameters, "step")->number,
        .types = {types->items, types->count}};
    if (!s_window(call, &series))
        return;
    call->answer->caching = ANSWER_ASK;
    (void)handler_answer_view(call, &view_series_question, &series);
}

const route_t route_series = {
    .path = "/v1/event_counts/series",
    .name = "event_counts_series",
    .handler = s_answer,
    .summary = "Events by type over time",
    .schema = "EventSeries",
    .tagged = true,
    .asks = true,
    ROUTE_TAKES(s_parameters),
    .example = ROUTE_JSON({
        "step": 60,
        "series": [
            {
                "type": "PushEvent",
                "points": [
                    ["2026-01-31T12:00:00Z", 120],
                    ["2026-01-31T12:01:00Z", 131]
                ]
            }
        ],
        "start_time": "2026-01-31T12:00:00Z",
        "end_time": "2026-01-31T12:02:00Z",
        "as_of": {"offset": 9000, "log_end": 9000, "lag": 0}
    }),
};
