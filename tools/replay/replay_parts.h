// replay_parts - folds a range of the log into views on several cores.
//
// A fold does not depend on the order of events (actors/views/view.h). The
// range is therefore cut into parts of equal length. Each part has its own
// thread, which folds into its own states; the threads take turns merging these
// into the rows of the shared view. Meanwhile a store's checkpoint is
// meaningless; it is correct when all parts are done, before anyone else sees
// it.
//
// Errors    0 or a negative errno; the reason is one line. After an error the
//           views are incomplete and must be removed.
// Memory    One state per view and part; they share view.pending-bytes.
// Threads   Starts its own; all have ended when it returns.

#ifndef OCTOLOG_TOOLS_REPLAY_REPLAY_PARTS_H
#define OCTOLOG_TOOLS_REPLAY_REPLAY_PARTS_H

#include "tools/replay/replay_view.h"

#define REPLAY_PARTS_MAX 64

// The number of parts worth a thread: one per core, but none shorter than some
// hundred thousand events.
unsigned replay_parts_count(uint64_t events);

// Folds those events of the range that the views do not contain yet, in `count`
// parts, 1 to REPLAY_PARTS_MAX. Updates the views' positions and counts.
int replay_parts_fold(replay_views_t *views, event_log_t *log,
                      const replay_range_t *range, unsigned count,
                      command_progress_t *progress);

#endif
