// naming: names are read back as written, and no other name is accepted.

#include "proto/base/naming.h"

#include <criterion/criterion.h>

Test(naming, a_source_cursor_names_its_source)
{
    slice_t source = {0};

    cr_assert(naming_cut_source(slice_of("source:archive"), &source));
    cr_assert(slice_equal(source, slice_of("archive")));
    cr_assert(naming_cut_source(slice_of("source:"), &source));
    cr_assert_eq(source.bytes, 0);
    cr_assert_not(naming_cut_source(slice_of("source"), &source));
    cr_assert_not(naming_cut_source(slice_of("producer:00"), &source));
}

Test(naming, a_producer_cursor_names_its_producer)
{
    char name[NAMING_PRODUCER_BYTES];
    uint64_t found = 0;

    naming_producer_cursor(0xfedcba987654321, name);
    cr_assert_str_eq(name, "producer:0fedcba987654321");
    cr_assert(naming_cut_producer(slice_of(name), &found));
    cr_assert_eq(found, 0xfedcba987654321);
    cr_assert_not(naming_cut_producer(slice_of("producer:1"), &found));
    cr_assert_not(
        naming_cut_producer(slice_of("producer:0fedcba98765432g"), &found));
    cr_assert_not(
        naming_cut_producer(slice_of("producer:0FEDCBA987654321"), &found));
    cr_assert_not(
        naming_cut_producer(slice_of("produced:0fedcba987654321"), &found));
}
