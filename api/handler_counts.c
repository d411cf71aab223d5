#include "api/handler.h"
#include "api/rendering.h"

// The last `minutes`, up to this second.
static rendering_window_t s_last(int64_t minutes, uint32_t now)
{
    int64_t seconds;
    if (__builtin_mul_overflow(minutes, 60, &seconds) || seconds > now)
        seconds = now;
    return (rendering_window_t){(uint32_t)(now - seconds), now};
}

// The window asked for in either way; false: neither, or both.
static bool s_window(call_t *call, rendering_window_t *window)
{
    const parameters_t *parameters = call->parameters;
    const parameter_value_t *offset =
        parameters_get(parameters, "offset_minutes");
    bool by_time = parameters_get(parameters, "start")->given ||
                   parameters_get(parameters, "end")->given;
    uint32_t now = (uint32_t)(call->now_us / 1000000);
    if (by_time && !offset->given)
        return handler_window(call, now, &window->start, &window->end);
    if (offset->given && !by_time) {
        *window = s_last(offset->number, now);
        return true;
    }
    call->answer->status = 422;
    if (by_time)
        parameters_refuse(parameters, "offset_minutes",
                          "offset_minutes excludes start and end",
                          &call->answer->body);
    else
        parameters_miss(parameters, "offset_minutes", &call->answer->body);
    return false;
}

void handler_counts(call_t *call)
{
    const parameter_value_t *types = parameters_get(call->parameters, "types");
    rendering_window_t window;
    message_t answer;
    if (!s_window(call, &window))
        return;
    const message_t question = {.kind = MESSAGE_COUNTS,
                                .counts = {window.start, window.end}};
    if (handler_ask_view(call, "event_counts", &question, MESSAGE_COUNTS_ANSWER,
                         &answer))
        handler_check(call, rendering_counts(&call->answer->body,
                                             &answer.counts_answer, window,
                                             types->items, types->count));
}
