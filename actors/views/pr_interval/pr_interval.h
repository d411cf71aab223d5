// view_pr_interval - the time between a repository's pull requests.
//
// For the PullRequestEvents of one repository, in order of created_at: their
// number, the first, the last, and the average, median and 90th percentile of
// the time between successive events; for all actions together and for each
// action. rows.h describes the rows.
//
// The repository's id identifies it, so a renamed repository keeps one history.
// If an event has no id (archives before 2015), the repository's name is used
// instead. A name, in any case, leads to the repository whose PullRequestEvents
// used it last by created_at. So the old name of a renamed repository leads to
// it until another repository uses that name. An event that has neither an id
// nor a name of the form owner/name is left out; one with an id but no name is
// counted, but adds no name.
//
// Late events are sorted in by created_at. Log offsets distinguish events of
// the same second. Only in this do the rows depend on the order of arrival;
// answers do not.
//
// Average   (last - first) / (count - 1).
// Median    Linear interpolation between the closest ranks; the percentile
//           likewise.

#ifndef OCTOLOG_ACTORS_VIEWS_PR_INTERVAL_PR_INTERVAL_H
#define OCTOLOG_ACTORS_VIEWS_PR_INTERVAL_PR_INTERVAL_H

#include "actors/views/pr_interval/messages.h"
#include "actors/views/view.h"

extern const view_class_t view_pr_interval;

// Asked with a view_pr_asked_t. -E2BIG: exceeds the bounds of messages.h; ask
// for a shorter window.
extern const view_question_t view_pr_question;

#endif
