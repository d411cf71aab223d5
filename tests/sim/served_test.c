#include "tools/sim/served.h"

#include <criterion/criterion.h>

Test(served, each_event_is_kept_once)
{
    served_t served = {0};
    for (int round = 0; round < 2; round++) {
        for (uint64_t id = 0; id < 5000; id++)
            cr_assert_eq(served_add(&served, id, 7), 0);
    }
    cr_assert_eq(served.count, 5000u);
    cr_assert_eq(served.repeats, 5000u);
    cr_assert_eq(served.events[4999].id, 4999u);
    served_free(&served);
}

Test(served, the_same_id_at_another_time_is_another_event)
{
    served_t served = {0};
    cr_assert_eq(served_add(&served, 5, 1), 0);
    cr_assert_eq(served_add(&served, 5, 2), 0);
    cr_assert_eq(served.count, 2u);
    served_free(&served);
}

Test(served, what_is_beyond_its_bound_is_counted)
{
    served_t served = {0};
    for (uint64_t id = 0; id < SERVED_MAX + 10; id++)
        cr_assert_eq(served_add(&served, id, 1), 0);
    cr_assert_eq(served.count, SERVED_MAX);
    cr_assert_eq(served.dropped, 10u);
    served_free(&served);
}
