#include "actors/views/event_counts/series.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>

int view_event_series_begin(view_event_series_t *series,
                            const view_series_asked_t *asked)
{
    *series = (view_event_series_t){0};
    int rc = view_series_steps(asked, &series->steps);
    if (rc != 0 || series->steps == 0)
        return rc;
    series->lines = calloc(VIEW_SERIES_LINES_MAX, sizeof *series->lines);
    return series->lines ? 0 : -ENOMEM;
}

static view_event_line_t *s_add_line(view_event_series_t *series, slice_t type)
{
    if (series->line_count == VIEW_SERIES_LINES_MAX) {
        series->error = -E2BIG;
        return NULL;
    }
    view_event_line_t *line = &series->lines[series->line_count++];
    line->counts = calloc(series->steps, sizeof *line->counts);
    buffer_add(&line->type, type.data, type.bytes);
    if (line->counts && !buffer_failed(&line->type))
        return line;
    series->error = -ENOMEM;
    return NULL;
}

static view_event_line_t *s_line(view_event_series_t *series, slice_t type)
{
    for (size_t i = 0; i < series->line_count; i++) {
        if (slice_equal(buffer_slice(&series->lines[i].type), type))
            return &series->lines[i];
    }
    return s_add_line(series, type);
}

void view_event_series_add(void *series, slice_t type, uint64_t count)
{
    view_event_series_t *self = series;
    view_event_line_t *line = self->error ? NULL : s_line(self, type);
    if (line)
        line->counts[self->step] = htole64(count);
}

int view_event_series_list(const view_event_series_t *series, buffer_t *answer)
{
    for (size_t i = 0; i < series->line_count && !series->error; i++) {
        const view_event_line_t *line = &series->lines[i];
        const view_series_line_t item = {
            buffer_slice(&line->type),
            slice(line->counts, series->steps * sizeof *line->counts)};
        record_add(answer, view_series_line_fields, &item);
    }
    return series->error;
}

void view_event_series_end(view_event_series_t *series)
{
    for (size_t i = 0; i < series->line_count; i++) {
        buffer_free(&series->lines[i].type);
        free(series->lines[i].counts);
    }
    free(series->lines);
}
