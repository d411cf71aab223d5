// journal - the actor that writes the log.
//
// It owns the log of config's data directory, as its only writer. Events come
// in by "ingest", batch by batch; what is waiting is appended as one group, on
// disk with one sync, and only then spoken of:
//
//   producer -> "ingest"   [PUBLISH] [head] [payload] [list of REJECT]
//   "feed" -> all          ["E"] [head]        each committed batch that holds
//                                              events, in order
//   "feed" -> a producer   ["A" hex16] [ACK]   once a group, for each producer
//                                              in it; and when it subscribes
//   "feed" -> all          ["H"] [HEARTBEAT]   every spine.heartbeat-ms; and
//                                              when somebody subscribes to it
//   "log", "admin-log"     see log_server.h, a thread of its own each
//
// Between groups it drops what retention.h lets go. A HEARTBEAT says up to
// where the views are to seal the log for that; they report it by SEALED.
//
// Sending never waits: a subscriber that is SOCKET_HWM messages behind loses
// some, and reads them from the log. Damaged batches are counted, reported and
// dropped: whoever sent them sends them again.
//
// Fails     when the log cannot be opened or a commit fails, with the log's
//           reason: never an acknowledgement after that. A restart recovers.

#ifndef OCTOLOG_ACTORS_JOURNAL_JOURNAL_H
#define OCTOLOG_ACTORS_JOURNAL_JOURNAL_H

#include "actors/runtime/actor.h"

void journal_actor(zsock_t *pipe, void *args);

#endif
