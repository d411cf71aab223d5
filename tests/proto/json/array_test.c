// Arrays are cut into their elements, even damaged ones.

#include "proto/json/array.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

// Checks that the text is cut into these elements, up to a NULL, and what is
// said after the last.
static void s_expect(const char *text, int last, const char *const *elements)
{
    json_array_t array;
    slice_t element;
    const char *reason = NULL;
    int rc = json_array_open(&array, slice_of(text));
    cr_assert_eq(rc, 0, "%s", text);
    while ((rc = json_array_next(&array, &element, &reason)) > 0) {
        cr_assert_not_null(*elements, "%s: %.*s", text, (int)element.bytes,
                           element.data);
        cr_assert(slice_equal(element, slice_of(*elements)), "%s: %.*s", text,
                  (int)element.bytes, element.data);
        elements++;
    }
    cr_assert_null(*elements, "%s lacks %s", text, *elements);
    cr_assert_eq(rc, last, "%s", text);
    cr_assert_eq(reason == NULL, rc == 0, "%s", text);
}
#define EXPECT(text, ...)                                                      \
    s_expect(text, 0, (const char *const[]){__VA_ARGS__, NULL})
#define EXPECT_UNFINISHED(text, ...)                                           \
    s_expect(text, -EBADMSG, (const char *const[]){__VA_ARGS__, NULL})

Test(json_array, elements_are_cut_without_the_space_around_them)
{
    EXPECT("[]", NULL);
    EXPECT(" \r\n[ \t ]\n", NULL);
    EXPECT("[1]", "1");
    EXPECT("\t[ {\"a\": 1} ,\n{} , \"x\" ]\r\n", "{\"a\": 1}", "{}", "\"x\"");
    EXPECT("[null,true,-1.5e3,[],[[1],{}],{\"a\":[{}]}]", "null", "true",
           "-1.5e3", "[]", "[[1],{}]", "{\"a\":[{}]}");
}

Test(json_array, brackets_quotes_and_commas_in_strings_mean_nothing)
{
    EXPECT("[{\"a\":\"],{\\\"}\\\\\"},\",\",\"\\\\\\\"]\"]",
           "{\"a\":\"],{\\\"}\\\\\"}", "\",\"", "\"\\\\\\\"]\"");
}

Test(json_array, what_does_not_begin_with_a_bracket_is_none)
{
    json_array_t array;
    static const char *const texts[] = {"", " ", "null", "{}", "\"[]\"", "x[]"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        cr_assert_eq(json_array_open(&array, slice_of(texts[i])), -EBADMSG);
    cr_assert_eq(json_array_open(&array, slice(NULL, 0)), -EBADMSG);
}

Test(json_array, no_prefix_of_an_array_is_one)
{
    const char *whole = "[{\"a\":[1,{\"b\":\"]\\\"\"}],\"c\":{\"d\":[]}},[[]],"
                        "{\"e\":[{}]}]";
    for (size_t bytes = 1; bytes < strlen(whole); bytes++) {
        json_array_t array;
        slice_t element;
        const char *reason = NULL;
        int rc = json_array_open(&array, slice(whole, bytes));
        cr_assert_eq(rc, 0);
        while ((rc = json_array_next(&array, &element, &reason)) > 0)
            continue;
        cr_assert_eq(rc, -EBADMSG, "%.*s", (int)bytes, whole);
        cr_assert_not_null(reason);
    }
}

Test(json_array, nothing_may_follow_it)
{
    EXPECT_UNFINISHED("[{}]x", "{}");
    EXPECT_UNFINISHED("[{}][{}]", "{}");
    EXPECT_UNFINISHED("[1] ]", "1");
}

Test(json_array, a_bad_element_costs_no_other)
{
    EXPECT("[{\"a\":},{}]", "{\"a\":}", "{}");
    EXPECT("[{},nothing at all,{}]", "{}", "nothing at all", "{}");
    EXPECT("[,{},,{},]", "{}", "{}");
    EXPECT("[}{},{}]", "}{}", "{}");
}

Test(json_array, a_truncated_object_costs_no_other)
{
    EXPECT("[{\"a\":1,{\"b\":2},{\"c\":3}]", "{\"a\":1", "{\"b\":2}",
           "{\"c\":3}");
    EXPECT("[{\"a\":{\"b\":1 , {\"c\":3}]", "{\"a\":{\"b\":1", "{\"c\":3}");
    EXPECT("[{\"b\":2},{\"a\":1]", "{\"b\":2}", "{\"a\":1");
    EXPECT("[{\"b\":2},{\"a\":{]", "{\"b\":2}", "{\"a\":{");
    // The array left open within is closed with the object.
    EXPECT("[{\"a\":[1},{\"b\":2}]", "{\"a\":[1}", "{\"b\":2}");
    EXPECT("[[{\"a\":1],{\"b\":2}]", "[{\"a\":1]", "{\"b\":2}");
}

Test(json_array, nesting_deeper_than_any_parser_takes_is_counted)
{
    const size_t depth = 3 * JSON_DEPTH_MAX;
    char *text = calloc(1, 2 * depth + 16);
    memset(text, '[', depth + 1);
    memset(text + depth + 1, ']', depth);
    strcpy(text + 2 * depth + 1, ",{}]");
    json_array_t array;
    slice_t element;
    const char *reason;
    cr_assert_eq(json_array_open(&array, slice_of(text)), 0);
    cr_assert_eq(json_array_next(&array, &element, &reason), 1);
    cr_assert_eq(element.bytes, 2 * depth);
    cr_assert_eq(json_array_next(&array, &element, &reason), 1);
    cr_assert(slice_equal(element, slice_of("{}")));
    cr_assert_eq(json_array_next(&array, &element, &reason), 0);
    free(text);
}

// Searching for the partner of each bracket again would take minutes.
Test(json_array, brackets_without_a_partner_take_linear_time, .timeout = 60)
{
    const size_t open = JSON_DEPTH_MAX, odd = (size_t)128 << 20;
    const size_t bytes = open + odd + open;
    char *text = malloc(bytes);
    memset(text, '[', open);
    memset(text + open, '}', odd);
    memset(text + open + odd, ']', open);
    json_array_t array;
    slice_t element;
    const char *reason = NULL;
    cr_assert_eq(json_array_open(&array, slice(text, bytes)), 0);
    cr_assert_eq(json_array_next(&array, &element, &reason), 1);
    cr_assert_eq(element.bytes, bytes - 2);
    cr_assert_eq(json_array_next(&array, &element, &reason), 0);
    free(text);
}
