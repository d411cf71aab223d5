#include "tools/sim/fault.h"

#include <criterion/criterion.h>
#include <errno.h>

static const fault_chance_t s_any = {true, 30};

Test(fault, every_kind_has_a_name_that_leads_back)
{
    for (fault_t kind = FAULT_NONE + 1; kind < FAULT_KINDS; kind++)
        cr_assert_eq(fault_by_name(slice_of(fault_name(kind))), kind);
    cr_assert_eq(fault_by_name(slice_of("none")), FAULT_NONE);
}

Test(fault, only_probabilities_are_taken)
{
    fault_plan_t plan = {0};
    cr_assert_eq(fault_plan_add(&plan, "slow=0.25"), 0);
    cr_assert_eq(plan.chances[FAULT_SLOW], 0.25);
    const char *const wrong[] = {"slow",    "slow=",     "slow=1.5",
                                 "slow=-1", "slow=0.5x", "slow=nan"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        cr_assert_eq(fault_plan_add(&plan, wrong[i]), -EINVAL, "%s", wrong[i]);
    cr_assert_eq(fault_plan_add(&plan, "slo=1"), -ENOENT);
    cr_assert_eq(plan.chances[FAULT_SLOW], 0.25);
}

Test(fault, armed_faults_happen_exactly_so_often)
{
    fault_plan_t plan = {0};
    fault_plan_arm(&plan, FAULT_GONE, 2);
    cr_assert_eq(fault_plan_pending(&plan), 2u);
    cr_assert_eq(fault_plan_draw(&plan, s_any), FAULT_GONE);
    cr_assert_eq(fault_plan_draw(&plan, s_any), FAULT_GONE);
    cr_assert_eq(fault_plan_draw(&plan, s_any), FAULT_NONE);
    cr_assert_eq(fault_plan_pending(&plan), 0u);
}

Test(fault, a_probability_is_met)
{
    fault_plan_t plan = {.dice = {1}, .chances = {[FAULT_RESET] = 0.2}};
    int resets = 0;
    for (int i = 0; i < 10000; i++)
        resets += fault_plan_draw(&plan, s_any) == FAULT_RESET;
    cr_assert(resets > 1800 && resets < 2200, "%d", resets);
}

Test(fault, the_same_seed_gives_the_same_faults)
{
    fault_plan_t one = {.dice = {5}, .chances = {[FAULT_SLOW] = 0.5}};
    fault_plan_t two = one;
    for (int i = 0; i < 100; i++)
        cr_assert_eq(fault_plan_draw(&one, s_any),
                     fault_plan_draw(&two, s_any));
}

Test(fault, what_cannot_happen_waits_until_it_can)
{
    fault_plan_t plan = {0};
    fault_plan_arm(&plan, FAULT_NOT_MODIFIED, 1);
    fault_plan_arm(&plan, FAULT_REORDERED, 1);
    fault_chance_t plain = {false, 1};
    cr_assert_eq(fault_plan_draw(&plan, plain), FAULT_NONE);
    cr_assert_eq(fault_plan_draw(&plan, s_any), FAULT_NOT_MODIFIED);
    plain.events = 2;
    cr_assert_eq(fault_plan_draw(&plan, plain), FAULT_REORDERED);
}
