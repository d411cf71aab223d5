// aggregator - the actor that serves one view; its name is the view's.
//
//   "feed" -> here     ["E"] [head]       the next batch, or a hint that there
//                                         is one
//                      ["H"] [HEARTBEAT]  where the log ends
//   here -> "log"      LOG_READ           what the feed did not bring
//   api -> "view-NAME"       questions: view_questions.h
//   replay -> "admin-NAME"   digests and other generations: view_admin.h
//
// What takes long goes on a step at a time, between batches: a slow question,
// the roll-up of rows, a digest.
//
// An answer holds everything applied so far, and says up to which offset that
// is. `fresh` is 0 when the journal was silent for too long, see
// actor_hears().
//
// What the log drops is sealed by view_sealer.h, in a thread beside.
//
// A view that is damaged, of another format, ahead of the log, behind its front
// or made from another log is reported in one line and rebuilt, from what is
// sealed and the log, while it is served. Where the front of the log is gone
// and not sealed, as for a view that is new in the configuration, it begins
// there: that is reported, and `since` of its answers says it. It is LIVE as
// soon as it answers; its beats say "catching up" until it has met the log's
// end once.
//
// A full disk or an exhausted quota stops what it takes in, not its answers:
// they are of its last checkpoint, their lag grows, and its beats say "out of
// disk space". It looks every second whether there is room, and then goes on.
//
// Fails     when its folder cannot be used (no access, in use, disk full before
//           it ever held anything), and
//           when rebuilding did not help three times in a row.

#ifndef OCTOLOG_ACTORS_AGGREGATOR_AGGREGATOR_H
#define OCTOLOG_ACTORS_AGGREGATOR_AGGREGATOR_H

#include "actors/runtime/actor.h"

void aggregator_actor(zsock_t *pipe, void *args);

#endif
