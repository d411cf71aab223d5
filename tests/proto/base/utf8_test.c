// Characters of UTF-8, against arithmetic.

#include "proto/base/utf8.h"

#include <criterion/criterion.h>
#include <stdint.h>

// Writes a code point in the given number of bytes, right or not.
static void s_encode(uint32_t point, size_t bytes, char text[4])
{
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = bytes; i-- > 1; point >>= 6)
        text[i] = (char)(0x80 | (point & 0x3f));
    text[0] = (char)(leads[bytes] | point);
}

Test(utf8, every_character_is_known_and_no_surrogate)
{
    char text[4];

    for (uint32_t point = 0; point < 0x110000; point++) {
        const bool is_surrogate = point >= 0xd800 && point < 0xe000;
        const size_t bytes = point < 0x80      ? 1
                             : point < 0x800   ? 2
                             : point < 0x10000 ? 3
                                               : 4;
        s_encode(point, bytes, text);
        cr_assert_eq(utf8_bytes(text, 4), is_surrogate ? 0 : bytes, "%x",
                     point);
        cr_assert(bytes == 1 || utf8_bytes(text, bytes - 1) == 0, "%x", point);
    }
}

Test(utf8, no_other_bytes_are_a_character)
{
    size_t found[4] = {0};

    for (uint32_t bytes = 0; bytes < 1 << 24; bytes++) {
        const char text[] = {(char)(bytes >> 16), (char)(bytes >> 8),
                             (char)bytes};
        found[utf8_bytes(text, sizeof text)]++;
    }
    cr_expect_eq(found[1], 0x80 << 16);
    cr_expect_eq(found[2], 0x780 << 8);
    cr_expect_eq(found[3], 0xf800 - 0x800);
    for (uint32_t point = 0; point < 0x10000; point += 0xff) {
        char text[4];
        s_encode(point, 4, text); // too long for what it says
        cr_assert_eq(utf8_bytes(text, 4), 0);
    }
    cr_expect_eq(utf8_bytes("\xf4\x90\x80\x80", 4), 0, "past U+10FFFF");
}

Test(utf8, what_a_terminal_obeys_is_a_control_character)
{
    char text[4];
    size_t count = 0;

    for (uint32_t point = 0; point < 0x800; point++) {
        s_encode(point, point < 0x80 ? 1 : 2, text);
        const bool expected = point < 0x20 || (point >= 0x7f && point < 0xa0);
        cr_assert_eq(utf8_is_control(text), expected, "%x", point);
        count += expected;
    }
    cr_expect_eq(count, 65);
}
