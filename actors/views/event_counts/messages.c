#include "actors/views/event_counts/messages.h"

#include "proto/base/time_text.h"
#include "proto/batch/batch.h"

#include <errno.h>

const record_field_t view_counts_asked_fields[] = {
    RECORD_FIELD(view_counts_asked_t, start),
    RECORD_FIELD(view_counts_asked_t, end),
    RECORD_END,
};

const record_field_t view_series_asked_fields[] = {
    RECORD_FIELD(view_series_asked_t, start),
    RECORD_FIELD(view_series_asked_t, end),
    RECORD_FIELD(view_series_asked_t, step_s),
    RECORD_END,
};

const record_field_t view_series_line_fields[] = {
    RECORD_FIELD(view_series_line_t, type),
    RECORD_FIELD(view_series_line_t, counts),
    RECORD_END,
};

int view_series_steps(const view_series_asked_t *asked, size_t *steps)
{
    if (asked->step_s == 0)
        return -EINVAL;
    *steps = 0;
    if (asked->end <= asked->start)
        return 0;
    uint64_t count = (asked->end - asked->start - 1) / asked->step_s + 1;
    if (count > VIEW_SERIES_POINTS_MAX)
        return -E2BIG;
    *steps = (size_t)count;
    return 0;
}

int view_counts_render(const void *asked, const message_view_answer_t *answer,
                       buffer_t *out)
{
    const view_counts_asked_t *question = asked;
    json_text_t json = json_text_start(out);
    json_text_open(&json, NULL, '{');
    int rc = view_answer_counts(&json, answer->body, &question->types);
    if (rc == 0)
        rc = view_answer_window(&json, question->start, question->end);
    view_answer_as_of(&json, &answer->as_of);
    json_text_close(&json, '}');
    return rc;
}

// Writes the points of a type; `counts` is empty if it never occurred.
static void s_line(json_text_t *json, slice_t type, slice_t counts,
                   const view_series_asked_t *asked, size_t steps)
{
    json_text_open(json, NULL, '{');
    json_text_string(json, "type", type);
    json_text_open(json, "points", '[');
    for (uint32_t i = 0; i < steps; i++) {
        char time[TIME_TEXT_BYTES];
        time_text_format((uint32_t)asked->start + i * asked->step_s, time);
        json_text_open(json, NULL, '[');
        json_text_string(json, NULL, slice_of(time));
        json_text_unsigned(json, NULL,
                           counts.bytes ? batch_u64(counts.data, i) : 0);
        json_text_close(json, ']');
    }
    json_text_close(json, ']');
    json_text_close(json, '}');
}

// Takes the next line of an answer; checks that it has a count per step.
static int s_next_line(slice_t *lines, size_t steps, view_series_line_t *line)
{
    int rc = record_next(lines, view_series_line_fields, line);
    return rc == 1 && line->counts.bytes != steps * sizeof(uint64_t) ? -EBADMSG
                                                                     : rc;
}

static int s_all_lines(json_text_t *json, slice_t lines,
                       const view_series_asked_t *asked, size_t steps)
{
    view_series_line_t line;
    int rc;
    while ((rc = s_next_line(&lines, steps, &line)) > 0)
        s_line(json, line.type, line.counts, asked, steps);
    return rc;
}

static int s_chosen_line(json_text_t *json, slice_t lines, slice_t type,
                         const view_series_asked_t *asked, size_t steps)
{
    view_series_line_t line;
    slice_t counts = {NULL, 0};
    int rc;
    while ((rc = s_next_line(&lines, steps, &line)) > 0) {
        if (slice_equal(line.type, type))
            counts = line.counts;
    }
    s_line(json, type, counts, asked, steps);
    return rc;
}

int view_series_render(const void *asked, const message_view_answer_t *answer,
                       buffer_t *out)
{
    const view_series_asked_t *question = asked;
    const view_types_t *types = &question->types;
    json_text_t json = json_text_start(out);
    size_t steps;
    if (view_series_steps(question, &steps) != 0)
        return -EINVAL;
    int rc = 0;
    json_text_open(&json, NULL, '{');
    json_text_unsigned(&json, "step", question->step_s);
    json_text_open(&json, "series", '[');
    if (types->count == 0)
        rc = s_all_lines(&json, answer->body, question, steps);
    for (size_t i = 0; rc == 0 && i < types->count; i++) {
        if (!view_types_is_repeat(types, i))
            rc = s_chosen_line(&json, answer->body, types->items[i], question,
                               steps);
    }
    json_text_close(&json, ']');
    if (rc == 0)
        rc = view_answer_window(&json, question->start, question->end);
    view_answer_as_of(&json, &answer->as_of);
    json_text_close(&json, '}');
    return rc;
}
