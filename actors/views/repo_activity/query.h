// view_repo_query - answers questions to view_repo_activity from its rows.
//
// Errors    0 or a negative errno, as view_question_t.answer.
// Memory    What is passed in is borrowed for the call.
// Threads   One at a time per query.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_QUERY_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_QUERY_H

#include "actors/views/event_page.h"
#include "actors/views/repo_activity/messages.h"
#include "actors/views/repo_activity/window.h"
#include "actors/views/view.h"

typedef struct {
    view_event_page_t *total; // counts by type, in slot 0
    buffer_t counts;          // its bytes
    buffer_t name;
} view_repo_query_t;

// created_at of all events; oldest > newest where there are none.
typedef struct {
    uint32_t oldest;
    uint32_t newest;
} view_repo_bounds_t;

int view_repo_query_init(view_repo_query_t *query);

// A zeroed one is fine, too.
void view_repo_query_free(view_repo_query_t *query);

int view_repo_query_bounds(const view_rows_t *rows, view_repo_bounds_t *bounds);

// The part of a window where there are events, as rows have it.
int view_repo_query_window(const view_rows_t *rows, uint64_t start,
                           uint64_t end, view_repo_window_t *window);

// Finds what a subject began to be called last: 1, or 0 where it has no name.
// query->name becomes it.
int view_repo_query_name(view_repo_query_t *query, const view_rows_t *rows,
                         uint64_t place);

// Appends the whole answer.
int view_repo_query_activity(view_repo_query_t *query, const view_rows_t *rows,
                             const view_repo_asked_t *asked, buffer_t *answer);

#endif
