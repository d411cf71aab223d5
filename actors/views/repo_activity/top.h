// view_repo_top - the repositories with the most events in a window, exactly.
//
// Most repositories have few events, and a few have most of them. So first the
// ranks of the window's buckets are summed. Ranks leave out counts below each
// level's `least`; together, these bound how much any sum can be too low, and
// also how many events a repository without ranks can have. If the last of the
// best has more than that bound, the candidates that could still reach it are
// looked up in the pages, which gives the answer. Otherwise, and for types
// without a code, all pages are summed, as many shards at a time as fit into
// VIEW_REPO_TALLY_MAX repositories.
//
// All this runs in steps of a few milliseconds.
//
// Errors    0 or a negative errno, as view_question_t.answer.
// Memory    Up to 24 MB while the answer is computed.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_TOP_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_TOP_H

#include "actors/views/repo_activity/query.h"

typedef struct view_repo_top view_repo_top_t;

// Starts an answer. -E2BIG: asks for more than VIEW_REPO_TOP_MAX.
int view_repo_top_begin(view_repo_top_t **self,
                        const view_repo_top_asked_t *asked,
                        const view_rows_t *rows);
void view_repo_top_destroy(view_repo_top_t **self);

// Does one step, on the same rows. 1: not finished; 0: the answer is complete.
int view_repo_top_step(view_repo_top_t *top, const view_rows_t *rows,
                       view_repo_query_t *query, buffer_t *answer);

#endif
