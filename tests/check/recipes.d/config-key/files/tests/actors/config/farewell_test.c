// The setting github.farewell-ms.

#include "actors/config/config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

Test(farewell, half_a_second_unless_it_is_set)
{
    config_t *config = config_new();
    cr_assert_not_null(config);
    cr_expect_eq(config->farewell_ms, 500);
    setenv("OCTOLOG_GITHUB_FAREWELL_MS", "700", 1);
    cr_assert_eq(config_load(config, NULL, NULL, NULL), 0);
    cr_expect_eq(config->farewell_ms, 700);
    cr_expect_eq(config_set(config, "github.farewell-ms", "-1", NULL, NULL),
                 -EINVAL);
    config_destroy(&config);
}
