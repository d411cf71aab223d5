// view_sealer - keeps a view's seal where retention wants it.
//
// A thread beside the aggregator, so that folding what is to be dropped delays
// no answer. It hears on the feed what the journal wants to drop, folds the log
// up to there into the seal (actors/view_store/seal.h), puts that on disk, and
// only then reports it:
//
//   "feed" -> here   ["H"] [HEARTBEAT]   keep: seal up to there
//   here -> "log"    LOG_READ            what the seal lacks
//                    SEALED              up to where it is on disk; said again
//                                        every second, for a journal that
//                                        started meanwhile
//   here -> owner    "RENEW"             the seal is lost: view_sealer_serve()
//
// Without retention it does nothing and makes no seal. What fails is reported
// and tried again, a second later: until it works, nothing is dropped.
//
// Errors    0 or a negative errno.
// Memory    While it folds, that of one more view: view.cache-bytes and twice
//           view.pending-bytes.
// Threads   One of its own; everything here is the owner's.

#ifndef OCTOLOG_ACTORS_AGGREGATOR_SEALER_H
#define OCTOLOG_ACTORS_AGGREGATOR_SEALER_H

#include "actors/view_store/engine.h"

#include <czmq.h>

typedef struct view_sealer view_sealer_t;

// config and view must outlive it. -ENOMEM and those of socket_connect().
int view_sealer_new(view_sealer_t **sealer, const config_t *config,
                    const view_class_t *view);

// Ends the request under way, then the thread.
void view_sealer_destroy(view_sealer_t **sealer);

// Readable when view_sealer_serve() is to be called; borrowed.
zsock_t *view_sealer_socket(const view_sealer_t *sealer);

// Makes a new seal of what the view holds, for the sealer to go on with, if it
// asked for one. Nothing of the engine may be pending.
void view_sealer_serve(view_sealer_t *sealer, view_engine_t *engine);

#endif
