// view_pr_statistics - the intervals between points in time, as arithmetic.
//
// Threads   Any.

#ifndef OCTOLOG_ACTORS_VIEWS_PR_INTERVAL_STATISTICS_H
#define OCTOLOG_ACTORS_VIEWS_PR_INTERVAL_STATISTICS_H

#include "actors/views/pr_interval/messages.h"

#include <stddef.h>
#include <stdint.h>

// Fills in all of *interval but its action from `count` times in ascending
// order. The times are overwritten; `scratch` has room for as many.
void view_pr_statistics(uint32_t *times, uint32_t *scratch, size_t count,
                        view_pr_interval_t *interval);

#endif
