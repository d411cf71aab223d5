#include "tools/sim/quota.h"

#include <criterion/criterion.h>

Test(quota, so_many_requests_and_no_more)
{
    quota_t quota = {0};
    quota_account_t *account = quota_account(&quota, 7, 3, 1000);
    for (int i = 0; i < 3; i++)
        cr_assert(quota_spend(account));
    cr_assert(!quota_spend(account));
    cr_assert_eq(quota_remaining(account), 0u);
}

Test(quota, it_is_full_again_after_its_window)
{
    quota_t quota = {0};
    quota_spend(quota_account(&quota, 7, 3, 1000));
    quota_account_t *account = quota_account(&quota, 7, 3, 1000 + 3599);
    cr_assert_eq(quota_remaining(account), 2u);
    account = quota_account(&quota, 7, 3, 1000 + 3600);
    cr_assert_eq(quota_remaining(account), 3u);
    cr_assert_eq(account->reset_at, 1000u + 7200);
}

Test(quota, accounts_do_not_share)
{
    quota_t quota = {0};
    quota_exhaust(quota_account(&quota, 1, 60, 0), 50);
    cr_assert_eq(quota_remaining(quota_account(&quota, 1, 60, 0)), 0u);
    cr_assert_eq(quota_remaining(quota_account(&quota, 2, 60, 0)), 60u);
    cr_assert_eq(quota_remaining(quota_account(&quota, 1, 60, 50)), 60u);
}

Test(quota, more_accounts_than_there_is_room_for_share_the_last)
{
    quota_t quota = {0};
    for (uint64_t key = 0; key < 1000; key++)
        quota_account(&quota, key, 60, 0);
    cr_assert_eq(quota.count, (uint32_t)QUOTA_ACCOUNTS);
}
