// view_repo_rollup - rolls up the hours of view_repo_activity into days, and
// days into spans.
//
// A flush counts hours. The pages of a day are made once, from those of its
// hours, when an event of a later day has arrived; those of a span of 32 days
// likewise from its days. So each event is written once per level, however
// often changes are flushed. A late event, for a day that is already rolled up,
// is counted at every level that has its page.
//
// Rolling up runs in steps of bounded size and records its progress in a row:
// for each level, the bucket and the shard before which all is rolled up. It is
// complete when it reaches the newest event.
//
// Errors    0 or a negative errno: -ENOMEM, -EUCLEAN for a damaged row.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_ROLLUP_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_ROLLUP_H

#include "actors/views/repo_activity/page.h"

// The progress of one level: everything before this place is rolled up.
typedef struct {
    uint32_t bucket;
    uint32_t shard; // of the level below
} view_repo_mark_t;

// The lowest level's mark is unused: hours need no rolling up.
typedef struct {
    view_repo_mark_t marks[VIEW_REPO_LEVELS];
} view_repo_rolled_t;

int view_repo_rolled_read(const view_rows_t *rows, view_repo_rolled_t *rolled);

// Whether the place is rolled up: its page at `level` exists and has the events
// of its parts.
bool view_repo_is_rolled(const view_repo_rolled_t *rolled, size_t level,
                         uint32_t bucket, uint64_t place);

// Does one step of rolling up buckets that ended before the newest event. 1:
// more to do; 0: complete.
int view_repo_roll_up(const view_rows_t *rows, uint32_t newest,
                      view_repo_page_t *page);

#endif
