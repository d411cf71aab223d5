// view_admin - answers what replay asks of a served view.
//
//   replay -> "admin-NAME" (REP)
//        VIEW_DIGEST_ASK     -> VIEW_DIGEST of all that is applied now, a step
//                               at a time
//        VIEW_ADOPT          -> DONE, with the checkpoint of the generation
//                               that is served from now on
//
// What cannot be answered gets FAILURE: EBADMSG or EINVAL for a request that
// is none, EAGAIN while the view must be rebuilt or the disk is full, and those
// of view_engine_adopt().
//
// Errors    0 or a negative errno, for the owner to settle: the engine's.
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

// Readable when view_admin_receive() is to be called; NULL while a digest is
// under way.
zsock_t *view_admin_socket(const view_admin_t *self);

// Takes a request. Nobody may be reading the engine's rows. 1: the engine has
// adopted another generation, and goes on from its position.
int view_admin_receive(view_admin_t *self);

// Whether view_admin_step() has something to do.
bool view_admin_is_busy(const view_admin_t *self);

// Does a step of the digest under way, once the rows are settled: the owner
// settles them meanwhile.
int view_admin_step(view_admin_t *self);

// Gives up the digest under way: to be called before the engine's store
// changes. why: for who asked.
void view_admin_give_up(view_admin_t *self, const char *why);

#endif
