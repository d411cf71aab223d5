// view_repo_window - divides a time window into the fewest buckets.
//
// Threads   Any.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_WINDOW_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_WINDOW_H

#include "actors/views/repo_activity/rollup.h"

// The rest of a window, [at, end); each strip taken shortens it.
typedef struct {
    uint64_t at;
    uint64_t end;
    uint32_t rolled[VIEW_REPO_LEVELS]; // buckets before these have pages
} view_repo_window_t;

// Buckets [first, until) of one parent. A cut hour is a strip by itself and
// covers its seconds [from, to); any other strip covers all.
typedef struct {
    size_t level;
    uint32_t first;
    uint32_t until;
    uint32_t from;
    uint32_t to;
} view_repo_strip_t;

// Narrows a window to the events, which lie in [oldest, newest]. An end that
// reaches beyond them is moved to the border of a bucket, to need fewer.
view_repo_window_t view_repo_window(uint64_t start, uint64_t end,
                                    uint32_t oldest, uint32_t newest,
                                    const view_repo_rolled_t *rolled);

// Takes the next strip, with the largest buckets; false if the window is empty.
bool view_repo_window_next(view_repo_window_t *window,
                           view_repo_strip_t *strip);

// Whether the strip is only part of an hour.
bool view_repo_strip_is_cut(const view_repo_strip_t *strip);

#endif
