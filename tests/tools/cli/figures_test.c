// Figures as people read them.

#include "tools/cli/figures.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test(figures, counts_are_grouped_by_thousands)
{
    figure_t figure;
    cr_expect_str_eq(figure_count(&figure, 0), "0");
    cr_expect_str_eq(figure_count(&figure, 999), "999");
    cr_expect_str_eq(figure_count(&figure, 1000), "1,000");
    cr_expect_str_eq(figure_count(&figure, UINT64_MAX),
                     "18,446,744,073,709,551,615");
}

Test(figures, durations_have_two_units_at_most)
{
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {
        {0, "0 ms"},         {0.35, "350 ms"},    {0.9996, "1 s"},
        {12.5, "12.5 s"},    {59.96, "1 min"},    {60, "1 min"},
        {250, "4 min 10 s"}, {3600, "1 h"},       {11520, "3 h 12 min"},
        {86399.9, "1 d"},    {439200, "5 d 2 h"}, {1e14, "1157407407 d 9 h"}};
    figure_t figure;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_str_eq(figure_duration(&figure, cases[i].seconds),
                         cases[i].text, "%f: %s", cases[i].seconds,
                         figure.text);
}

Test(figures, bytes_have_the_unit_that_fits)
{
    figure_t figure;
    cr_expect_str_eq(figure_bytes(&figure, 812), "812 B");
    cr_expect_str_eq(figure_bytes(&figure, 1024), "1.0 KiB");
    cr_expect_str_eq(figure_bytes(&figure, 1572864), "1.5 MiB");
    cr_expect_str_eq(figure_bytes(&figure, 1e18), "888.2 PiB");
}

static void s_expect_name(slice_t name, int columns, int fill,
                          const char *expected)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert_not_null(out);
    figure_print_name(out, name, columns, fill);
    fclose(out);
    cr_expect_str_eq(text, expected);
    free(text);
}

Test(figures, names_reach_a_terminal_without_control_characters)
{
    s_expect_name(slice_of("a\033[31mb\n"), 0, 0, "a?[31mb?");
    s_expect_name(slice_of("\xc2\x9b\xc3\xa9"), 0, 0, "??\xc3\xa9");
    s_expect_name(slice_of("\xff\xe2\x82"), 0, 0, "???");
    s_expect_name(slice_of("\xe2\x82\xac\xe2\x82\xac x"), 2, 0,
                  "\xe2\x82\xac\xe2\x82\xac");
    s_expect_name(slice_of("\xe2\x82\xac"), 3, 1, "\xe2\x82\xac  ");
    s_expect_name(slice_of(""), 2, 1, "- ");
}
