// view_repo_window - cuts a window of time into the fewest buckets there are.
//
// Threads   Any.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_WINDOW_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_WINDOW_H

#include "actors/views/repo_activity/rollup.h"

// A window [at, end), of which less is left with each strip.
typedef struct {
    uint64_t at;
    uint64_t end;
    uint32_t rolled[VIEW_REPO_LEVELS]; // buckets before these have pages
} view_repo_window_t;

// Buckets [first, until) of one parent. Of an hour that is cut, which comes
// alone, its seconds [from, to); else all.
typedef struct {
    size_t level;
    uint32_t first;
    uint32_t until;
    uint32_t from;
    uint32_t to;
} view_repo_strip_t;

// The window as far as there are events, which lie in [oldest, newest]. Where
// it reaches beyond them it begins and ends with a whole bucket, for fewer.
view_repo_window_t view_repo_window(uint64_t start, uint64_t end,
                                    uint32_t oldest, uint32_t newest,
                                    const view_repo_rolled_t *rolled);

// Takes the largest buckets off the front; false when nothing is left.
bool view_repo_window_next(view_repo_window_t *window,
                           view_repo_strip_t *strip);

// Whether the strip is an hour of which not all counts.
bool view_repo_strip_is_cut(const view_repo_strip_t *strip);

#endif
