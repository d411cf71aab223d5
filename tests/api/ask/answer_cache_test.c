// What is kept of the answers of views, and for how long.

#include "api/ask/answer_cache.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static answer_cache_t *s_cache;
static buffer_t s_found;

static void s_setup(void)
{
    s_cache = answer_cache_new();
    cr_assert_not_null(s_cache);
}

static void s_teardown(void)
{
    answer_cache_destroy(&s_cache);
    cr_expect_null(s_cache);
    buffer_free(&s_found);
}

TestSuite(answer_cache, .init = s_setup, .fini = s_teardown);

// Whether this is what is kept; NULL: nothing.
static void s_expect(const char *key, uint64_t end, const char *answer)
{
    bool found = answer_cache_find(s_cache, slice_of(key), end, &s_found);
    cr_expect_eq(found, answer != NULL, "%s", key);
    cr_expect(slice_equal(buffer_slice(&s_found), slice_of(answer)), "%s", key);
}

Test(answer_cache, an_answer_is_found_by_its_key_and_end)
{
    s_expect("view a", 7, NULL);
    answer_cache_keep(s_cache, slice_of("view a"), 7, slice_of("seven"));
    s_expect("view a", 7, "seven");
    s_expect("view a", 7, "seven");
    s_expect("view a", 8, NULL);
    s_expect("view a", 6, NULL);
    s_expect("view ", 7, NULL);
    s_expect("view as", 7, NULL);
}

Test(answer_cache, a_newer_answer_replaces_the_one_before)
{
    answer_cache_keep(s_cache, slice_of("view a"), 7, slice_of("seven"));
    answer_cache_keep(s_cache, slice_of("view a"), 8, slice_of("eight"));
    s_expect("view a", 7, NULL);
    s_expect("view a", 8, "eight");
}

Test(answer_cache, what_is_too_large_is_not_kept)
{
    char large[ANSWER_CACHE_BYTES_MAX];
    memset(large, 'x', sizeof large);
    answer_cache_keep(s_cache, slice_of("k"), 1, slice(large, sizeof large));
    s_expect("k", 1, NULL);
    answer_cache_keep(s_cache, slice_of("k"), 1,
                      slice(large, sizeof large - 1));
    cr_expect(answer_cache_find(s_cache, slice_of("k"), 1, &s_found));
    cr_expect_eq(s_found.bytes, sizeof large - 1);
}

Test(answer_cache, however_many_are_kept_none_is_taken_for_another)
{
    char key[32], answer[32];
    size_t found = 0;
    for (int i = 0; i < 20 * ANSWER_CACHE_SLOTS; i++) {
        snprintf(key, sizeof key, "key %d", i);
        snprintf(answer, sizeof answer, "answer %d", i);
        answer_cache_keep(s_cache, slice_of(key), 1, slice_of(answer));
    }
    for (int i = 0; i < 20 * ANSWER_CACHE_SLOTS; i++) {
        snprintf(key, sizeof key, "key %d", i);
        snprintf(answer, sizeof answer, "answer %d", i);
        if (!answer_cache_find(s_cache, slice_of(key), 1, &s_found))
            continue;
        found++;
        cr_assert(slice_equal(buffer_slice(&s_found), slice_of(answer)));
    }
    cr_expect_gt(found, 0);
    cr_expect_leq(found, ANSWER_CACHE_SLOTS);
}
