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
    buffer_t counts;          // the list of them
    buffer_t name;
} view_repo_query_t;

// The range of created_at of all events; oldest > newest if there are none.
typedef struct {
    uint32_t oldest;
    uint32_t newest;
} view_repo_bounds_t;

int view_repo_query_init(view_repo_query_t *query);

// Frees what it holds; accepts a zeroed struct.
void view_repo_query_free(view_repo_query_t *query);

int view_repo_query_bounds(const view_rows_t *rows, view_repo_bounds_t *bounds);

// Narrows a window to the range that has events, using the rows.
int view_repo_query_window(const view_rows_t *rows, uint64_t start,
                           uint64_t end, view_repo_window_t *window);

// Sets query->name to the name that a subject took most recently: 1, or 0 if it
// has no name.
int view_repo_query_name(view_repo_query_t *query, const view_rows_t *rows,
                         uint64_t place);

// Appends the whole answer.
int view_repo_query_activity(view_repo_query_t *query, const view_rows_t *rows,
                             const view_repo_asked_t *asked, buffer_t *answer);

#endif
