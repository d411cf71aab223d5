// view_sealer - keeps a view's snapshot as far as retention wants it.
//
// A separate thread beside the aggregator, so that folding what will be dropped
// delays no answer. The feed tells it what the journal wants to drop. It folds
// the log up to there into the snapshot (actors/view_store/seal.h), persists
// it, and only then reports it:
//
//   "feed" -> here   ["H"] [HEARTBEAT]   keep: take a snapshot up to there
//   here -> "log"    LOG_READ            what the snapshot lacks
//                    SEALED              up to where it is on disk; repeated
//                                        every second, for a journal that has
//                                        been restarted
//   here -> owner    "RENEW"             the snapshot is lost: call
//                                        view_sealer_serve()
//
// Without retention it does nothing and takes no snapshot. A failure is
// reported and tried again a second later; until it succeeds, nothing is
// dropped.
//
// Errors    0 or a negative errno.
// Memory    While it folds, as much as one more view: view.cache-bytes and
//           twice view.pending-bytes.
// Threads   Runs a separate thread; the owner calls the functions below.

#ifndef OCTOLOG_ACTORS_AGGREGATOR_SEALER_H
#define OCTOLOG_ACTORS_AGGREGATOR_SEALER_H

#include "actors/view_store/engine.h"

#include <czmq.h>

typedef struct view_sealer view_sealer_t;

// config and view must outlive it. -ENOMEM and those of socket_connect().
int view_sealer_new(view_sealer_t **sealer, const config_t *config,
                    const view_class_t *view);

// Finishes the request in progress, then ends the thread.
void view_sealer_destroy(view_sealer_t **sealer);

// When it is readable, call view_sealer_serve(). Borrowed.
zsock_t *view_sealer_socket(const view_sealer_t *sealer);

// If requested, makes a new snapshot from the view, for the thread to continue
// with. The engine must have nothing pending.
void view_sealer_serve(view_sealer_t *sealer, view_engine_t *engine);

#endif
