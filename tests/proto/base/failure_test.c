// failure: code and reason go together, and a reason can be built upon.

#include "proto/base/failure.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

Test(failure, it_keeps_the_code_and_the_words)
{
    failure_t failure = {0};

    cr_assert_eq(failure_set(&failure, -EIO, "%s: page %d", "log", 7), -EIO);
    cr_assert_eq(failure.code, -EIO);
    cr_assert_str_eq(failure.reason, "log: page 7");
    cr_assert_eq(failure_set_code(&failure, -ENOSPC), -ENOSPC);
    cr_assert_str_eq(failure.reason, strerror(ENOSPC));
}

Test(failure, a_reason_may_be_made_from_the_one_before)
{
    failure_t failure = {0};

    failure_set(&failure, -EIO, "a read failed");
    failure_set(&failure, failure.code, "%s: %s", "seal", failure.reason);
    cr_assert_eq(failure.code, -EIO);
    cr_assert_str_eq(failure.reason, "seal: a read failed");
}

Test(failure, a_long_reason_is_cut_and_still_ends)
{
    failure_t failure = {0};
    char text[2 * FAILURE_REASON_BYTES];

    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    failure_set(&failure, -EIO, "%s", text);
    cr_assert_eq(strlen(failure.reason), FAILURE_REASON_BYTES - 1);
}

Test(failure, nobody_has_to_want_the_reason)
{
    cr_assert_eq(failure_set(NULL, -EIO, "%s", "unheard"), -EIO);
    cr_assert_eq(failure_set_code(NULL, -ENOMEM), -ENOMEM);
}

Test(failure, what_is_not_explained_gets_the_words_of_its_code)
{
    failure_t failure = {0};

    cr_assert_eq(failure_explain(&failure, -EIO), -EIO);
    cr_assert_str_eq(failure.reason, strerror(EIO));
    failure_set(&failure, -ENOENT, "no log there");
    cr_assert_eq(failure_explain(&failure, -ENOENT), -ENOENT);
    cr_assert_str_eq(failure.reason, "no log there");
    cr_assert_eq(failure_explain(NULL, -EIO), -EIO);
}
