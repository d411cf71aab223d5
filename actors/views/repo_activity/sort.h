// view_repo_sort - sorts pairs of numbers in time that grows with their count
// alone: by bytes, those first that keep the rest of the work in the cache.
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

// By the low half of the rest divided by `divisor`, then by key, then by the
// rest. divisor 0: by key and rest alone. `scratch` has room for as many.
void view_repo_sort(view_repo_pair_t *pairs, view_repo_pair_t *scratch,
                    size_t count, uint32_t divisor);

#endif
