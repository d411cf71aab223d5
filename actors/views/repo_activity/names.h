// view_repo_names - the tables of names and links of view_repo_activity.
//
// A flush does not read what is there: it adds sorted parts, and rows merge.
//
// Errors    0 or a negative errno: -ENOMEM, -EUCLEAN for a damaged page.
// Threads   One at a time per changes; merging any.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_NAMES_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_NAMES_H

#include "actors/views/repo_activity/changes.h"
#include "actors/views/view.h"

// Adds all namings, and the links that lead to them.
int view_repo_names_flush(const view_repo_changes_t *changes,
                          const view_rows_t *rows);

// As view_class_t.merge, for rows of these tables.
int view_repo_names_merge(slice_t key, const slice_t *parts, size_t count,
                          buffer_t *row);

#endif
