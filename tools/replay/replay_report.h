// replay_report - prints the result of a replay, as lines or as one JSON
// document.
//
// Errors    -EIO: standard output cannot be written.
// Threads   The caller's.

#ifndef OCTOLOG_TOOLS_REPLAY_REPLAY_REPORT_H
#define OCTOLOG_TOOLS_REPLAY_REPLAY_REPORT_H

#include "tools/replay/replay_views.h"

// Every view was rebuilt and is now served.
int replay_report_rebuilt(const replay_views_t *views, bool json);

// Every view was compared; *equal becomes whether all are equal.
int replay_report_compared(const replay_views_t *views, bool json, bool *equal);

// Prints the totals of views built into a folder. They must still be open.
int replay_report_built(replay_views_t *views, bool json);

int replay_report_published(uint64_t events, bool json);

#endif
