// replay_view_t - a view that is built from the log, and all of a run.
//
// Memory    Freed by replay_views_end() (tools/replay/replay_views.h).

#ifndef OCTOLOG_TOOLS_REPLAY_REPLAY_VIEW_H
#define OCTOLOG_TOOLS_REPLAY_REPLAY_VIEW_H

#include "actors/view_store/engine.h"
#include "tools/command/replay_range.h"

typedef struct {
    const view_class_t *view;
    view_engine_t engine;
    uint64_t until;                   // events from this offset on are left out
    uint64_t events;                  // folded
    char note[VIEW_STORE_REASON_MAX]; // on its beginning, for a person
    view_digest_value_t digest;
    int hold; // on a generation that was handed over
    char generation[VIEW_GENERATION_NAME_MAX]; // that one
    // What it is compared with; replay --verify.
    message_view_digest_t live;
} replay_view_t;

typedef struct {
    const config_t *config; // borrowed
    const char *out;        // NULL: where the configuration keeps views
    replay_range_t range;
    unsigned threads; // to fold with; 0: as replay_parts.h sees fit
    replay_view_t views[CONFIG_VIEWS_MAX];
    size_t count;
    char reason[REPLAY_REASON_MAX];
} replay_views_t;

#endif
