// view_repo_activity - the number of events of each type for each repository
// and organisation in any window, and the repositories with the most events.
//
// Counts by created_at, exact to the second. A subject is identified by
// GitHub's id, so a renamed repository keeps one history; if an event has no id
// (archives before 2015), by its name in lower case. A name leads to the
// subject that took it most recently, and a subject's name is the one that it
// took most recently. An event that has neither an id nor a name of the form
// owner/name belongs to no repository, one without `org` to no organisation.
// Nothing depends on the order of arrival.
//
// Cost      One row per repository and time bucket would cost a look-up and a
//           write per event, since half of all repositories have one event a
//           day. So a row is a page of many subjects (rows.h). A flush sorts
//           the changes and merges them into the pages of the hours concerned;
//           days and spans of 32 days are built from those once (rollup.h).
//           Names are written once, not with every event, as parts that are
//           merged when they are read or when the store moves rows anyway. So
//           the cost of an event does not grow with the log.
//
// A window is made up of the largest buckets that fit: hours, cut to the second
// at its ends, days, and spans. The top of a window is exact (top.h).

#ifndef OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_REPO_ACTIVITY_H
#define OCTOLOG_ACTORS_VIEWS_REPO_ACTIVITY_REPO_ACTIVITY_H

#include "actors/views/repo_activity/messages.h"
#include "actors/views/view.h"

extern const view_class_t view_repo_activity;

// Asked with a view_repo_top_asked_t. A window that ends before it starts is
// empty. -E2BIG: a limit above VIEW_REPO_TOP_MAX.
extern const view_question_t view_repo_top_question;

// Asked with a view_repo_asked_t. They differ only in their JSON.
extern const view_question_t view_repo_question, view_repo_counts_question;

#endif
