// quota - GitHub's primary rate limit: a number of requests per hour and
// account.
//
// Errors    None: when the table is full, the last account is shared.
// Threads   One at a time; the server holds its lock.

#ifndef OCTOLOG_TOOLS_SIM_QUOTA_H
#define OCTOLOG_TOOLS_SIM_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#define QUOTA_ACCOUNTS 64
#define QUOTA_WINDOW_S 3600

// GitHub's hourly limits, by address and by token.
#define QUOTA_ANONYMOUS 60
#define QUOTA_TOKEN     5000

typedef struct {
    uint64_t key; // hash of the token or of the address
    uint32_t limit;
    uint32_t used;
    uint32_t reset_at; // seconds since 1970; 0: not begun
} quota_account_t;

typedef struct {
    quota_account_t accounts[QUOTA_ACCOUNTS];
    uint32_t count;
} quota_t;

// The account of this key, reset if a new window has begun.
quota_account_t *quota_account(quota_t *quota, uint64_t key, uint32_t limit,
                               uint32_t now);

uint32_t quota_remaining(const quota_account_t *account);

// Counts one request. false: none was left.
bool quota_spend(quota_account_t *account);

// Uses up the quota until `reset_at`.
void quota_exhaust(quota_account_t *account, uint32_t reset_at);

#endif
