// view_repo_names - the tables of names and links of view_repo_activity.
//
// A flush does not read the existing rows: it adds sorted parts, which are
// merged into rows later.
//
// Errors    0 or a negative errno: -ENOMEM, -EUCLEAN for a damaged page.
// Threads   view_repo_names_flush(): one at a time per changes.
//           view_repo_names_merge(): any.

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_NAMES_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_NAMES_H

#include "actors/views/repo_activity/changes.h"
#include "actors/views/view.h"

// Adds all namings, and the links to their subjects.
int view_repo_names_flush(const view_repo_changes_t *changes,
                          const view_rows_t *rows);

// As view_class_t.merge, for rows of these tables.
int view_repo_names_merge(slice_t key, const slice_t *parts, size_t count,
                          buffer_t *row);

#endif
