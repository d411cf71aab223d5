// The bounds are those of the measured shape of GitHub in 2016 and 2026, wide
// enough for a sample of 200,000 events.

#include "tools/sim/generator.h"

#include "proto/event/parser.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#define START_US   (1786543200 * INT64_C(1000000))
#define SAMPLE     200000
#define SECONDS    4000
#define RANKS      (1u << 19)
#define ID_OF_RANK 2503u

static generator_t *s_generator(objects_shape_t shape, uint64_t seed)
{
    generator_options_t options = {seed, shape, 45, START_US};
    generator_t *generator = generator_new(&options);
    cr_assert(generator);
    return generator;
}

static double s_share(const uint32_t *counts, uint8_t type)
{
    return 100.0 * counts[type] / SAMPLE;
}

static void s_near(double value, double wanted, double tolerance)
{
    cr_assert(fabs(value - wanted) <= tolerance, "%g instead of %g", value,
              wanted);
}

Test(generator, the_same_seed_gives_the_same_bytes)
{
    generator_t *one = s_generator(OBJECTS_2026, 7);
    generator_t *two = s_generator(OBJECTS_2026, 7);
    for (int i = 0; i < 20000; i++) {
        event_t a;
        event_t b;
        cr_assert_eq(generator_next(one, &a), 0);
        cr_assert_eq(generator_next(two, &b), 0);
        cr_assert(slice_equal(a.json, b.json));
    }
    generator_destroy(&one);
    generator_destroy(&two);
}

Test(generator, another_seed_gives_other_events)
{
    generator_t *one = s_generator(OBJECTS_2026, 7);
    generator_t *two = s_generator(OBJECTS_2026, 8);
    event_t a;
    event_t b;
    generator_next(one, &a);
    generator_next(two, &b);
    cr_assert(!slice_equal(a.json, b.json));
    generator_destroy(&one);
    generator_destroy(&two);
}

static void s_same_columns(const event_t *made, const event_t *parsed)
{
    cr_assert_eq(made->id, parsed->id);
    cr_assert_eq(made->created_at, parsed->created_at);
    cr_assert_eq(made->type, parsed->type);
    cr_assert_eq(made->repo_id, parsed->repo_id);
    cr_assert_eq(made->actor_id, parsed->actor_id);
    cr_assert_eq(made->org_id, parsed->org_id);
    cr_assert(slice_equal(made->repo_name, parsed->repo_name));
    cr_assert(slice_equal(made->actor_login, parsed->actor_login));
    cr_assert(slice_equal(made->org_login, parsed->org_login));
    cr_assert(slice_equal(made->action_name, parsed->action_name),
              "%.*s instead of %.*s in %.*s", (int)parsed->action_name.bytes,
              parsed->action_name.data, (int)made->action_name.bytes,
              made->action_name.data, (int)made->json.bytes, made->json.data);
}

static void s_parse_all(objects_shape_t shape)
{
    generator_t *generator = s_generator(shape, 1);
    event_parser_t *parser = event_parser_new();
    for (int i = 0; i < 20000; i++) {
        event_t made;
        event_t parsed;
        const char *reason = "";
        cr_assert_eq(generator_next(generator, &made), 0);
        cr_assert_eq(event_parser_parse(parser, made.json, &parsed, &reason), 0,
                     "%s: %.*s", reason, (int)made.json.bytes, made.json.data);
        s_same_columns(&made, &parsed);
    }
    event_parser_destroy(&parser);
    generator_destroy(&generator);
}

Test(generator, every_event_parses_to_its_columns)
{
    s_parse_all(OBJECTS_2026);
    s_parse_all(OBJECTS_2016);
}

typedef struct {
    uint32_t types[256];
    uint32_t actions[256]; // of pull requests
    size_t bytes;
} s_census_t;

static void s_take_census(objects_shape_t shape, s_census_t *census)
{
    generator_t *generator = s_generator(shape, 1);
    *census = (s_census_t){0};
    for (int i = 0; i < SAMPLE; i++) {
        event_t event;
        cr_assert_eq(generator_next(generator, &event), 0);
        census->types[event.type]++;
        census->bytes += event.json.bytes;
        if (event.type == EVENT_TYPE_PULL_REQUEST)
            census->actions[event.action]++;
    }
    generator_destroy(&generator);
}

Test(generator, its_2026_has_the_mix_of_2026)
{
    s_census_t census;
    s_take_census(OBJECTS_2026, &census);
    s_near(s_share(census.types, EVENT_TYPE_PUSH), 91.5, 0.5);
    s_near(s_share(census.types, EVENT_TYPE_CREATE), 4.8, 0.3);
    s_near(s_share(census.types, EVENT_TYPE_DELETE), 2.3, 0.2);
    s_near(s_share(census.types, EVENT_TYPE_PULL_REQUEST), 0.47, 0.06);
    s_near(s_share(census.types, EVENT_TYPE_ISSUES), 0.28, 0.05);
    s_near(s_share(census.types, EVENT_TYPE_ISSUE_COMMENT), 0.24, 0.05);
    s_near(s_share(census.types, EVENT_TYPE_WATCH), 0.07, 0.03);
    s_near((double)census.bytes / SAMPLE, 688, 35);
}

Test(generator, its_2016_has_the_mix_of_2016)
{
    s_census_t census;
    s_take_census(OBJECTS_2016, &census);
    s_near(s_share(census.types, EVENT_TYPE_PUSH), 57.9, 0.6);
    s_near(s_share(census.types, EVENT_TYPE_CREATE), 12.1, 0.5);
    s_near(s_share(census.types, EVENT_TYPE_WATCH), 10.5, 0.5);
    s_near(s_share(census.types, EVENT_TYPE_PULL_REQUEST), 3.6, 0.3);
    s_near(s_share(census.types, EVENT_TYPE_FORK), 3.2, 0.3);
    s_near((double)census.bytes / SAMPLE, 1960, 150);
}

static double s_action_share(const s_census_t *census, uint8_t action)
{
    return 100.0 * census->actions[action] /
           census->types[EVENT_TYPE_PULL_REQUEST];
}

Test(generator, pull_requests_are_opened_merged_and_labeled)
{
    s_census_t census;
    s_take_census(OBJECTS_2026, &census);
    s_near(s_action_share(&census, EVENT_ACTION_OPENED), 34, 6);
    s_near(s_action_share(&census, EVENT_ACTION_MERGED), 32, 6);
    s_near(s_action_share(&census, EVENT_ACTION_LABELED), 28, 6);
    s_take_census(OBJECTS_2016, &census);
    s_near(s_action_share(&census, EVENT_ACTION_OPENED), 54, 3);
    s_near(s_action_share(&census, EVENT_ACTION_MERGED), 37, 3);
    s_near(s_action_share(&census, EVENT_ACTION_CLOSED), 8, 2);
}

static int s_by_bytes(const void *a, const void *b)
{
    size_t x = *(const size_t *)a;
    size_t y = *(const size_t *)b;
    return x < y ? -1 : x > y;
}

static double s_median_bytes(objects_shape_t shape, uint8_t type)
{
    enum { COUNT = 40000 };
    static size_t sizes[COUNT];
    size_t count = 0;
    generator_t *generator = s_generator(shape, 3);
    for (int i = 0; i < COUNT; i++) {
        event_t event;
        cr_assert_eq(generator_next(generator, &event), 0);
        if (event.type == type)
            sizes[count++] = event.json.bytes;
    }
    generator_destroy(&generator);
    qsort(sizes, count, sizeof sizes[0], s_by_bytes);
    size_t median = sizes[count / 2];
    return (double)median;
}

Test(generator, bodies_are_as_long_as_githubs)
{
    s_near(s_median_bytes(OBJECTS_2026, EVENT_TYPE_PUSH), 617, 60);
    s_near(s_median_bytes(OBJECTS_2026, EVENT_TYPE_PULL_REQUEST), 944, 150);
    s_near(s_median_bytes(OBJECTS_2026, EVENT_TYPE_ISSUE_COMMENT), 5603, 900);
    s_near(s_median_bytes(OBJECTS_2016, EVENT_TYPE_PUSH), 859, 250);
    s_near(s_median_bytes(OBJECTS_2016, EVENT_TYPE_PULL_REQUEST), 15337, 1500);
    s_near(s_median_bytes(OBJECTS_2016, EVENT_TYPE_WATCH), 416, 60);
}

static int s_downwards(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

Test(generator, few_repositories_have_many_events)
{
    uint32_t *counts = calloc(RANKS + 64, sizeof *counts);
    generator_t *generator = s_generator(OBJECTS_2026, 5);
    for (int i = 0; i < SAMPLE; i++) {
        event_t event;
        cr_assert_eq(generator_next(generator, &event), 0);
        counts[event.repo_id / ID_OF_RANK]++;
    }
    qsort(counts, RANKS + 64, sizeof *counts, s_downwards);
    uint32_t top = 0;
    for (int i = 0; i < 100; i++)
        top += counts[i];
    s_near(100.0 * counts[0] / SAMPLE, 0.9, 0.6);
    s_near(100.0 * top / SAMPLE, 15, 3);
    generator_destroy(&generator);
    free(counts);
}

Test(generator, seconds_differ_more_than_chance_alone_makes_them)
{
    static uint32_t seconds[SECONDS];
    generator_t *generator = s_generator(OBJECTS_2026, 6);
    double sum = 0;
    double squares = 0;
    for (;;) {
        event_t event;
        int64_t second = (generator_next_us(generator) - START_US) / 1000000;
        if (second >= SECONDS)
            break;
        seconds[second]++;
        cr_assert_eq(generator_next(generator, &event), 0);
    }
    for (int i = 0; i < SECONDS; i++) {
        sum += seconds[i];
        squares += (double)seconds[i] * seconds[i];
    }
    double mean = sum / SECONDS;
    s_near(mean, 45, 2);
    s_near((squares / SECONDS - mean * mean) / mean, 2.6, 0.4);
    generator_destroy(&generator);
}

Test(generator, some_events_are_a_little_late)
{
    generator_t *generator = s_generator(OBJECTS_2026, 9);
    uint32_t latest = 0;
    int late = 0;
    for (int i = 0; i < SAMPLE; i++) {
        event_t event;
        cr_assert_eq(generator_next(generator, &event), 0);
        cr_assert_geq(event.created_at + 4, latest);
        late += event.created_at < latest;
        if (event.created_at > latest)
            latest = event.created_at;
    }
    cr_assert(late > SAMPLE / 10000 && late < SAMPLE * 3 / 1000, "%d", late);
    generator_destroy(&generator);
}

Test(generator, two_sequences_of_ids_run_side_by_side)
{
    generator_t *generator = s_generator(OBJECTS_2026, 2);
    uint64_t pushes = 0;
    uint64_t others = 0;
    for (int i = 0; i < 20000; i++) {
        event_t event;
        cr_assert_eq(generator_next(generator, &event), 0);
        bool push = event.type == EVENT_TYPE_PUSH ||
                    event.type == EVENT_TYPE_CREATE ||
                    event.type == EVENT_TYPE_DELETE;
        uint64_t *last = push ? &pushes : &others;
        cr_assert_gt(event.id, *last);
        *last = event.id;
    }
    cr_assert_gt(pushes, UINT64_C(18000000000));
    cr_assert_lt(others, UINT64_C(14000000000));
    generator_destroy(&generator);
}

// The number of a pull request, as the payload says it.
static uint32_t s_number(slice_t json)
{
    const char *at = memmem(json.data, json.bytes, "\"number\":", 9);
    return (uint32_t)strtoul(at + 9, NULL, 10);
}

Test(generator, what_is_merged_was_opened_before)
{
    enum { NUMBERS = 1 << 22 };
    uint8_t *open = calloc(NUMBERS, 1);
    generator_t *generator = s_generator(OBJECTS_2026, 4);
    int merged = 0;
    for (int i = 0; i < SAMPLE; i++) {
        event_t event;
        cr_assert_eq(generator_next(generator, &event), 0);
        if (event.type != EVENT_TYPE_PULL_REQUEST)
            continue;
        size_t slot =
            (event.repo_id * 31 + s_number(event.json) * UINT64_C(7919)) %
            NUMBERS;
        if (event.action == EVENT_ACTION_OPENED)
            open[slot] = 1;
        cr_assert(open[slot], "%.*s", (int)event.json.bytes, event.json.data);
        merged += event.action == EVENT_ACTION_MERGED;
    }
    cr_assert_gt(merged, 100);
    generator_destroy(&generator);
    free(open);
}

Test(generator, repositories_are_renamed_and_names_used_again)
{
    generator_t *generator = s_generator(OBJECTS_2026, 1);
    names_repo_t before;
    names_repo(6, 0, &before);
    bool renamed = false;
    bool reused = false;
    for (int i = 0; i < SAMPLE; i++) {
        event_t event;
        cr_assert_eq(generator_next(generator, &event), 0);
        bool same = slice_equal(event.repo_name, slice_of(before.full_name));
        renamed |= event.repo_id == before.id && !same;
        reused |= event.repo_id != before.id && same;
    }
    cr_assert(renamed && reused);
    generator_destroy(&generator);
}
