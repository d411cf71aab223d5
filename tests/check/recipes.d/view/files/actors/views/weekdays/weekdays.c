#include "actors/views/weekdays/weekdays.h"

#include "actors/views/answer.h"
#include "proto/base/embed.h"

#include <errno.h>
#include <stdlib.h>

#define DAYS  7
#define DAY_S 86400

// The epoch was a Thursday.
#define EPOCH_DAY 4

typedef struct {
    uint64_t counts[DAYS]; // not flushed
} weekdays_t;

// A row's value, and an answer.
typedef struct {
    uint64_t events;
} count_t;

static const record_field_t s_count_fields[] = {
    RECORD_FIELD(count_t, events),
    RECORD_END,
};

static void *s_create(void)
{
    return calloc(1, sizeof(weekdays_t));
}

static void s_destroy(void **state)
{
    free(*state);
    *state = NULL;
}

static int s_apply(void *state, const batch_t *batch, uint32_t from,
                   uint32_t until)
{
    weekdays_t *self = state;
    for (uint32_t i = from; i < until; i++)
        self->counts[(batch_created_at(batch, i) / DAY_S + EPOCH_DAY) % DAYS]++;
    return 0;
}

static size_t s_pending_bytes(const void *state)
{
    const weekdays_t *self = state;
    for (int day = 0; day < DAYS; day++) {
        if (self->counts[day] > 0)
            return sizeof *self;
    }
    return 0;
}

// The row of a day; a row that is not there has no events.
static int s_read(const view_rows_t *rows, uint8_t day, count_t *count)
{
    const char key[] = {'d', (char)day};
    slice_t value;
    int rc = rows->get(rows->context, slice(key, sizeof key), &value);
    *count = (count_t){0};
    if (rc == 1 && !record_take(&value, s_count_fields, count))
        return -EUCLEAN;
    return rc < 0 ? rc : 0;
}

static int s_add(const view_rows_t *rows, uint8_t day, uint64_t events,
                 buffer_t *value)
{
    const char key[] = {'d', (char)day};
    count_t count;
    int rc = s_read(rows, day, &count);
    if (rc != 0)
        return rc;
    count.events += events;
    buffer_reset(value);
    record_add(value, s_count_fields, &count);
    if (buffer_failed(value))
        return -ENOMEM;
    return rows->put(rows->context, slice(key, sizeof key),
                     buffer_slice(value));
}

static int s_flush(void *state, const view_rows_t *rows)
{
    weekdays_t *self = state;
    buffer_t value = {0};
    int rc = 0;
    for (uint8_t day = 0; rc == 0 && day < DAYS; day++) {
        if (self->counts[day] > 0)
            rc = s_add(rows, day, self->counts[day], &value);
        self->counts[day] = 0;
    }
    buffer_free(&value);
    return rc;
}

static int s_check_row(slice_t key, slice_t value, const char **reason)
{
    if (key.bytes == 2 && key.data[0] == 'd' && (uint8_t)key.data[1] < DAYS &&
        value.bytes == sizeof(uint64_t))
        return 0;
    *reason = "it is not a day and a count";
    return -EUCLEAN;
}

static int s_totals(void *state, const view_rows_t *rows,
                    view_each_total_t *each, void *context)
{
    static const char *const names[DAYS] = {"Sunday",    "Monday",   "Tuesday",
                                            "Wednesday", "Thursday", "Friday",
                                            "Saturday"};
    (void)state;
    int rc = 0;
    for (uint8_t day = 0; rc == 0 && day < DAYS; day++) {
        count_t count;
        rc = s_read(rows, day, &count);
        if (rc == 0 && count.events > 0)
            each(context, slice_of(names[day]), count.events);
    }
    return rc;
}

static int s_answer(void *state, const view_rows_t *rows, const void *question,
                    buffer_t *answer)
{
    const view_weekday_asked_t *asked = question;
    count_t count;
    (void)state;
    int rc = asked->day < DAYS ? s_read(rows, asked->day, &count) : -EINVAL;
    if (rc == 0)
        record_add(answer, s_count_fields, &count);
    return rc;
}

static int s_render(const void *question, const message_view_answer_t *answer,
                    buffer_t *out)
{
    const view_weekday_asked_t *asked = question;
    slice_t body = answer->body;
    count_t count;
    if (!record_take(&body, s_count_fields, &count))
        return -EBADMSG;
    json_text_t json = json_text_start(out);
    json_text_open(&json, NULL, '{');
    json_text_unsigned(&json, "day", asked->day);
    json_text_unsigned(&json, "events", count.events);
    view_answer_as_of(&json, &answer->as_of);
    json_text_close(&json, '}');
    return 0;
}

static const record_field_t s_asked_fields[] = {
    RECORD_FIELD(view_weekday_asked_t, day),
    RECORD_END,
};

const view_question_t view_weekday_question = {
    .view = &view_weekdays,
    .name = "weekday",
    .fields = s_asked_fields,
    .bytes = sizeof(view_weekday_asked_t),
    .answer = s_answer,
    .render = s_render,
};

static const view_question_t *const s_questions[] = {&view_weekday_question,
                                                     NULL};

EMBED(view_weekdays_schema, "actors/views/weekdays/schema.json");

const view_class_t view_weekdays = {
    .name = "weekdays",
    .format = 1,
    .schema = view_weekdays_schema,
    .questions = s_questions,
    .create = s_create,
    .destroy = s_destroy,
    .apply = s_apply,
    .pending_bytes = s_pending_bytes,
    .flush = s_flush,
    .check_row = s_check_row,
    .totals = s_totals,
};
