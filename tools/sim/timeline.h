// timeline - the events that have happened, in the order they became visible.
//
// Pure: time comes in as an argument. Positions count every event that ever
// became visible, from 0; a *snapshot* is a position, and shows what was
// visible then (walking pages sees one snapshot).
//
// Errors    0 or -ENOMEM.
// Memory    Keeps the newest `keep` visible events and all pending ones.
// Threads   One at a time per object.

#ifndef OCTOLOG_TOOLS_SIM_TIMELINE_H
#define OCTOLOG_TOOLS_SIM_TIMELINE_H

#include "tools/sim/sim_event.h"

// GitHub shows no more than this of any feed.
#define TIMELINE_WINDOW 300

typedef struct timeline timeline_t;

typedef enum {
    TIMELINE_ALL,
    TIMELINE_PUSHES, // {Push, Create, Delete}
    TIMELINE_OTHERS,
    TIMELINE_REPO_ID,
    TIMELINE_REPO, // the rest by sim_event_key()
    TIMELINE_ORG,
    TIMELINE_ACTOR,
} timeline_filter_t;

typedef struct {
    timeline_filter_t filter;
    uint64_t key; // an id or a key; unused by the first three
} timeline_query_t;

timeline_t *timeline_new(size_t keep);
void timeline_destroy(timeline_t **timeline);

// Copies the event; it becomes visible at that time.
int timeline_add(timeline_t *timeline, const event_t *event,
                 int64_t visible_at_us);

// The same for an event that is taken instead of copied; on failure it stays
// the caller's.
int timeline_take(timeline_t *timeline, sim_event_t *event,
                  int64_t visible_at_us);

// Makes visible what is due.
void timeline_advance(timeline_t *timeline, int64_t now_us);

// The position after the newest visible event.
uint64_t timeline_end(const timeline_t *timeline);

// Fills `events` with what matches, newest first, up to `limit`, as it was at
// the snapshot. They are the timeline's, until its next change.
size_t timeline_find(const timeline_t *timeline, timeline_query_t query,
                     uint64_t snapshot, sim_event_t **events, size_t limit);

// Whether any event, visible or to come, matches.
bool timeline_knows(const timeline_t *timeline, timeline_query_t query);

// Takes a visible event away until a later time, when it is shown as new.
int timeline_withhold(timeline_t *timeline, sim_event_t *event,
                      int64_t until_us);

#endif
