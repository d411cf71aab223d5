#include "api/handler/handler.h"
#include "api/render/activity.h"

#define S_DAY 86400

// The window asked for. Without a start it is a day, from a multiple of the
// step on, so that points stay where they are when it is asked for again.
static bool s_window(call_t *call, uint32_t step, rendering_window_t *window)
{
    uint32_t now = (uint32_t)(call->now_us / 1000000);
    if (!handler_window(call, now, &window->start, &window->end))
        return false;
    if (!parameters_get(call->parameters, "start")->given) {
        uint32_t start = window->end > S_DAY ? window->end - S_DAY : 0;
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

void handler_series(call_t *call)
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
