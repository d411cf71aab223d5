// view_admin - answers requests of `octolog replay` to a running view.
//
//   replay -> "admin-NAME" (REP)
//        VIEW_DIGEST_ASK     -> VIEW_DIGEST of everything applied so far,
//                               computed in steps
//        VIEW_ADOPT          -> DONE, with the checkpoint of the generation
//                               that is now in use
//
// A request that cannot be answered gets FAILURE: EBADMSG or EINVAL if it is
// not valid, EAGAIN while the view must be rebuilt or the disk is full, and the
// errors of view_engine_adopt().
//
// Errors    0 or a negative errno, for the owner to handle: the engine's.
// Threads   The owner's.

#ifndef OCTOLOG_ACTORS_AGGREGATOR_ADMIN_H
#define OCTOLOG_ACTORS_AGGREGATOR_ADMIN_H

#include "actors/view_store/engine.h"

#include <czmq.h>

typedef struct view_admin view_admin_t;

// Binds the socket; engine and config must outlive it. -ENOMEM and those of
// socket_bind().
int view_admin_new(view_admin_t **self, const config_t *config,
                   const char *view, view_engine_t *engine);
void view_admin_destroy(view_admin_t **self);

// When it is readable, call view_admin_receive(). NULL while a digest is in
// progress.
zsock_t *view_admin_socket(const view_admin_t *self);

// Receives a request. Nobody may be reading the engine's rows. 1: the engine
// has adopted another generation and continues from its position.
int view_admin_receive(view_admin_t *self);

// Whether view_admin_step() has something to do.
bool view_admin_is_busy(const view_admin_t *self);

// Does a step of the digest in progress, once the rows are rolled up, which is
// the owner's task.
int view_admin_step(view_admin_t *self);

// Cancels the digest in progress; call it before the engine's store changes.
// why: a text for the client.
void view_admin_give_up(view_admin_t *self, const char *why);

#endif
