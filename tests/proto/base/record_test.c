#include "proto/base/record.h"

#include <criterion/criterion.h>
#include <errno.h>

typedef struct {
    uint8_t u8;
    uint32_t u32;
    int unsent;
    slice_t text;
    double number;
} sample_t;

static const record_field_t s_fields[] = {
    RECORD_FIELD(sample_t, u32),
    RECORD_FIELD(sample_t, u8),
    RECORD_FIELD(sample_t, text),
    RECORD_FIELD(sample_t, number),
    RECORD_END,
};

static const sample_t s_sample = {7, 0x01020304, 9, {"abc", 3}, -0.5};

static buffer_t s_encoded(void)
{
    buffer_t out = {0};
    record_add(&out, s_fields, &s_sample);
    cr_assert_not(buffer_failed(&out));
    return out;
}

Test(record, is_the_fields_of_the_table_in_its_order)
{
    static const char expected[] = "\x04\x03\x02\x01\x07\x03\0\0\0abc"
                                   "\0\0\0\0\0\0\xe0\xbf";
    buffer_t bytes = s_encoded();
    cr_expect(slice_equal(buffer_slice(&bytes),
                          slice(expected, sizeof expected - 1)));
    sample_t taken = {.unsent = 5};
    slice_t rest = buffer_slice(&bytes);
    cr_assert(record_take(&rest, s_fields, &taken));
    cr_expect_eq(rest.bytes, 0);
    cr_expect_eq(taken.u8, 7);
    cr_expect_eq(taken.u32, 0x01020304);
    cr_expect_eq(taken.unsent, 5, "what is not sent stays");
    cr_expect(slice_equal(taken.text, slice_of("abc")));
    cr_expect_eq(taken.number, -0.5);
    buffer_free(&bytes);
}

Test(record, a_cut_one_is_refused_and_its_list_does_not_move)
{
    buffer_t bytes = s_encoded();
    sample_t taken;
    for (size_t n = 1; n < bytes.bytes; n++) {
        slice_t list = slice(bytes.data, n);
        cr_expect_eq(record_next(&list, s_fields, &taken), -EBADMSG);
        cr_expect_eq(list.bytes, n);
    }
    buffer_free(&bytes);
}

Test(record, a_list_gives_back_its_records_in_order)
{
    buffer_t bytes = {0};
    sample_t item = s_sample;
    for (item.u8 = 0; item.u8 < 3; item.u8++)
        record_add(&bytes, s_fields, &item);
    slice_t list = buffer_slice(&bytes);
    for (uint8_t i = 0; i < 3; i++) {
        cr_assert_eq(record_next(&list, s_fields, &item), 1);
        cr_expect_eq(item.u8, i);
    }
    cr_expect_eq(record_next(&list, s_fields, &item), 0);
    buffer_free(&bytes);
}
