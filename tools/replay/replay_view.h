// replay_view - a view being built from the log, and all views of a run.
//
// Memory    Freed by replay_views_end() (tools/replay/replay_views.h).

#ifndef OCTOLOG_TOOLS_REPLAY_REPLAY_VIEW_H
#define OCTOLOG_TOOLS_REPLAY_REPLAY_VIEW_H

#include "actors/view_store/engine.h"
#include "proto/base/failure.h"
#include "tools/command/replay_range.h"

typedef struct {
    const view_class_t *view;
    view_engine_t engine;
    uint64_t until;  // first offset to leave out
    uint64_t events; // folded
    failure_t note;  // what is wrong with its snapshot
    view_digest_value_t digest;
    int hold; // lock on a generation that was handed over
    char generation[VIEW_GENERATION_NAME_MAX]; // its name
    // The live view's, for replay --verify.
    message_view_digest_t live;
} replay_view_t;

typedef struct {
    const config_t *config; // borrowed
    const char *out;        // NULL: the configured place of views
    replay_range_t range;
    unsigned threads; // to fold with; 0: replay_parts_count()
    replay_view_t views[CONFIG_VIEWS_MAX];
    size_t count;
    failure_t failure; // the last
} replay_views_t;

#endif
