// calendar - dates of the Gregorian calendar, in days since 1970-01-01.
//
// Pure arithmetic: no clock, no text, no time zone. Months and days count from
// 1; years before 1 count down from 0.
//
// Errors    None: the arguments must form a date.
// Threads   Any.

#ifndef OCTOLOG_PROTO_BASE_CALENDAR_H
#define OCTOLOG_PROTO_BASE_CALENDAR_H

#include <stdint.h>

#define CALENDAR_DAY_S 86400

// The number of days in a month; `month` is 1 to 12.
int calendar_month_days(int64_t year, int month);

// The days from 1970-01-01 to a date; negative for earlier dates.
int64_t calendar_days(int64_t year, int month, int day);

// The reverse: the date that many days after 1970-01-01.
void calendar_date(int64_t days, int64_t *year, int *month, int *day);

#endif
