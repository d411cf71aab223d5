// replay_views - builds views from the log, beside those that are served.
//
// All of them in one walk over the log, each into a new generation of its own,
// which is then adopted, compared, or described, and otherwise removed.
//
// Errors    0 or a negative errno; the reason is one line.
// Memory    Per view, what view.pending-bytes and view.cache-bytes allow.
// Threads   The caller's; folding also takes some of its own.

#ifndef OCTOLOG_TOOLS_REPLAY_REPLAY_VIEWS_H
#define OCTOLOG_TOOLS_REPLAY_REPLAY_VIEWS_H

#include "tools/replay/replay_view.h"

// Begins a new generation of each view, for this log. One of all of the log
// begins with what is sealed (actors/view_store/seal.h): `note` says what is
// wrong with that, `since` of the store what is missing. -EEXIST: `out` holds
// one already. -ERANGE: what the range begins with was dropped, or it ends
// before what is sealed does.
int replay_views_begin(replay_views_t *self, event_log_t *log);

// Folds what of the log is in the range and was not folded yet. May be called
// again when the log has grown.
int replay_views_fold(replay_views_t *self, event_log_t *log,
                      command_progress_t *progress);

// Computes the digest of each.
int replay_views_digest(replay_views_t *self);

// Makes one the generation in use and deletes those before it; nobody else may
// have them open. Closes it.
int replay_views_adopt(replay_views_t *self, replay_view_t *view);

// Puts one on disk and closes it, for somebody else to adopt: `generation`.
// Nobody deletes it until it is let go of.
int replay_views_hand_over(replay_views_t *self, replay_view_t *view);

// Lets go of what was handed over; deletes it if it was not adopted.
void replay_views_let_go(replay_view_t *view, bool adopted);

// Closes those still open and deletes their generations.
void replay_views_end(replay_views_t *self);

#endif
