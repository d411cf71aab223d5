#include "api/rendering_activity.h"

#include "api/json_text.h"
#include "api/rendering_parts.h"
#include "proto/batch.h"
#include "proto/time_text.h"

#include <errno.h>

static size_t s_steps(rendering_window_t window, uint32_t step)
{
    return (size_t)(((uint64_t)window.end - window.start + step - 1) / step);
}

// The points of a type; `counts` is empty where it never occurred.
static void s_line(json_text_t *json, slice_t type, slice_t counts,
                   rendering_window_t window, uint32_t step)
{
    size_t steps = s_steps(window, step);
    json_text_open(json, NULL, '{');
    json_text_string(json, "type", type);
    json_text_open(json, "points", '[');
    for (uint32_t i = 0; i < steps; i++) {
        char time[TIME_TEXT_BYTES];
        time_text_format(window.start + i * step, time);
        json_text_open(json, NULL, '[');
        json_text_string(json, NULL, slice_of(time));
        json_text_unsigned(json, NULL,
                           counts.bytes ? batch_u64(counts.data, i) : 0);
        json_text_close(json, ']');
    }
    json_text_close(json, ']');
    json_text_close(json, '}');
}

// The next line of an answer, checked to have a count for each step.
static int s_next_line(slice_t *lines, size_t steps,
                       message_series_line_t *line)
{
    message_t item;
    int rc = message_list_next(lines, &item);
    if (rc <= 0)
        return rc;
    if (item.kind != MESSAGE_SERIES_LINE ||
        item.series_line.counts.bytes != steps * sizeof(uint64_t))
        return -EBADMSG;
    *line = item.series_line;
    return 1;
}

static int s_all_lines(json_text_t *json, slice_t lines,
                       rendering_window_t window, uint32_t step)
{
    message_series_line_t line;
    int rc;
    while ((rc = s_next_line(&lines, s_steps(window, step), &line)) > 0)
        s_line(json, line.type, line.counts, window, step);
    return rc;
}

static int s_chosen_line(json_text_t *json, slice_t lines, slice_t type,
                         rendering_window_t window, uint32_t step)
{
    message_series_line_t line;
    slice_t counts = {NULL, 0};
    int rc;
    while ((rc = s_next_line(&lines, s_steps(window, step), &line)) > 0) {
        if (slice_equal(line.type, type))
            counts = line.counts;
    }
    s_line(json, type, counts, window, step);
    return rc;
}

int rendering_series(buffer_t *out, const message_series_answer_t *answer,
                     rendering_window_t window, uint32_t step,
                     const slice_t *types, size_t type_count)
{
    json_text_t json = json_text_start(out);
    int rc = 0;
    json_text_open(&json, NULL, '{');
    json_text_unsigned(&json, "step", step);
    json_text_open(&json, "series", '[');
    if (type_count == 0)
        rc = s_all_lines(&json, answer->lines, window, step);
    for (size_t i = 0; rc == 0 && i < type_count; i++) {
        if (!rendering_is_repeat(types, i))
            rc = s_chosen_line(&json, answer->lines, types[i], window, step);
    }
    json_text_close(&json, ']');
    rendering_window(&json, window);
    rendering_as_of(&json, &answer->as_of);
    json_text_close(&json, '}');
    return rc;
}
