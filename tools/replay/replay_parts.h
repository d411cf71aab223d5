// replay_parts - folds a range of the log into views, on several cores.
//
// A fold does not depend on the order in which events come
// (actors/views/view.h). So the range is cut into parts of the same length,
// each walked by a thread of its own that folds into states of its own; they
// take turns to merge these into the rows of the view that all of them build.
// While they do, a store's checkpoint says nothing: it is right when all is
// done, which is before anybody else sees it.
//
// Errors    0 or a negative errno; the reason is one line. The views then hold
//           a part of it and are good for nothing but to be removed.
// Memory    A state per view and part; view.pending-bytes is shared out among
//           them.
// Threads   Of its own, all ended when it returns.

#ifndef OCTOLOG_TOOLS_REPLAY_REPLAY_PARTS_H
#define OCTOLOG_TOOLS_REPLAY_REPLAY_PARTS_H

#include "tools/replay/replay_view.h"

#define REPLAY_PARTS_MAX 64

// How many parts are worth their threads: one a core, none shorter than some
// hundred thousand events.
unsigned replay_parts_count(uint64_t events);

// Folds the events of the range that the views do not hold yet, in `count`
// parts, 1 to REPLAY_PARTS_MAX. Moves the views' positions and counts.
int replay_parts_fold(replay_views_t *views, event_log_t *log,
                      const replay_range_t *range, unsigned count,
                      command_progress_t *progress);

#endif
