// view_repo_top - which repositories have most events in a window, exactly.
//
// Most repositories have few events, and few have most. So first the ranks of
// the window's buckets are added up, which leave the few out: no sum is then
// too low by more than all ranks together may have left out, and a repository
// without any has no more than that. If the last of the best has more, those
// that may still be better are looked up in the pages, and that is the answer.
// Otherwise, and for types without a code, all pages are added up, as many
// shards at a time as fit into VIEW_REPO_TALLY_MAX repositories.
//
// All of it in steps of some milliseconds.
//
// Errors    0 or a negative errno, as view_question_t.answer.
// Memory    Up to 24 MB while it is worked out.
// Threads   One at a time per object.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_TOP_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_TOP_H

#include "actors/views/repo_activity/query.h"

typedef struct view_repo_top view_repo_top_t;

// Begins to answer. -E2BIG: more than VIEW_REPO_TOP_MAX are asked for.
int view_repo_top_begin(view_repo_top_t **self,
                        const view_repo_top_asked_t *asked,
                        const view_rows_t *rows);
void view_repo_top_destroy(view_repo_top_t **self);

// Does a step, on the same rows: 1, or 0 once the answer is whole.
int view_repo_top_step(view_repo_top_t *top, const view_rows_t *rows,
                       view_repo_query_t *query, buffer_t *answer);

#endif
