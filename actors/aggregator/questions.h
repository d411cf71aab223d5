// view_questions - receives questions to a view and answers them: quick ones at
// once, others in steps.
//
//   api -> "view-NAME" (ROUTER)
//        VIEW_STATUS_ASK            -> AS_OF, at once
//        any other                  -> the view's answer
//
// A question that is not answered in its first step is queued. Queued questions
// are answered one at a time, in order; quick ones are answered in between.
// Each answer covers everything applied when its question was begun, and says
// so. A question that has waited for http.deadline-ms is given up.
//
// Identical questions in the queue are answered together, unless the view has
// applied more in between: an answer never covers less than what was applied
// when its question arrived.
//
// A question that cannot be answered gets FAILURE: EBADMSG or EINVAL if it is
// not valid, E2BIG, ETIMEDOUT if it was given up, EAGAIN if too many wait or
// the rows cannot be read.
//
// Errors    0 or a negative errno, for the owner to handle: the engine's.
//           -ENOSPC, -EDQUOT: the question stays queued and starts again.
// Memory    VIEW_QUESTIONS_MAX waiting questions, and the answers of two.
// Threads   The owner's.

#ifndef OCTOLOG_ACTORS_AGGREGATOR_QUESTIONS_H
#define OCTOLOG_ACTORS_AGGREGATOR_QUESTIONS_H

#include "actors/view_store/engine.h"

#include <czmq.h>

// Queued questions, including the one in progress, and bytes of each.
#define VIEW_QUESTIONS_MAX       64
#define VIEW_QUESTIONS_BYTES_MAX 4096

typedef struct view_questions view_questions_t;

// The view's current position.
typedef message_as_of_t view_questions_as_of_t(void *context);

// Binds the socket. The engine need not be open yet; it and config must outlive
// it. -ENOMEM and those of socket_bind().
int view_questions_new(view_questions_t **self, const config_t *config,
                       const char *view, view_engine_t *engine,
                       view_questions_as_of_t *as_of, void *context);

// Clients that wait for an answer notice at once.
void view_questions_destroy(view_questions_t **self);

zsock_t *view_questions_socket(const view_questions_t *self);

// Receives questions, up to a limit, and answers quick ones.
int view_questions_receive(view_questions_t *self);

// Whether view_questions_step() has something to do.
bool view_questions_is_busy(const view_questions_t *self);

// Does a step of the question in progress, some milliseconds.
int view_questions_step(view_questions_t *self);

// Releases the engine's rows; call it before the engine's store changes. The
// question in progress starts again.
void view_questions_restart(view_questions_t *self);

#endif
