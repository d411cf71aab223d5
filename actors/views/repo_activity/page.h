// view_repo_page - rewrites pages of counts, and the ranks derived from them.
//
// Errors    0 or a negative errno: -ENOMEM, -EUCLEAN for a damaged page.
// Memory    A page keeps its memory until it is freed.
// Threads   One at a time per object. Pure.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_PAGE_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_PAGE_H

#include "actors/views/repo_activity/changes.h"
#include "actors/views/view.h"

// The meaning of a change's number.
typedef enum {
    VIEW_REPO_SECONDS, // created_at; one entry per second
    VIEW_REPO_MOMENTS, // created_at; one entry in all
    VIEW_REPO_COUNTS,  // a count
} view_repo_number_t;

// Sorted changes of one page, read as entries: equal changes become one.
typedef struct {
    const view_repo_changes_t *all;
    const view_repo_pair_t *next;
    const view_repo_pair_t *end;
    view_repo_number_t number;
} view_repo_run_t;

// A zeroed struct is ready for use.
typedef struct {
    buffer_t counts;
    buffer_t ranks;
    size_t level;
    view_repo_count_t before;            // the previous entry
    view_repo_count_t ranked;            // the previous rank
    uint64_t sum;                        // of the previous entry's place
    view_repo_count_t subtotal;          // of its type
    view_repo_count_t high[EVENT_TYPES]; // types of that place that are ranks
    size_t high_count;
} view_repo_page_t;

void view_repo_page_free(view_repo_page_t *page);

// Merges the run into the row of its page, and puts the ranks derived from it.
// Moves run->next to the end of the run.
int view_repo_page_merge(view_repo_page_t *page, const view_rows_t *rows,
                         size_t level, uint32_t bucket, view_repo_run_t *run);

#endif
