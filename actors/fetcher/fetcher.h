// fetcher - the actor that polls GitHub.
//
// Every source of config is polled as fetch_plan.h decides, by github_client.h;
// what a poll brought goes to the journal by producer.h, with the source's new
// cursor in the same batch.
//
//   at start   asks "log" for the cursors of its sources (LOG_CURSORS, names
//              "source:URL"), until the journal answers: nothing is polled
//              before it is known where each source stands
//   fetcher    REP: SOURCES_ASK -> SOURCES; all else -> FAILURE
//   ingest     by the producer: batches, each with the rejects beside it
//   beats      "waiting for the journal", "live", "draining"; offset and end
//              are the log's end, as the last acknowledgement gave it
//   pipe       "DRAIN": ends what is under way (it will be asked for again),
//              waits until the journal has all that was accepted, then
//              "DRAINED". "$TERM": the same, half a second at most
//
// Back-pressure: while the producer's window is full, nothing is polled.
//
// Fails     when a source is no URL that can be asked, or memory runs out at
//           the start. What GitHub does is never a reason to fail.

#ifndef OCTOLOG_ACTORS_FETCHER_FETCHER_H
#define OCTOLOG_ACTORS_FETCHER_FETCHER_H

#include "actors/runtime/actor.h"

void fetcher_actor(zsock_t *pipe, void *args);

#endif
