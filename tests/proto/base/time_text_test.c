#include "proto/base/time_text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <time.h>

static uint32_t s_parsed(const char *text)
{
    uint32_t seconds = 0;
    cr_assert_eq(time_text_parse(slice_of(text), &seconds), 0, "%s", text);
    return seconds;
}

static void s_assert_refused(const char *text)
{
    uint32_t seconds = 12345;
    cr_assert_eq(time_text_parse(slice_of(text), &seconds), -EINVAL, "%s",
                 text);
    cr_assert_eq(seconds, 12345, "%s", text);
}

Test(time_text, reads_every_form_that_github_has_sent)
{
    cr_assert_eq(s_parsed("2016-01-01T01:30:00Z"), 1451611800);
    cr_assert_eq(s_parsed("2012-06-14T15:01:42-07:00"), 1339711302);
    cr_assert_eq(s_parsed("2012/04/11 15:01:33 -0700"), 1334181693);
}

Test(time_text, reads_the_forms_that_rfc_3339_allows)
{
    cr_assert_eq(s_parsed("2016-01-01t01:30:00z"), 1451611800);
    cr_assert_eq(s_parsed("2016-01-01 01:30:00Z"), 1451611800);
    cr_assert_eq(s_parsed("2016-01-01T01:30:00.999999999Z"), 1451611800);
    cr_assert_eq(s_parsed("2016-01-01T03:15:00+01:45"), 1451611800);
    cr_assert_eq(s_parsed("2015-12-31T23:59:60Z"), 1451606399);
}

Test(time_text, an_offset_can_cross_a_year)
{
    cr_assert_eq(s_parsed("2016-01-01T00:30:00+01:00"),
                 s_parsed("2015-12-31T23:30:00Z"));
    cr_assert_eq(s_parsed("2015-12-31T23:30:00-01:00"),
                 s_parsed("2016-01-01T00:30:00Z"));
}

Test(time_text, knows_the_edges_of_its_range)
{
    cr_assert_eq(s_parsed("1970-01-01T00:00:00Z"), 0);
    cr_assert_eq(s_parsed("2106-02-07T06:28:15Z"), UINT32_MAX);
    s_assert_refused("2106-02-07T06:28:16Z");
    s_assert_refused("1969-12-31T23:59:59Z");
    s_assert_refused("1970-01-01T00:00:00+00:01");
    s_assert_refused("0000-01-01T00:00:00Z");
    s_assert_refused("9999-12-31T23:59:59Z");
}

Test(time_text, refuses_days_and_hours_that_do_not_exist)
{
    s_assert_refused("2015-02-29T00:00:00Z");
    s_assert_refused("2100-02-29T00:00:00Z");
    s_assert_refused("2016-02-30T00:00:00Z");
    s_assert_refused("2016-04-31T00:00:00Z");
    s_assert_refused("2016-00-01T00:00:00Z");
    s_assert_refused("2016-13-01T00:00:00Z");
    s_assert_refused("2016-01-00T00:00:00Z");
    s_assert_refused("2016-01-32T00:00:00Z");
    s_assert_refused("2016-01-01T24:00:00Z");
    s_assert_refused("2016-01-01T00:60:00Z");
    s_assert_refused("2016-01-01T00:00:61Z");
    s_assert_refused("2016-01-01T00:00:00+24:00");
    s_assert_refused("2016-01-01T00:00:00+00:60");
    cr_assert_eq(s_parsed("2016-02-29T00:00:00Z"), 1456704000);
    cr_assert_eq(s_parsed("2000-02-29T00:00:00Z"), 951782400);
}

Test(time_text, refuses_everything_else)
{
    static const char *const texts[] = {"",
                                        "Z",
                                        "2016",
                                        "2016-01-01",
                                        "2016-01-01T01:30:00",
                                        "2016-01-01T01:30Z",
                                        "2016-01-01T01:30:00Zx",
                                        " 2016-01-01T01:30:00Z",
                                        "2016-01-01T01:30:00Z ",
                                        "2016/01-01T01:30:00Z",
                                        "2016-1-1T01:30:00Z",
                                        "2016-01-01T1:30:00Z",
                                        "+016-01-01T01:30:00Z",
                                        "2016-01-01T01:30:00.Z",
                                        "2016-01-01T01:30:00-7:00",
                                        "2016-01-01T01:30:00-07",
                                        "2016-01-01T01:30:00--07:00",
                                        "2016-01-01X01:30:00Z",
                                        "1451611800",
                                        "yesterday"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        s_assert_refused(texts[i]);
}

Test(time_text, a_nul_is_not_the_end_of_a_text)
{
    uint32_t seconds = 0;
    cr_assert_eq(time_text_parse(slice("2016-01-01T01:30:00Z\0", 21), &seconds),
                 -EINVAL);
    cr_assert_eq(time_text_parse(slice("2016-01-01T01:30:00\0Z", 21), &seconds),
                 -EINVAL);
    cr_assert_eq(time_text_parse(slice(NULL, 0), &seconds), -EINVAL);
}

// The C library is the model here: an odd step visits every hour, day, month
// and leap day of the range.
Test(time_text, agrees_with_the_c_library_over_its_whole_range)
{
    for (uint64_t at = 0; at <= UINT32_MAX; at += 40009) {
        char text[TIME_TEXT_BYTES];
        time_text_format((uint32_t)at, text);
        char expected[TIME_TEXT_BYTES];
        time_t time = (time_t)at;
        struct tm tm;
        cr_assert_not_null(gmtime_r(&time, &tm));
        strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%SZ", &tm);
        cr_assert_str_eq(text, expected);
        cr_assert_eq(s_parsed(text), at);
    }
}

Test(time_text, writes_microseconds)
{
    char text[TIME_TEXT_US_BYTES];
    time_text_format_us(1451611800000001, text);
    cr_assert_str_eq(text, "2016-01-01T01:30:00.000001Z");
    time_text_format_us(-1, text);
    cr_assert_str_eq(text, "1970-01-01T00:00:00.000000Z");
    time_text_format_us(INT64_MAX, text);
    cr_assert_str_eq(text, "2106-02-07T06:28:15.999999Z");
}

Test(time_text, writes_dates_of_http)
{
    char text[TIME_TEXT_HTTP_BYTES];
    time_text_format_http(784111777, text);
    cr_assert_str_eq(text, "Sun, 06 Nov 1994 08:49:37 GMT");
}
