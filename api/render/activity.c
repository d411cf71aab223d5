#include "api/render/activity.h"

#include "api/render/parts.h"
#include "proto/base/time_text.h"
#include "proto/batch/batch.h"
#include "proto/json/json_text.h"

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
    int rc = message_list_next(lines, MESSAGE_SERIES_LINE, &item);
    if (rc <= 0)
        return rc;
    if (item.series_line.counts.bytes != steps * sizeof(uint64_t))
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

// The name and id by which a repository is known.
static void s_identity(json_text_t *json, slice_t name, uint64_t id)
{
    if (name.bytes)
        json_text_string(json, "repo_name", name);
    else
        json_text_null(json, "repo_name");
    if (id)
        json_text_unsigned(json, "repo_id", id);
    else
        json_text_null(json, "repo_id");
}

int rendering_top(buffer_t *out, slice_t by, const message_top_answer_t *answer,
                  rendering_window_t window)
{
    json_text_t json = json_text_start(out);
    slice_t rest = answer->repos;
    message_t item;
    int rc;
    json_text_open(&json, NULL, '{');
    json_text_string(&json, "by", by);
    json_text_open(&json, "repos", '[');
    while ((rc = message_list_next(&rest, MESSAGE_TOP_REPO, &item)) > 0) {
        json_text_open(&json, NULL, '{');
        s_identity(&json, item.top_repo.name, item.top_repo.id);
        json_text_unsigned(&json, "count", item.top_repo.count);
        json_text_close(&json, '}');
    }
    json_text_close(&json, ']');
    rendering_window(&json, window);
    rendering_as_of(&json, &answer->as_of);
    json_text_close(&json, '}');
    return rc;
}

static int s_pull_requests(json_text_t *json,
                           const message_intervals_answer_t *intervals)
{
    message_intervals_answer_t known = *intervals;
    const message_t none = {.kind = MESSAGE_INTERVAL};
    buffer_t zeros = {0};
    if (!known.found) {
        message_list_add(&zeros, &none);
        known.actions = buffer_slice(&zeros);
    }
    json_text_open(json, "pull_requests", '{');
    int rc = rendering_interval_fields(json, &known);
    rendering_as_of(json, &intervals->as_of);
    json_text_close(json, '}');
    buffer_free(&zeros);
    return rc;
}

static int s_total(slice_t counts, uint64_t *total)
{
    message_t item;
    int rc;
    *total = 0;
    while ((rc = message_list_next(&counts, MESSAGE_COUNT, &item)) > 0)
        *total += item.count.count;
    return rc;
}

int rendering_repository(buffer_t *out,
                         const message_activity_answer_t *activity,
                         const message_intervals_answer_t *intervals)
{
    json_text_t json = json_text_start(out);
    uint64_t events;
    int rc = s_total(activity->counts, &events);
    json_text_open(&json, NULL, '{');
    s_identity(&json, activity->name, activity->id);
    json_text_unsigned(&json, "events", events);
    if (rc == 0)
        rc = rendering_count_list(&json, activity->counts, NULL, 0);
    json_text_time(&json, "first_event_ts", activity->first_at);
    json_text_time(&json, "last_event_ts", activity->last_at);
    if (rc == 0)
        rc = s_pull_requests(&json, intervals);
    rendering_as_of(&json, &activity->as_of);
    json_text_close(&json, '}');
    return rc;
}
