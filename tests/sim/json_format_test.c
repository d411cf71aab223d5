#include "tools/sim/json_format.h"

#include <criterion/criterion.h>

static void s_expect(buffer_t *made, const char *text)
{
    cr_assert(!buffer_failed(made));
    buffer_add(made, "", 1);
    cr_assert_str_eq(made->data, text);
    buffer_free(made);
}

Test(json_format, apostrophes_are_quotes)
{
    buffer_t out = {0};
    json_format(&out, "{'a':'%r'}", "b");
    s_expect(&out, "{\"a\":\"b\"}");
}

Test(json_format, inserted_text_is_escaped)
{
    buffer_t out = {0};
    json_format(&out, "'%s' '%S'", "a\"b\\c\nd\x01", slice("x\0y", 3));
    s_expect(&out, "\"a\\\"b\\\\c\\nd\\u0001\" \"x\\u0000y\"");
}

Test(json_format, raw_text_is_not)
{
    buffer_t out = {0};
    json_format(&out, "%r%R", "\\u00e9\"", slice("'%", 2));
    s_expect(&out, "\\u00e9\"'%");
}

Test(json_format, numbers_are_written_to_their_ends)
{
    buffer_t out = {0};
    json_format(&out, "%u %u %d %d %%", (uint64_t)0, UINT64_MAX, -17,
                2147483647);
    s_expect(&out, "0 18446744073709551615 -17 2147483647 %");
}

Test(json_format, times_and_truth)
{
    buffer_t out = {0};
    json_format(&out, "%t %b %b", (uint32_t)1451610000, true, false);
    s_expect(&out, "2016-01-01T01:00:00Z true false");
}

Test(json_format, a_hash_has_40_digits_and_is_that_of_its_number)
{
    buffer_t first = {0};
    buffer_t again = {0};
    json_format(&first, "%h%h", (uint64_t)7, (uint64_t)8);
    json_format(&again, "%h", (uint64_t)7);
    cr_assert_eq(first.bytes, 80u);
    cr_assert_eq(memcmp(first.data, again.data, 40), 0);
    cr_assert_neq(memcmp(first.data, first.data + 40, 40), 0);
    buffer_free(&first);
    buffer_free(&again);
}
