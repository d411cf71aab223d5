// names - what more than one of octolog's processes spells.
//
// Views and cursors are called by these names in the configuration, in
// messages, in the log and in addresses of the REST service.
//
// Errors    None.
// Memory    Slices borrow what they were cut from.
// Threads   Any.

#ifndef OCTOLOG_PROTO_BASE_NAMES_H
#define OCTOLOG_PROTO_BASE_NAMES_H

#include "proto/base/slice.h"

#include <stdbool.h>

// The views, and a list of them all.
#define NAMES_EVENT_COUNTS  "event_counts"
#define NAMES_PR_INTERVAL   "pr_interval"
#define NAMES_REPO_ACTIVITY "repo_activity"
#define NAMES_VIEWS                                                            \
    NAMES_EVENT_COUNTS " " NAMES_PR_INTERVAL " " NAMES_REPO_ACTIVITY

// Cursors of the log: "source:NAME", where a source stands, and
// "producer:HEX16", what that producer's last batch was.
#define NAMES_SOURCE_CURSOR   "source:"
#define NAMES_PRODUCER_CURSOR "producer:"

// The source whose cursor is called so. false: it is no source's.
bool names_cut_source(slice_t cursor, slice_t *source);

#endif
