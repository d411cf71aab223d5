// bench: figures, quantiles, and what is read from answers.

#include "tools/bench.h"
#include "tools/bench_process.h"

#include <criterion/criterion.h>
#include <math.h>

Test(bench, a_quantile_is_one_of_the_figures)
{
    double figures[] = {5, 1, 4, 2, 3};
    cr_expect_eq(bench_quantile(figures, 5, 0.5), 3);
    cr_expect_eq(bench_quantile(figures, 5, 0), 1);
    cr_expect_eq(bench_quantile(figures, 5, 0.99), 5);
    cr_expect(isnan(bench_quantile(figures, 0, 0.5)));
}

Test(bench, figures_beyond_the_last_round_are_dropped)
{
    static bench_t bench;
    for (int i = 0; i < BENCH_ROUNDS_MAX + 5; i++)
        bench_add(&bench, BENCH_GROWTH, i);
    cr_expect_eq(bench.counts[BENCH_GROWTH], BENCH_ROUNDS_MAX);
}

Test(bench, a_warm_up_leaves_no_figures)
{
    static bench_t bench;
    const uint32_t none[BENCH_MEASURES] = {0};
    bench_add(&bench, BENCH_IMPORT, 1);
    bench_forget_warm_up(&bench, none);
    cr_expect_eq(bench.counts[BENCH_IMPORT], 0);
}

Test(bench, a_number_that_is_not_there_is_none)
{
    cr_expect_eq(bench_json_number("{\"end\":12,\"pid\":-7}", "end"), 12);
    cr_expect_eq(bench_json_number("{\"end\":12,\"pid\":-7}", "pid"), -7);
    cr_expect(isnan(bench_json_number("{\"the_end\":12}", "end")));
}
