#include "actors/views/answer.h"

#include "proto/base/time_text.h"
#include "proto/event/event.h"

#include <errno.h>

// The last type that GitHub sends today; later ones occur only in archives
// (proto/event/event.h).
#define S_LAST_CURRENT EVENT_TYPE_WATCH

const record_field_t view_count_fields[] = {
    RECORD_FIELD(view_count_t, type),
    RECORD_FIELD(view_count_t, count),
    RECORD_END,
};

bool view_types_is_repeat(const view_types_t *types, size_t i)
{
    for (size_t earlier = 0; earlier < i; earlier++) {
        if (slice_equal(types->items[earlier], types->items[i]))
            return true;
    }
    return false;
}

static bool s_is_current(uint8_t code)
{
    return code >= 1 && code <= S_LAST_CURRENT;
}

static void s_count(json_text_t *json, slice_t type, uint64_t count)
{
    json_text_key(json, type);
    json_text_unsigned(json, NULL, count);
}

// Every current type, then any others that occurred.
static int s_all_counts(json_text_t *json, slice_t counts)
{
    uint64_t current[S_LAST_CURRENT + 1] = {0};
    view_count_t item;
    int rc;
    for (slice_t rest = counts;
         (rc = record_next(&rest, view_count_fields, &item)) > 0;) {
        uint8_t code = event_type_code(item.type);
        if (s_is_current(code))
            current[code] = item.count;
    }
    for (uint8_t code = 1; rc == 0 && code <= S_LAST_CURRENT; code++)
        json_text_unsigned(json, event_type_name(code), current[code]);
    for (slice_t rest = counts;
         rc == 0 && (rc = record_next(&rest, view_count_fields, &item)) > 0;
         rc = 0) {
        if (!s_is_current(event_type_code(item.type)))
            s_count(json, item.type, item.count);
    }
    return rc;
}

static int s_count_of(slice_t counts, slice_t type, uint64_t *count)
{
    view_count_t item;
    int rc;
    *count = 0;
    while ((rc = record_next(&counts, view_count_fields, &item)) > 0) {
        if (slice_equal(item.type, type))
            *count = item.count;
    }
    return rc;
}

static int s_chosen_counts(json_text_t *json, slice_t counts,
                           const view_types_t *types)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < types->count; i++) {
        uint64_t count;
        if (view_types_is_repeat(types, i))
            continue;
        rc = s_count_of(counts, types->items[i], &count);
        s_count(json, types->items[i], count);
    }
    return rc;
}

int view_answer_counts(json_text_t *json, slice_t counts,
                       const view_types_t *types)
{
    json_text_open(json, "counts", '{');
    int rc = types->count ? s_chosen_counts(json, counts, types)
                          : s_all_counts(json, counts);
    json_text_close(json, '}');
    return rc;
}

int view_answer_window(json_text_t *json, uint64_t start, uint64_t end)
{
    char text[TIME_TEXT_BYTES];
    if (start > UINT32_MAX || end > UINT32_MAX)
        return -EINVAL;
    time_text_format((uint32_t)start, text);
    json_text_string(json, "start_time", slice_of(text));
    time_text_format((uint32_t)end, text);
    json_text_string(json, "end_time", slice_of(text));
    return 0;
}

void view_answer_as_of(json_text_t *json, const message_as_of_t *as_of)
{
    uint64_t lag =
        as_of->log_end > as_of->offset ? as_of->log_end - as_of->offset : 0;
    json_text_open(json, "as_of", '{');
    json_text_unsigned(json, "offset", as_of->offset);
    json_text_unsigned(json, "log_end", as_of->log_end);
    json_text_unsigned(json, "lag", lag);
    // The journal is silent: log_end is out of date, so the lag may be larger.
    if (!as_of->fresh)
        json_text_bool(json, "stale", true);
    if (as_of->since > 0)
        json_text_unsigned(json, "since", as_of->since);
    json_text_close(json, '}');
}
