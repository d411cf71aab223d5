// Times as clients write them.

#include "api/text/instant.h"

#include <criterion/criterion.h>

static uint32_t s_good(const char *text)
{
    uint32_t seconds = 12345;
    const char *error = instant_parse(slice_of(text), &seconds);
    cr_expect_null(error, "%s: %s", text, error);
    return seconds;
}

static const char *s_bad(const char *text)
{
    uint32_t seconds = 12345;
    const char *error = instant_parse(slice_of(text), &seconds);
    cr_assert_not_null(error, "%s", text);
    cr_expect_eq(seconds, 12345);
    return error;
}

Test(instant, zones_are_honoured)
{
    cr_expect_eq(s_good("2016-01-01T01:30:00Z"), 1451611800);
    cr_expect_eq(s_good("2016-01-01t01:30:00z"), 1451611800);
    cr_expect_eq(s_good("2016-01-01T03:30:00+02:00"), 1451611800);
    cr_expect_eq(s_good("2015-12-31T18:30:00-07:00"), 1451611800);
    cr_expect_eq(s_good("2015-12-31 18:30:00-0700"), 1451611800);
    cr_expect_eq(s_good("2016-01-01T07:00:00+05:30"), 1451611800);
}

Test(instant, a_plus_that_a_url_made_a_blank_is_a_plus)
{
    cr_expect_eq(s_good("2016-01-01T03:30:00 02:00"), 1451611800);
}

Test(instant, what_is_left_out_is_zero_and_utc)
{
    cr_expect_eq(s_good("2016-01-01T01:30:00"), 1451611800);
    cr_expect_eq(s_good("2016-01-01T01:30"), 1451611800);
    cr_expect_eq(s_good("2016-01-01T01:30Z"), 1451611800);
    cr_expect_eq(s_good("2016-01-01"), 1451606400);
}

Test(instant, a_fraction_rounds_up_for_seconds_are_whole)
{
    cr_expect_eq(s_good("2016-01-01T01:30:00.000Z"), 1451611800);
    cr_expect_eq(s_good("2016-01-01T01:30:00.001Z"), 1451611801);
    cr_expect_eq(s_good("2016-12-31T23:59:59.9+00:00"), 1483228800);
}

Test(instant, the_calendar_is_the_gregorian_one)
{
    cr_expect_eq(s_good("1970-01-01T00:00:00Z"), 0);
    cr_expect_eq(s_good("2000-02-29"), 951782400);
    cr_expect_eq(s_good("2024-02-29T12:00:00Z"), 1709208000);
    cr_expect_eq(s_good("2100-03-01"), 4107542400);
    cr_expect_str_eq(s_bad("2100-02-29"),
                     "day value is outside expected range");
    cr_expect_str_eq(s_bad("2023-02-29"),
                     "day value is outside expected range");
    cr_expect_str_eq(s_bad("2023-04-31"),
                     "day value is outside expected range");
}

Test(instant, times_beyond_the_columns_become_their_bounds)
{
    cr_expect_eq(s_good("1969-12-31T23:59:59Z"), 0);
    cr_expect_eq(s_good("0001-01-01"), 0);
    cr_expect_eq(s_good("2106-02-07T06:28:15Z"), UINT32_MAX);
    cr_expect_eq(s_good("2106-02-07T06:28:16Z"), UINT32_MAX);
    cr_expect_eq(s_good("9999-12-31T23:59:59Z"), UINT32_MAX);
}

Test(instant, errors_are_told_in_the_words_of_pydantic)
{
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"", "input is too short"},
        {"abc", "input is too short"},
        {"yesterday!", "invalid character in year"},
        {"2016/01/01", "invalid date separator, expected `-`"},
        {"2016-x1-01", "invalid character in month"},
        {"2016-01/01", "invalid date separator, expected `-`"},
        {"2016-01-x1", "invalid character in day"},
        {"2016-13-01", "month value is outside expected range of 1-12"},
        {"2016-00-01", "month value is outside expected range of 1-12"},
        {"2016-01-32", "day value is outside expected range"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_str_eq(s_bad(cases[i].text), cases[i].error);
}

Test(instant, a_good_date_with_a_bad_tail_is_refused)
{
    static const char *const cases[] = {
        "2016-01-01T",           "2016-01-01T24:00:00Z",
        "2016-01-01T01:60:00Z",  "2016-01-01T01:30:60Z",
        "2016-01-01T01:30:00.Z", "2016-01-01T01:30:00Zulu",
        "2016-01-01T01:30:00+2", "2016-01-01T01:30:00+25:00",
        "2016-01-01X01:30:00Z",  "2016-01-01T1:30:00Z",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_str_eq(s_bad(cases[i]),
                         "unexpected extra characters at the end of the input");
}

Test(instant, a_nul_is_not_the_end)
{
    uint32_t seconds;
    slice_t text = slice("2016-01-01\0", 11);
    cr_expect_not_null(instant_parse(text, &seconds));
}
