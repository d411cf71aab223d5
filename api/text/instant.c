#include "api/text/instant.h"

#include "proto/base/calendar.h"

#include <stdbool.h>

// The rest of the text.
typedef struct {
    const char *at;
    const char *end;
} cursor_t;

static bool s_digits(cursor_t *cursor, int count, int *value)
{
    if (cursor->end - cursor->at < count)
        return false;
    int sum = 0;
    for (int i = 0; i < count; i++) {
        if (cursor->at[i] < '0' || cursor->at[i] > '9')
            return false;
        sum = sum * 10 + (cursor->at[i] - '0');
    }
    cursor->at += count;
    *value = sum;
    return true;
}

static bool s_one_of(cursor_t *cursor, const char *wanted)
{
    if (cursor->at == cursor->end || *cursor->at == '\0' ||
        !strchr(wanted, *cursor->at))
        return false;
    cursor->at++;
    return true;
}

static const char *s_date(cursor_t *cursor, int64_t *days)
{
    int year, month, day;
    if (cursor->end - cursor->at < 10)
        return "input is too short";
    if (!s_digits(cursor, 4, &year))
        return "invalid character in year";
    if (!s_one_of(cursor, "-"))
        return "invalid date separator, expected `-`";
    if (!s_digits(cursor, 2, &month))
        return "invalid character in month";
    if (!s_one_of(cursor, "-"))
        return "invalid date separator, expected `-`";
    if (!s_digits(cursor, 2, &day))
        return "invalid character in day";
    if (month < 1 || month > 12)
        return "month value is outside expected range of 1-12";
    if (day < 1 || day > calendar_month_days(year, month))
        return "day value is outside expected range";
    *days = calendar_days(year, month, day);
    return NULL;
}

// Parses a fraction such as ".5", if there is one. *round_up is 1 if it is not
// zero.
static bool s_fraction(cursor_t *cursor, int *round_up)
{
    *round_up = 0;
    if (!s_one_of(cursor, ".,"))
        return true;
    int digit;
    if (!s_digits(cursor, 1, &digit))
        return false;
    do {
        *round_up |= digit != 0;
    } while (s_digits(cursor, 1, &digit));
    return true;
}

static bool s_time_of_day(cursor_t *cursor, int *seconds)
{
    int hour, minute, second = 0, round_up = 0;
    if (!s_digits(cursor, 2, &hour) || !s_one_of(cursor, ":") ||
        !s_digits(cursor, 2, &minute))
        return false;
    if (s_one_of(cursor, ":") &&
        (!s_digits(cursor, 2, &second) || !s_fraction(cursor, &round_up)))
        return false;
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    *seconds = hour * 3600 + minute * 60 + second + round_up;
    return true;
}

static bool s_zone(cursor_t *cursor, int *seconds)
{
    *seconds = 0;
    if (cursor->at == cursor->end || s_one_of(cursor, "Zz"))
        return true;
    bool west = *cursor->at == '-';
    int hours, minutes;
    if (!s_one_of(cursor, "+- ") || !s_digits(cursor, 2, &hours))
        return false;
    (void)s_one_of(cursor, ":");
    if (!s_digits(cursor, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *seconds = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

const char *instant_parse(slice_t text, uint32_t *seconds)
{
    cursor_t cursor = {text.data, text.data + text.bytes};
    int64_t days = 0;
    int time_of_day = 0, zone = 0;
    const char *error = s_date(&cursor, &days);
    if (error)
        return error;
    // Like pydantic, report an invalid time as extra characters after a date.
    if (cursor.at != cursor.end &&
        (!s_one_of(&cursor, "Tt _") || !s_time_of_day(&cursor, &time_of_day) ||
         !s_zone(&cursor, &zone) || cursor.at != cursor.end))
        return "unexpected extra characters at the end of the input";
    int64_t value = days * CALENDAR_DAY_S + time_of_day - zone;
    *seconds = value < 0            ? 0
               : value > UINT32_MAX ? UINT32_MAX
                                    : (uint32_t)value;
    return NULL;
}
