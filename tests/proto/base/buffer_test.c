#include "proto/base/buffer.h"

#include <criterion/criterion.h>
#include <stdio.h>

Test(buffer, a_zeroed_one_is_empty_and_ready)
{
    buffer_t buffer = {0};
    cr_assert_eq(buffer_slice(&buffer).bytes, 0);
    buffer_add_text(&buffer, "ready");
    cr_assert(slice_equal(buffer_slice(&buffer), slice_of("ready")));
    buffer_free(&buffer);
    cr_assert_null(buffer.data);
    buffer_free(&buffer);
    buffer_free(NULL);
}

Test(buffer, numbers_are_little_endian)
{
    buffer_t buffer = {0};
    buffer_add_u8(&buffer, 0xAB);
    buffer_add_u32(&buffer, 0x01020304);
    buffer_add_u64(&buffer, 0x1112131415161718);
    static const char expected[] = "\xAB\x04\x03\x02\x01"
                                   "\x18\x17\x16\x15\x14\x13\x12\x11";
    cr_assert(slice_equal(buffer_slice(&buffer), slice(expected, 13)));
    buffer_free(&buffer);
}

Test(buffer, keeps_everything_while_growing)
{
    buffer_t buffer = {0};
    for (unsigned i = 0; i < 100000; i++)
        buffer_add_u32(&buffer, i);
    cr_assert_not(buffer_failed(&buffer));
    cr_assert_eq(buffer.bytes, 400000);
    for (unsigned i = 0; i < 100000; i++)
        cr_assert_eq((unsigned char)buffer.data[i * 4], i & 0xFF);
    buffer_free(&buffer);
}

Test(buffer, prints_what_printf_prints)
{
    buffer_t buffer = {0};
    char expected[1024];
    snprintf(expected, sizeof expected, "%0500d and %s", 7, "more");
    buffer_printf(&buffer, "%0500d", 7);
    buffer_printf(&buffer, " and %s", "more");
    cr_assert(slice_equal(buffer_slice(&buffer), slice_of(expected)));
    buffer_free(&buffer);
}

Test(buffer, decimal_digits_are_those_of_printf)
{
    static const uint64_t numbers[] = {0,   7,          10,        99,
                                       100, 4294967296, UINT64_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        buffer_t buffer = {0};
        char expected[32];
        snprintf(expected, sizeof expected, "%llu",
                 (unsigned long long)numbers[i]);
        buffer_add_decimal(&buffer, numbers[i]);
        cr_expect(slice_equal(buffer_slice(&buffer), slice_of(expected)), "%s",
                  expected);
        buffer_free(&buffer);
    }
}

Test(buffer, remembers_that_memory_ran_out)
{
    buffer_t buffer = {0};
    buffer_add_text(&buffer, "kept");
    cr_assert_null(buffer_grow(&buffer, SIZE_MAX - 100));
    cr_assert(buffer_failed(&buffer));
    buffer_add_text(&buffer, "ignored");
    cr_assert(slice_equal(buffer_slice(&buffer), slice_of("kept")));
    buffer_reset(&buffer);
    cr_assert_not(buffer_failed(&buffer));
    buffer_add_text(&buffer, "again");
    cr_assert(slice_equal(buffer_slice(&buffer), slice_of("again")));
    buffer_free(&buffer);
}
