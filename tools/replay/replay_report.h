// replay_report - prints what a replay did, as lines or as one JSON document.
//
// Errors    -EIO: standard output is gone.
// Threads   The caller's.

#ifndef OCTOLOG_TOOLS_REPLAY_REPLAY_REPORT_H
#define OCTOLOG_TOOLS_REPLAY_REPLAY_REPORT_H

#include "tools/replay/replay_views.h"

// Each view was rebuilt and is served from now on.
int replay_report_rebuilt(const replay_views_t *views, bool json);

// Each view was compared; *equal becomes whether none differs.
int replay_report_compared(const replay_views_t *views, bool json, bool *equal);

// What each view, built into a folder, holds. The views must still be open.
int replay_report_built(replay_views_t *views, bool json);

int replay_report_published(uint64_t events, bool json);

#endif
