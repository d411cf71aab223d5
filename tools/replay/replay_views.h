// replay_views - builds views from the log next to the live ones.
//
// All views are built in one walk over the log, each into a new generation. The
// generation is then adopted, compared or described; unless it is adopted, it
// is removed.
//
// Errors    0 or a negative errno; the reason is one line.
// Memory    Per view, view.pending-bytes and view.cache-bytes.
// Threads   The caller's; folding starts its own.

#ifndef OCTOLOG_TOOLS_REPLAY_REPLAY_VIEWS_H
#define OCTOLOG_TOOLS_REPLAY_REPLAY_VIEWS_H

#include "tools/replay/replay_view.h"

// Creates a new generation of each view for this log. A view of the whole log
// starts with the snapshot (actors/view_store/seal.h): `note` says what is
// wrong with it, `since` of the store from which offset on the view counts.
// -EEXIST: `out` already contains the view. -ERANGE: the start of the range was
// dropped, or it ends before the snapshot does.
int replay_views_begin(replay_views_t *self, event_log_t *log);

// Folds the events of the range that were not folded yet. May be called again
// when the log has grown.
int replay_views_fold(replay_views_t *self, event_log_t *log,
                      command_progress_t *progress);

// Computes the digest of each view.
int replay_views_digest(replay_views_t *self);

// Makes the view's new generation the current one, deletes earlier ones, which
// nobody else may have open, and closes the view.
int replay_views_adopt(replay_views_t *self, replay_view_t *view);

// Persists the view's new generation and closes it, so that another process can
// adopt it by its name, `generation`. It is protected from deletion until
// replay_views_let_go().
int replay_views_hand_over(replay_views_t *self, replay_view_t *view);

// Ends the protection of a generation that was handed over; deletes it if it
// was not adopted.
void replay_views_let_go(replay_view_t *view, bool adopted);

// Closes those still open and deletes their generations.
void replay_views_end(replay_views_t *self);

#endif
