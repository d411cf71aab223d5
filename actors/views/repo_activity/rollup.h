// view_repo_rollup - days and spans of view_repo_activity, made of their parts.
//
// Hours are counted as events come. A day's pages are made once, from those of
// its hours, when an event of a later day has come; those of a span of 32 days
// likewise from its days. So each event is written once a level, however often
// changes are flushed. What comes late, for a day that is rolled up, is counted
// at each of its levels.
//
// Rolling up goes in steps of bounded size and says in a row how far it is:
// days and spans before a bucket, and of that bucket the shards of its parts
// before a number. Rows are settled when it has come up to the newest event.
//
// Errors    0 or a negative errno: -ENOMEM, -EUCLEAN for a damaged row.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_ROLLUP_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_ROLLUP_H

#include "actors/views/repo_activity/page.h"

// Of one level: all before this place.
typedef struct {
    uint32_t bucket;
    uint32_t shard; // of the level below
} view_repo_mark_t;

// The lowest level has none: it is always there.
typedef struct {
    view_repo_mark_t marks[VIEW_REPO_LEVELS];
} view_repo_rolled_t;

int view_repo_rolled_read(const view_rows_t *rows, view_repo_rolled_t *rolled);

// Whether the page of a level has what its parts have.
bool view_repo_is_rolled(const view_repo_rolled_t *rolled, size_t level,
                         uint32_t bucket, uint64_t place);

// Rolls up a step more of what ended before the newest event. 1: there is more;
// 0: all is rolled up.
int view_repo_roll_up(const view_rows_t *rows, uint32_t newest,
                      view_repo_page_t *page);

#endif
