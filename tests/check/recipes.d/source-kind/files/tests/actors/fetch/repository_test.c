// Sources like "github:OWNER/NAME".

#include "actors/config/config.h"
#include "actors/fetch/plan.h"

#include <criterion/criterion.h>
#include <errno.h>

Test(repository, a_poll_asks_for_its_feed)
{
    const fetch_policy_t policy = {.pages = 3, .random = 1};
    fetch_plan_t *plan = fetch_plan_new(&policy, 1, 0);
    fetch_request_t request;
    cr_assert_not_null(plan);
    cr_assert_eq(fetch_plan_add(plan, "github:zeromq/libzmq"), 0);
    cr_assert(fetch_plan_next(plan, 1000, true, &request));
    cr_expect_str_eq(
        request.url,
        "https://api.github.com/repos/zeromq/libzmq/events?per_page=100");
    cr_expect_str_eq(fetch_plan_source(plan, 0)->url, "github:zeromq/libzmq");
    fetch_plan_destroy(&plan);
}

Test(repository, a_configuration_with_a_wrong_one_is_refused)
{
    config_t *config = config_new();
    cr_assert_not_null(config);
    cr_expect_eq(
        config_set(config, "github.source", "github:zeromq/czmq", NULL, NULL),
        0);
    cr_expect_eq(
        config_set(config, "github.source", "github:zeromq", NULL, NULL),
        -EINVAL);
    config_destroy(&config);
}
