// fetcher - the actor that polls GitHub.
//
// Polls all configured sources as actors/fetch/plan.h decides, using
// github_client.h, and sends the events to the journal with producer.h, with
// the source's new cursor in the same batch.
//
//   at start   asks "log" for the cursors of its sources (LOG_CURSORS, names
//              "source:URL") until the journal answers; polls nothing before it
//              knows the position of each source
//   fetcher    REP: SOURCES_ASK -> SOURCES; anything else -> FAILURE
//   ingest     through the producer: batches, each with its dead letters
//   beats      "waiting for the journal", "live", "draining"; offset and end
//              are the log's end as of the last acknowledgement
//   pipe       "DRAIN": ends polls in progress (they will be repeated), waits
//              until the journal has everything that was accepted, then sends
//              "DRAINED". "$TERM": the same, for at most half a second
//
// Back-pressure: while the producer's window is full, nothing is polled.
//
// Fails     if a source is not a URL that can be requested, or out of memory at
//           start. Nothing that GitHub does makes it fail.

#ifndef OCTOLOG_ACTORS_FETCHER_FETCHER_H
#define OCTOLOG_ACTORS_FETCHER_FETCHER_H

#include "actors/runtime/actor.h"

void fetcher_actor(zsock_t *pipe, void *args);

#endif
