// view_repo_activity - how many events of each type each repository and each
// organisation has, in any window, and which repositories have most.
//
// Counts by created_at, exact to the second. A subject is known by GitHub's id,
// so that a renamed repository keeps one history; where an event has no id
// (archives before 2015), by its name in lower case. A name leads to whoever
// began to bear it last; a subject is called what it began to be called last.
// An event without an id and without a name of the form owner/name belongs to
// no repository, one without `org` to no organisation. Nothing depends on the
// order of arrival.
//
// Cost. One row a repository and bucket of time would take a look-up and a
// write an event, for half of all repositories have one event a day. So a row
// is a page of many subjects (view_repo_rows.h): a flush sorts what came and
// merges it into the pages of the hours it touches; days and spans of 32 days
// are made of them once (view_repo_rollup.h). Names are written once, not at
// each event, as parts that are merged when somebody looks or rows are moved
// anyway. So an event costs the same however long the log is.
//
// A window is hours, cut to the second at its ends, days, and spans, as large
// as fit. The top of a window is exact (view_repo_top.h).

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_REPO_ACTIVITY_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_REPO_ACTIVITY_H

#include "actors/views/repo_activity/messages.h"
#include "actors/views/view.h"

extern const view_class_t view_repo_activity;

// Asked with a view_repo_top_asked_t. A window that ends before it starts is
// empty. -E2BIG: a limit above VIEW_REPO_TOP_MAX.
extern const view_question_t view_repo_top_question;

// Asked with a view_repo_asked_t; they differ in the JSON.
extern const view_question_t view_repo_question, view_repo_counts_question;

#endif
