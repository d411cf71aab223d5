#include "actors/views/repo_activity/sort.h"

#include <stdbool.h>
#include <string.h>

// Up to this count pairs are sorted by insertion: a pass would clear far more
// counters.
#define S_FEW 24u

typedef enum { S_KEY, S_REST, S_QUOTIENT } s_by_t;

// Inlined with a constant `by`, so that the loops do not test it.
__attribute__((always_inline)) static inline uint64_t s_number(
    const view_repo_pair_t *pair, s_by_t by, uint32_t divisor)
{
    switch (by) {
    case S_KEY:
        return pair->key;
    case S_REST:
        return pair->rest;
    default:
        return (uint32_t)pair->rest / divisor;
    }
}

// Moves the pairs to `to`, sorted by one byte of their numbers, keeping the
// order of equal ones. ends[v] becomes the end of those with byte v.
__attribute__((always_inline)) static inline void s_pass(
    const view_repo_pair_t *from, view_repo_pair_t *to, size_t count, s_by_t by,
    uint32_t divisor, unsigned shift, size_t ends[256])
{
    size_t next = 0;
    memset(ends, 0, 256 * sizeof *ends);
    for (size_t i = 0; i < count; i++)
        ends[s_number(&from[i], by, divisor) >> shift & 0xff]++;
    for (size_t value = 0; value < 256; value++) {
        size_t here = ends[value];
        ends[value] = next;
        next += here;
    }
    for (size_t i = 0; i < count; i++)
        to[ends[s_number(&from[i], by, divisor) >> shift & 0xff]++] = from[i];
}

// Returns the bits in which the numbers differ.
__attribute__((always_inline)) static inline uint64_t s_differing(
    const view_repo_pair_t *pairs, size_t count, s_by_t by, uint32_t divisor)
{
    uint64_t differing = 0;
    for (size_t i = 1; i < count; i++)
        differing |=
            s_number(&pairs[i], by, divisor) ^ s_number(&pairs[0], by, divisor);
    return differing;
}

static bool s_is_after(const view_repo_pair_t *a, const view_repo_pair_t *b)
{
    return a->key != b->key ? a->key > b->key : a->rest > b->rest;
}

static void s_sort_few(view_repo_pair_t *pairs, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const view_repo_pair_t pair = pairs[i];
        size_t at = i;
        for (; at > 0 && s_is_after(&pairs[at - 1], &pair); at--)
            pairs[at] = pairs[at - 1];
        pairs[at] = pair;
    }
}

// Sorts by key and rest into `pairs`, or into `scratch`. Splits by the first
// byte that differs, so that the parts soon fit into the cache, then sorts each
// part: recursion is no deeper than a pair has bytes.
static void s_sort(view_repo_pair_t *pairs, view_repo_pair_t *scratch,
                   size_t count, bool to_scratch)
{
    s_by_t by = S_KEY;
    uint64_t differing = 0;
    if (count <= S_FEW) {
        s_sort_few(pairs, count);
    } else {
        differing = s_differing(pairs, count, S_KEY, 1);
        if (differing == 0) {
            by = S_REST;
            differing = s_differing(pairs, count, S_REST, 1);
        }
    }
    if (differing == 0) {
        if (to_scratch)
            memcpy(scratch, pairs, count * sizeof *pairs);
        return;
    }
    const unsigned shift = (63 - (unsigned)__builtin_clzll(differing)) / 8 * 8;
    size_t ends[256];
    if (by == S_KEY)
        s_pass(pairs, scratch, count, S_KEY, 1, shift, ends);
    else
        s_pass(pairs, scratch, count, S_REST, 1, shift, ends);
    for (size_t value = 0, begin = 0; value < 256; begin = ends[value++]) {
        if (ends[value] > begin)
            s_sort(scratch + begin, pairs + begin, ends[value] - begin,
                   !to_scratch);
    }
}

// Sorts by quotient, last byte first; keeps the order of equal ones.
static void s_sort_quotients(view_repo_pair_t *pairs, view_repo_pair_t *scratch,
                             size_t count, uint32_t divisor)
{
    const uint64_t differing = s_differing(pairs, count, S_QUOTIENT, divisor);
    size_t ends[256];
    view_repo_pair_t *from = pairs, *to = scratch;
    for (unsigned shift = 0; shift < 32 && differing >> shift; shift += 8) {
        if ((differing >> shift & 0xff) == 0)
            continue;
        s_pass(from, to, count, S_QUOTIENT, divisor, shift, ends);
        view_repo_pair_t *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != pairs && count > 0)
        memcpy(pairs, from, count * sizeof *pairs);
}

void view_repo_sort(view_repo_pair_t *pairs, view_repo_pair_t *scratch,
                    size_t count, uint32_t divisor)
{
    if (divisor == 0) {
        s_sort(pairs, scratch, count, false);
        return;
    }
    s_sort_quotients(pairs, scratch, count, divisor);
    for (size_t at = 0, end; at < count; at = end) {
        const uint32_t quotient = (uint32_t)pairs[at].rest / divisor;
        for (end = at + 1;
             end < count && (uint32_t)pairs[end].rest / divisor == quotient;)
            end++;
        s_sort(pairs + at, scratch + at, end - at, false);
    }
}
