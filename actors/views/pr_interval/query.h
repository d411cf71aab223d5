// view_pr_query - answers questions to view_pr_interval from its rows.
//
// Errors    0 or a negative errno, as view_question_t.answer.
// Memory    What is passed in is borrowed for the call.
// Threads   One at a time per query.

#ifndef OCTOLOG_ACTORS_VIEWS_PR_INTERVAL_QUERY_H
#define OCTOLOG_ACTORS_VIEWS_PR_INTERVAL_QUERY_H

#include "actors/views/pr_interval/messages.h"
#include "actors/views/view.h"

typedef struct {
    buffer_t name; // "owner/name" in lower case, then as spelled
    buffer_t repo; // row that the name leads to
    buffer_t from; // bounds of a scan
    buffer_t until;
} view_pr_query_t;

// Frees what a query holds; a zeroed one is ready for use.
void view_pr_query_free(view_pr_query_t *query);

// Appends the whole answer.
int view_pr_query_answer(view_pr_query_t *query, const view_rows_t *rows,
                         const view_pr_asked_t *asked, buffer_t *answer);

// Appends a name in lower case. Converts A to Z only: GitHub's names are ASCII.
void view_pr_query_lower(buffer_t *out, slice_t name);

#endif
