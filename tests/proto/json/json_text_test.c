// The output is always valid JSON, for any input.

#include "proto/json/json_text.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static buffer_t s_out;

static void s_teardown(void)
{
    buffer_free(&s_out);
}

TestSuite(json_text, .fini = s_teardown);

#define expect(text)                                                           \
    do {                                                                       \
        cr_expect_eq(s_out.bytes, strlen(text));                               \
        cr_expect_arr_eq(s_out.data, text, strlen(text), "%.*s",               \
                         (int)s_out.bytes, s_out.data);                        \
        buffer_reset(&s_out);                                                  \
    } while (0)

Test(json_text, members_are_separated_by_commas_and_nothing_else)
{
    json_text_t json = json_text_start(&s_out);
    json_text_open(&json, NULL, '{');
    json_text_unsigned(&json, "a", UINT64_MAX);
    json_text_open(&json, "b", '[');
    json_text_signed(&json, NULL, INT64_MIN);
    json_text_bool(&json, NULL, false);
    json_text_open(&json, NULL, '{');
    json_text_close(&json, '}');
    json_text_close(&json, ']');
    json_text_null(&json, "c");
    json_text_key(&json, slice_of("d\""));
    json_text_raw(&json, NULL, slice_of("[1]"));
    json_text_bool(&json, "e", true);
    json_text_close(&json, '}');
    expect("{\"a\":18446744073709551615,\"b\":[-9223372036854775808,false,{}],"
           "\"c\":null,\"d\\\"\":[1],\"e\":true}");
}

static void s_string(slice_t text)
{
    json_text_t json = json_text_start(&s_out);
    json_text_string(&json, NULL, text);
}

Test(json_text, control_characters_and_quotes_are_escaped)
{
    s_string(slice("a\"\\\n\t\0\x1f\x7f", 8));
    expect("\"a\\\"\\\\\\n\\u0009\\u0000\\u001f\x7f\"");
}

Test(json_text, text_in_utf_8_stays_as_it_is)
{
    s_string(slice_of("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"));
    expect("\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"");
}

Test(json_text, what_is_no_utf_8_is_replaced_byte_by_byte)
{
    static const struct {
        const char *text;
        int replaced;
    } cases[] = {
        {"\xff", 1},             // never a lead
        {"\x80", 1},             // continues nothing
        {"\xc0\xaf", 2},         // overlong
        {"\xe0\x9f\xbf", 3},     // overlong
        {"\xed\xa0\x80", 3},     // a surrogate
        {"\xf4\x90\x80\x80", 4}, // beyond U+10FFFF
        {"\xe2\x82", 2},         // torn
        {"\xf0\x9f\x98", 3},     // torn
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char wanted[32] = "\"";
        for (int n = 0; n < cases[i].replaced; n++)
            strcat(wanted, "\xef\xbf\xbd");
        strcat(wanted, "\"");
        s_string(slice_of(cases[i].text));
        expect(wanted);
    }
}

static void s_double(double value)
{
    json_text_t json = json_text_start(&s_out);
    json_text_double(&json, NULL, value);
}

Test(json_text, doubles_are_short_and_read_back_the_same)
{
    static const double values[] = {0.1,    1.0 / 3, 12345.678,
                                    5e-324, DBL_MAX, -2.5,
                                    86400,  1e22,    123456789012.34567};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char text[64];
        s_double(values[i]);
        snprintf(text, sizeof text, "%.*s", (int)s_out.bytes, s_out.data);
        cr_expect_eq(strtod(text, NULL), values[i], "%s", text);
        buffer_reset(&s_out);
    }
    s_double(94.41176470588235);
    expect("94.41176470588235");
    s_double(0.1);
    expect("0.1");
    s_double(3600);
    expect("3600");
}

Test(json_text, what_json_cannot_say_is_null)
{
    s_double(INFINITY);
    expect("null");
    s_double(NAN);
    expect("null");
}

Test(json_text, times_are_rfc_3339_and_no_time_is_null)
{
    json_text_t json = json_text_start(&s_out);
    json_text_open(&json, NULL, '[');
    json_text_time(&json, NULL, 1451611800);
    json_text_time(&json, NULL, 0);
    json_text_time_us(&json, NULL, 1451611800000001);
    json_text_time_us(&json, NULL, 0);
    json_text_close(&json, ']');
    expect("[\"2016-01-01T01:30:00Z\",null,\"2016-01-01T01:30:00.000001Z\","
           "null]");
}
