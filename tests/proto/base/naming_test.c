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
