#include "tools/sim/quota.h"

quota_account_t *quota_account(quota_t *quota, uint64_t key, uint32_t limit,
                               uint32_t now)
{
    uint32_t at = 0;
    while (at < quota->count && quota->accounts[at].key != key)
        at++;
    if (at == QUOTA_ACCOUNTS)
        at--;
    quota_account_t *account = &quota->accounts[at];
    if (at == quota->count) {
        *account = (quota_account_t){.key = key, .limit = limit};
        quota->count++;
    }
    if (now >= account->reset_at) {
        account->used = 0;
        account->reset_at = now + QUOTA_WINDOW_S;
    }
    return account;
}

uint32_t quota_remaining(const quota_account_t *account)
{
    return account->limit - account->used;
}

bool quota_spend(quota_account_t *account)
{
    if (account->used == account->limit)
        return false;
    account->used++;
    return true;
}

void quota_exhaust(quota_account_t *account, uint32_t reset_at)
{
    account->used = account->limit;
    account->reset_at = reset_at;
}
