// view_json - the JSON of answers, for the tests of views.

#ifndef OCTOLOG_TESTS_ACTORS_VIEWS_VIEW_JSON_H
#define OCTOLOG_TESTS_ACTORS_VIEWS_VIEW_JSON_H

#include "actors/views/answer.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>

static buffer_t s_out, s_body;
static cJSON *s_json;

static void s_teardown(void)
{
    cJSON_Delete(s_json);
    buffer_free(&s_out);
    buffer_free(&s_body);
}

static inline void s_expect(const char *wanted)
{
    cr_expect(slice_equal(buffer_slice(&s_out), slice_of(wanted)), "%.*s",
              (int)s_out.bytes, s_out.data);
}

static inline cJSON *s_parse(void)
{
    cJSON_Delete(s_json);
    s_json = cJSON_ParseWithLength(s_out.data, s_out.bytes);
    cr_assert_not_null(s_json, "%.*s", (int)s_out.bytes, s_out.data);
    return s_json;
}

static inline const cJSON *s_at(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    cr_assert_not_null(item, "%s", key);
    return item;
}

static inline void s_add_count(const char *type, uint64_t count)
{
    record_add(&s_body, view_count_fields,
               &(view_count_t){slice_of(type), count});
}

static inline message_view_answer_t s_answer(void)
{
    return (message_view_answer_t){{90, 100, 1, 0}, buffer_slice(&s_body)};
}

#endif
