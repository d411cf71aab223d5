#include "proto/base/crc32c.h"

#include <criterion/criterion.h>

// Vectors of RFC 3720, B.4, and the check value of the CRC catalogues.
Test(crc32c, equals_the_published_values)
{
    char bytes[32] = {0};
    cr_assert_eq(crc32c(slice_of("123456789")), 0xE3069283u);
    cr_assert_eq(crc32c(slice(bytes, 32)), 0x8A9136AAu);
    memset(bytes, 0xFF, sizeof bytes);
    cr_assert_eq(crc32c(slice(bytes, 32)), 0x62A8AB43u);
    for (int i = 0; i < 32; i++)
        bytes[i] = (char)i;
    cr_assert_eq(crc32c(slice(bytes, 32)), 0x46DD794Eu);
}

Test(crc32c, of_nothing_is_zero)
{
    cr_assert_eq(crc32c(slice(NULL, 0)), 0);
}
