// aggregator - the actor that serves one view; its name is the view's.
//
//   "feed" -> here     ["E"] [head]       the next batch, or a hint that there
//                                         is one
//                      ["H"] [HEARTBEAT]  the log's end
//   here -> "log"      LOG_READ           what the feed did not bring
//   api -> "view-NAME"       questions: questions.h
//   replay -> "admin-NAME"   digests and other generations: admin.h
//
// Long work is done in steps between batches: slow questions, rolling up rows,
// digests.
//
// An answer covers everything applied so far and says up to which offset.
// `fresh` is 0 if the journal has been silent for too long; see actor_hears().
//
// sealer.h takes a snapshot of what the log drops, in a separate thread.
//
// A view that is damaged, has another format, is ahead of the log, is behind
// its front, or was made from another log is reported in one line and rebuilt
// from its snapshot and the log while it serves answers. If the front of the
// log has been dropped and there is no snapshot, as for a view that is new in
// the configuration, the view begins where the log begins. This is reported,
// and `since` in its answers shows it. It is LIVE as soon as it answers; its
// heartbeats say "catching up" until it has reached the log's end once.
//
// A full disk or an exhausted quota stops it from applying batches, not from
// answering: answers are as of its last checkpoint, their lag grows, and its
// heartbeats say "out of disk space". It checks every second whether there is
// room again, and then continues.
//
// Fails     if its folder cannot be used (no access, in use, or the disk full
//           before it held anything), and if rebuilding did not help three
//           times in a row.

#ifndef OCTOLOG_ACTORS_AGGREGATOR_AGGREGATOR_H
#define OCTOLOG_ACTORS_AGGREGATOR_AGGREGATOR_H

#include "actors/runtime/actor.h"

void aggregator_actor(zsock_t *pipe, void *args);

#endif
