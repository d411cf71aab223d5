#include "proto/base/time_text.h"

#include "proto/base/calendar.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

// A text being read. `ok` becomes false at the first error and stays false: it
// is checked once, at the end.
typedef struct {
    const char *at, *end;
    bool ok;
} reader_t;

static char s_peek(const reader_t *reader)
{
    if (reader->at == reader->end)
        return '\0';
    return *reader->at;
}

static bool s_digit(const reader_t *reader)
{
    return s_peek(reader) >= '0' && s_peek(reader) <= '9';
}

// Exactly `width` digits.
static int s_number(reader_t *reader, int width)
{
    int number = 0;
    for (int i = 0; i < width; i++) {
        if (!s_digit(reader)) {
            reader->ok = false;
            return 0;
        }
        number = number * 10 + (*reader->at++ - '0');
    }
    return number;
}

// One character out of `choice`.
static char s_one_of(reader_t *reader, const char *choice)
{
    char found = s_peek(reader);
    if (found == '\0' || !strchr(choice, found)) {
        reader->ok = false;
        return '\0';
    }
    reader->at++;
    return found;
}

// "2016-01-01" or "2012/04/11", as days. Both separators must be the same.
static int64_t s_read_date(reader_t *reader)
{
    int year = s_number(reader, 4);
    char stroke = s_one_of(reader, "-/");
    int month = s_number(reader, 2);
    if (s_one_of(reader, "-/") != stroke)
        reader->ok = false;
    int day = s_number(reader, 2);
    if (month < 1 || month > 12 || day < 1 ||
        day > calendar_month_days(year, month))
        reader->ok = false;
    return reader->ok ? calendar_days(year, month, day) : 0;
}

// "15:01:33", with a fraction that is truncated, as seconds of the day.
static int64_t s_read_clock(reader_t *reader)
{
    int hour = s_number(reader, 2);
    s_one_of(reader, ":");
    int minute = s_number(reader, 2);
    s_one_of(reader, ":");
    int second = s_number(reader, 2);
    if (hour > 23 || minute > 59 || second > 60)
        reader->ok = false;
    if (s_peek(reader) == '.') {
        reader->at++;
        s_number(reader, 1);
        while (s_digit(reader))
            reader->at++;
    }
    // 60 is a leap second, which this count of seconds leaves out.
    return hour * 3600 + minute * 60 + (second == 60 ? 59 : second);
}

// "Z", "-07:00", "-0700" or " -0700": what to subtract to get UTC, in seconds.
static int64_t s_read_zone(reader_t *reader)
{
    if (s_peek(reader) == ' ')
        reader->at++;
    char sign = s_one_of(reader, "Zz+-");
    if (sign == 'Z' || sign == 'z')
        return 0;
    int hours = s_number(reader, 2);
    if (s_peek(reader) == ':')
        reader->at++;
    int minutes = s_number(reader, 2);
    if (hours > 23 || minutes > 59)
        reader->ok = false;
    int64_t offset = hours * 3600 + minutes * 60;
    return sign == '-' ? -offset : offset;
}

int time_text_parse(slice_t text, uint32_t *seconds)
{
    if (text.bytes == 0)
        return -EINVAL;
    reader_t reader = {text.data, text.data + text.bytes, true};
    int64_t time = s_read_date(&reader) * CALENDAR_DAY_S;
    s_one_of(&reader, "Tt ");
    time += s_read_clock(&reader);
    time -= s_read_zone(&reader);
    if (!reader.ok || reader.at != reader.end || time < 0 || time > UINT32_MAX)
        return -EINVAL;
    *seconds = (uint32_t)time;
    return 0;
}

void time_text_format(uint32_t seconds, char text[TIME_TEXT_BYTES])
{
    int64_t year;
    int month, day;
    calendar_date(seconds / CALENDAR_DAY_S, &year, &month, &day);
    unsigned of_day = seconds % CALENDAR_DAY_S;
    snprintf(text, TIME_TEXT_BYTES, "%04u-%02u-%02uT%02u:%02u:%02uZ",
             (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100,
             of_day / 3600, of_day / 60 % 60, of_day % 60);
}

void time_text_format_us(int64_t microseconds, char text[TIME_TEXT_US_BYTES])
{
    // A time outside u32 seconds is shown as the nearest one inside.
    const int64_t max = (int64_t)UINT32_MAX * 1000000 + 999999;
    int64_t us = microseconds < 0 ? 0 : microseconds > max ? max : microseconds;
    char whole[TIME_TEXT_BYTES];
    time_text_format((uint32_t)(us / 1000000), whole);
    snprintf(text, TIME_TEXT_US_BYTES, "%.19s.%06uZ", whole,
             (unsigned)(us % 1000000));
}

void time_text_format_http(int64_t seconds, char text[TIME_TEXT_HTTP_BYTES])
{
    const time_t time = (time_t)seconds;
    struct tm parts = {0};
    gmtime_r(&time, &parts);
    strftime(text, TIME_TEXT_HTTP_BYTES, "%a, %d %b %Y %H:%M:%S GMT", &parts);
}
