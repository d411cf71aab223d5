// view_repo_sort - sorts pairs of numbers in linear time: a radix sort, most
// significant byte first, so that the parts soon fit into the cache.
//
// Threads   One at a time per array.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_SORT_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_SORT_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t key;
    uint64_t rest;
} view_repo_pair_t;

// Sorts by the low half of `rest` divided by `divisor`, then by key, then by
// `rest`. divisor 0: by key and `rest` only. `scratch` has room for `count`
// pairs.
void view_repo_sort(view_repo_pair_t *pairs, view_repo_pair_t *scratch,
                    size_t count, uint32_t divisor);

#endif
