// timeline - past events, in the order in which they became visible.
//
// Pure: time is an argument. Positions count all events that ever became
// visible, from 0. A *snapshot* is a position and stands for what was visible
// then; all pages of a walk show the same snapshot.
//
// Errors    0 or -ENOMEM.
// Memory    Keeps the newest `keep` visible events and all pending ones.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_SIM_TIMELINE_H
#define OCTOLOG_TOOLS_SIM_TIMELINE_H

#include "tools/sim/sim_event.h"

// GitHub shows at most this many events of a feed.
#define TIMELINE_WINDOW 300

typedef struct timeline timeline_t;

typedef enum {
    TIMELINE_ALL,
    TIMELINE_PUSHES, // {Push, Create, Delete}
    TIMELINE_OTHERS,
    TIMELINE_REPO_ID,
    TIMELINE_REPO, // this and the following by sim_event_key()
    TIMELINE_ORG,
    TIMELINE_ACTOR,
} timeline_filter_t;

typedef struct {
    timeline_filter_t filter;
    uint64_t key; // an id or a key; unused by the first three
} timeline_query_t;

timeline_t *timeline_new(size_t keep);
void timeline_destroy(timeline_t **timeline);

// Copies the event, which becomes visible at that time.
int timeline_add(timeline_t *timeline, const event_t *event,
                 int64_t visible_at_us);

// The same, but takes the event instead of copying it; on failure it still
// belongs to the caller.
int timeline_take(timeline_t *timeline, sim_event_t *event,
                  int64_t visible_at_us);

// Makes due events visible.
void timeline_advance(timeline_t *timeline, int64_t now_us);

// The position after the newest visible event.
uint64_t timeline_end(const timeline_t *timeline);

// Fills `events` with up to `limit` matching events, newest first, as of the
// snapshot. They belong to the timeline and are valid until its next change.
size_t timeline_find(const timeline_t *timeline, timeline_query_t query,
                     uint64_t snapshot, sim_event_t **events, size_t limit);

// Whether any event, visible or pending, matches.
bool timeline_knows(const timeline_t *timeline, timeline_query_t query);

// Hides a visible event until a later time, when it appears as new.
int timeline_withhold(timeline_t *timeline, sim_event_t *event,
                      int64_t until_us);

#endif
