// view_pr_interval - how long a repository's pull requests are apart.
//
// Over the PullRequestEvents of one repository, in order of created_at: how
// many, the first, the last, the average, median and 90th percentile of the
// time between successive ones; for all actions together and for each. Rows
// are in view_pr_rows.h.
//
// Which repository an event belongs to is said by its repository's id, so that
// a renamed repository keeps one history. Where an event has no id (archives
// before 2015), its name stands for it. A name, in any case of letters, leads
// to the repository whose PullRequestEvents used it last by created_at; thus
// the old name of a renamed repository leads to it until somebody else uses
// that name. An event without an id and without a name of the form owner/name
// belongs to nobody and is left out; one with an id alone counts, but teaches
// no name.
//
// Late events fall into their place. Log offsets tell apart events of one
// second; only in that the rows depend on the order of arrival, answers do not.
//
// Average   (last - first) / (count - 1).
// Median    and percentile: linear between the closest ranks.

#ifndef OCTOLOG_ACTORS_VIEWS_PR_INTERVAL_PR_INTERVAL_H
#define OCTOLOG_ACTORS_VIEWS_PR_INTERVAL_PR_INTERVAL_H

#include "actors/views/pr_interval/messages.h"
#include "actors/views/view.h"

extern const view_class_t view_pr_interval;

// Asked with a view_pr_asked_t. -E2BIG: beyond the bounds of messages.h; ask
// for a shorter window.
extern const view_question_t view_pr_question;

#endif
