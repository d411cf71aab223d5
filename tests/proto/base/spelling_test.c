// Corrections of misspelt words.

#include "proto/base/spelling.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *s_nearest(const char *word)
{
    static const char *const known[] = {"up", "status", "import", "verify"};
    spelling_t spelling;

    spelling_start(&spelling, word);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        spelling_consider(&spelling, known[i]);
    return spelling.nearest;
}

Test(spelling, a_letter_more_less_or_swapped_is_the_same_word)
{
    cr_expect_str_eq(s_nearest("improt"), "import");
    cr_expect_str_eq(s_nearest("statu"), "status");
    cr_expect_str_eq(s_nearest("verrify"), "verify");
    cr_expect_str_eq(s_nearest("upp"), "up");
}

Test(spelling, another_word_is_no_misspelling)
{
    char longest[200];

    cr_expect_null(s_nearest("frobnicate"));
    cr_expect_null(s_nearest("xxxxxx"));
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    cr_expect_null(s_nearest(longest));
}
