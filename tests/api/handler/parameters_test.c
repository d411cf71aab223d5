// What a request asks for, and every way to get it wrong.

#include "api/handler/parameters.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

static const parameter_t s_table[] = {
    {.name = "owner", .kind = PARAMETER_NAME, .in_path = true},
    {.name = "n",
     .kind = PARAMETER_INTEGER,
     .required = true,
     .ge = 0,
     .le = INT64_MAX},
    {.name = "limit",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = 1000,
     .otherwise = 100},
    {.name = "start", .kind = PARAMETER_TIME},
    {.name = "action", .kind = PARAMETER_TEXT},
    {.name = "types", .kind = PARAMETER_LIST},
};
#define S_ROWS (sizeof s_table / sizeof s_table[0])

static parameters_t s_parameters;
static buffer_t s_detail;

static void s_teardown(void)
{
    buffer_free(&s_detail);
}

TestSuite(parameters, .fini = s_teardown);

static int s_parse_of(const char *owner, const char *query)
{
    slice_t segment = slice_of(owner);
    buffer_reset(&s_detail);
    return parameters_parse(&s_parameters, s_table, S_ROWS, slice_of(query),
                            &segment, 1, &s_detail);
}

static int s_parse(const char *query)
{
    return s_parse_of("octo", query);
}

static void s_expect_detail(const char *query, const char *detail)
{
    cr_expect_eq(s_parse(query), -EINVAL, "%s", query);
    cr_expect(slice_equal(buffer_slice(&s_detail), slice_of(detail)), "%.*s",
              (int)s_detail.bytes, s_detail.data);
}

static const parameter_value_t *s_get(const char *name)
{
    return parameters_get(&s_parameters, name);
}

static void s_expect_text(const char *name, const char *text)
{
    slice_t value = s_get(name)->text;
    cr_expect(slice_equal(value, slice_of(text)), "%.*s", (int)value.bytes,
              value.data);
}

Test(parameters, values_and_defaults_are_read)
{
    cr_assert_eq(s_parse("n=007&start=2016-01-01T01:30:00Z&action=opened"), 0);
    cr_expect_eq(s_get("n")->number, 7);
    cr_expect(s_get("n")->given);
    cr_expect_eq(s_get("limit")->number, 100);
    cr_expect_not(s_get("limit")->given);
    cr_expect_eq(s_get("start")->number, 1451611800);
    s_expect_text("action", "opened");
    s_expect_text("owner", "octo");
    cr_expect_eq(s_get("types")->count, 0);
}

Test(parameters, a_missing_one_is_told_as_fastapi_does)
{
    s_expect_detail("", "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"query\","
                        "\"n\"],\"msg\":\"Field required\",\"input\":null}]}");
}

Test(parameters, what_is_no_integer_is_told_as_pydantic_does)
{
    s_expect_detail(
        "n=abc",
        "{\"detail\":[{\"type\":\"int_parsing\",\"loc\":[\"query\",\"n\"],"
        "\"msg\":\"Input should be a valid integer, unable to parse string as "
        "an integer\",\"input\":\"abc\"}]}");
    static const char *const bad[] = {"n=",    "n=-",   "n",   "n=1.5",
                                      "n=0x1", "n=1e3", "n=+", "n=1%001"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_expect_eq(s_parse(bad[i]), -EINVAL, "%s", bad[i]);
}

Test(parameters, an_integer_out_of_bounds_is_told_with_the_bound)
{
    s_expect_detail("n=-1", "{\"detail\":[{\"type\":\"greater_than_equal\","
                            "\"loc\":[\"query\",\"n\"],\"msg\":\"Input should "
                            "be greater than or equal to 0\",\"input\":\"-1\","
                            "\"ctx\":{\"ge\":0}}]}");
    s_expect_detail("n=1&limit=1001",
                    "{\"detail\":[{\"type\":\"less_than_equal\",\"loc\":["
                    "\"query\",\"limit\"],\"msg\":\"Input should be less than "
                    "or equal to 1000\",\"input\":\"1001\",\"ctx\":{\"le\":"
                    "1000}}]}");
}

Test(parameters, integers_of_any_length_are_taken_as_python_takes_them)
{
    cr_assert_eq(s_parse("n=+5"), 0); // the blank that a bare + is
    cr_expect_eq(s_get("n")->number, 5);
    cr_assert_eq(s_parse("n=%2B5"), 0);
    cr_expect_eq(s_get("n")->number, 5);
    cr_assert_eq(s_parse("n=99999999999999999999999999"), 0);
    cr_expect_eq(s_get("n")->number, INT64_MAX);
    cr_expect_eq(s_parse("n=-99999999999999999999999999"), -EINVAL);
}

Test(parameters, what_is_no_time_is_told_as_pydantic_does)
{
    s_expect_detail(
        "n=1&start=abc",
        "{\"detail\":[{\"type\":\"datetime_from_date_parsing\",\"loc\":["
        "\"query\",\"start\"],\"msg\":\"Input should be a valid datetime or "
        "date, input is too short\",\"input\":\"abc\",\"ctx\":{\"error\":"
        "\"input is too short\"}}]}");
}

Test(parameters, an_empty_text_is_refused)
{
    s_expect_detail("n=1&action=",
                    "{\"detail\":[{\"type\":\"string_too_short\",\"loc\":["
                    "\"query\",\"action\"],\"msg\":\"String should have at "
                    "least 1 character\",\"input\":\"\",\"ctx\":{"
                    "\"min_length\":1}}]}");
}

Test(parameters, a_name_that_is_not_in_the_table_is_refused)
{
    s_expect_detail("n=1&repo=x",
                    "{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":["
                    "\"query\",\"repo\"],\"msg\":\"Extra inputs are not "
                    "permitted\",\"input\":\"x\"}]}");
    // What stands in the path is no name of the query.
    cr_expect_eq(s_parse("n=1&owner=x"), -EINVAL);
}

Test(parameters, all_errors_are_told_at_once)
{
    cr_expect_eq(s_parse("n=x&limit=0&start=y&action=&z=1"), -EINVAL);
    size_t count = 0;
    for (size_t i = 0; i + 7 < s_detail.bytes; i++)
        count += memcmp(s_detail.data + i, "\"type\":", 7) == 0;
    cr_expect_eq(count, 5);
}

Test(parameters, the_last_of_equal_names_counts)
{
    cr_assert_eq(s_parse("n=x&n=2"), 0);
    cr_expect_eq(s_get("n")->number, 2);
}

Test(parameters, lists_take_commas_and_repetition)
{
    cr_assert_eq(s_parse("types=A,B&n=1&types=C"), 0);
    const parameter_value_t *types = s_get("types");
    cr_assert_eq(types->count, 3);
    cr_expect(slice_equal(types->items[0], slice_of("A")));
    cr_expect(slice_equal(types->items[1], slice_of("B")));
    cr_expect(slice_equal(types->items[2], slice_of("C")));
    cr_expect_eq(s_parse("n=1&types="), -EINVAL);
    cr_expect_eq(s_parse("n=1&types=A,,B"), -EINVAL);
}

Test(parameters, escapes_are_decoded_once)
{
    cr_assert_eq(s_parse("n=1&action=a%20b%2Bc%252F"), 0);
    s_expect_text("action", "a b+c%2F");
    cr_assert_eq(s_parse("%6E=1&action=%C3%A9"), 0);
    s_expect_text("action", "\xc3\xa9");
}

Test(parameters, what_is_no_escape_stays_as_it_is)
{
    cr_assert_eq(s_parse("n=1&action=100%&&types=%4"), 0);
    s_expect_text("action", "100%");
    cr_assert_eq(s_parse("n=1&action=%zz"), 0);
    s_expect_text("action", "%zz");
}

Test(parameters, names_in_the_path_have_few_letters)
{
    cr_expect_eq(s_parse_of("a.b-c_D9", "n=1"), 0);
    cr_assert_eq(s_parse_of("%61%2E", "n=1"), 0);
    s_expect_text("owner", "a.");
    static const char *const bad[] = {"a%2Fb",  "a%00b", "%C3%A9", "a%20b",
                                      "a%25b",  "%",     "a'b",    "a%5Cb",
                                      "a\xff%", "a%0Ab"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_expect_eq(s_parse_of(bad[i], "n=1"), -ENOENT, "%s", bad[i]);
}

Test(parameters, the_input_of_an_error_is_always_valid_json)
{
    cr_expect_eq(s_parse("n=%ff%22"), -EINVAL);
    cr_expect_not_null(memmem(s_detail.data, s_detail.bytes,
                              "\"\xef\xbf\xbd\\\"\"",
                              strlen("\"\xef\xbf\xbd"
                                     "\\\"\"")));
}

Test(parameters, a_request_is_bounded)
{
    static char query[2 * PARAMETERS_URL_MAX + 1];
    memset(query, 'a', PARAMETERS_URL_MAX + 1);
    cr_expect_eq(s_parse(query), -EMSGSIZE);
    memset(query, 0, sizeof query);
    for (int i = 0; i <= PARAMETERS_PAIRS_MAX; i++)
        strcat(query, "n=1&");
    cr_expect_eq(s_parse(query), -EMSGSIZE);
    strcpy(query, "n=1&types=");
    for (int i = 0; i <= PARAMETERS_ITEMS_MAX; i++)
        strcat(query, "A,");
    cr_expect_eq(s_parse(query), -EMSGSIZE);
}

Test(parameters, a_refusal_names_the_value_that_was_given)
{
    cr_assert_eq(s_parse("n=5"), 0);
    parameters_refuse(&s_parameters, "n", "n is odd", &s_detail);
    cr_expect(slice_equal(buffer_slice(&s_detail),
                          slice_of("{\"detail\":[{\"type\":\"value_error\","
                                   "\"loc\":[\"query\",\"n\"],\"msg\":\"Value "
                                   "error, n is odd\",\"input\":\"5\",\"ctx\":"
                                   "{}}]}")));
}
