// journal - the actor that writes the log.
//
// It owns the log in the data directory as its only writer. Batches of events
// arrive on "ingest". All waiting batches are appended as one group with one
// sync; only then are they published and acknowledged:
//
//   producer -> "ingest"   [PUBLISH] [head] [payload] [list of REJECT]
//   "feed" -> all          ["E"] [head]        each committed batch that has
//                                              events, in order
//   "feed" -> a producer   ["A" hex16] [ACK]   once per group for each producer
//                                              in it; and when it subscribes
//   "feed" -> all          ["H"] [HEARTBEAT]   every spine.heartbeat-ms, and
//                                              when someone subscribes to it
//   "log", "admin-log"     see log_server.h; a separate thread each
//
// Between groups it drops what retention.h allows. A HEARTBEAT says up to which
// offset the views must take a snapshot for that; they report it with SEALED.
//
// Sending never blocks: a subscriber that is SOCKET_HWM messages behind loses
// some and reads them from the log. Damaged batches are counted, reported and
// dropped; their producer sends them again.
//
// Fails     if the log cannot be opened or a commit fails, with the log's
//           reason; nothing is acknowledged after that. A restart recovers.

#ifndef OCTOLOG_ACTORS_JOURNAL_JOURNAL_H
#define OCTOLOG_ACTORS_JOURNAL_JOURNAL_H

#include "actors/runtime/actor.h"

void journal_actor(zsock_t *pipe, void *args);

#endif
