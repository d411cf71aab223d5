// view_pr_statistics - statistics over the intervals between points in time.
//
// Threads   Any.

#ifndef OCTOLOG_ACTORS_VIEWS_PR_INTERVAL_STATISTICS_H
#define OCTOLOG_ACTORS_VIEWS_PR_INTERVAL_STATISTICS_H

#include "actors/views/pr_interval/messages.h"

#include <stddef.h>
#include <stdint.h>

// Fills in all of *interval except its action from `count` times in ascending
// order. Overwrites the times; `scratch` has room for `count` values.
void view_pr_statistics(uint32_t *times, uint32_t *scratch, size_t count,
                        view_pr_interval_t *interval);

#endif
