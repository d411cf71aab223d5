// The calendar against the C library's.

#include "proto/base/calendar.h"

#include <criterion/criterion.h>
#include <time.h>

Test(calendar, agrees_with_the_c_library_on_every_day_of_12000_years)
{
    const int64_t first = calendar_days(-1999, 1, 1);
    const int64_t end = calendar_days(10001, 1, 1);
    cr_assert_eq(end - first, INT64_C(30) * 146097); // 30 times 400 years
    for (int64_t at = first; at < end; at++) {
        const time_t time = (time_t)(at * CALENDAR_DAY_S);
        int64_t year;
        int month, day;
        struct tm tm;
        calendar_date(at, &year, &month, &day);
        cr_assert(gmtime_r(&time, &tm) && year == tm.tm_year + 1900 &&
                      month == tm.tm_mon + 1 && day == tm.tm_mday,
                  "%ld is not %d-%d-%d", (long)at, (int)year, month, day);
        cr_assert_eq(calendar_days(year, month, day), at);
    }
}

Test(calendar, a_month_ends_where_the_next_begins)
{
    for (int year = -1; year < 2401; year++) {
        for (int month = 1; month < 12; month++)
            cr_assert_eq(calendar_month_days(year, month),
                         calendar_days(year, month + 1, 1) -
                             calendar_days(year, month, 1));
        cr_assert_eq(calendar_month_days(year, 12), 31);
    }
}
