// key_set: has the keys that were added, and no others.

#include "proto/base/key_set.h"

#include <criterion/criterion.h>

static event_key_t s_key(uint64_t number)
{
    event_key_t key = {.size = 12};
    for (int i = 0; i < 8; i++)
        key.bytes[i] = (uint8_t)(number >> (56 - 8 * i));
    key.bytes[11] = 7;
    return key;
}

Test(key_set, it_grows_and_finds_what_it_holds)
{
    key_set_t set = {0};
    event_key_t key = s_key(1);
    cr_assert_not(key_set_has(&set, &key));
    for (uint64_t i = 0; i < 10000; i++) {
        key = s_key(i * 3);
        cr_assert_eq(key_set_reserve(&set, 1), 0);
        cr_assert(key_set_add(&set, &key));
        cr_assert_not(key_set_add(&set, &key));
    }
    for (uint64_t i = 0; i < 30000; i++) {
        key = s_key(i);
        cr_assert_eq(key_set_has(&set, &key), i % 3 == 0);
    }
    key_set_reset(&set);
    key = s_key(3);
    cr_assert_not(key_set_has(&set, &key));
    key_set_free(&set);
}
