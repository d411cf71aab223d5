// view_questions - takes the questions to a view off its socket and answers
// them: quick ones at once, the others a step at a time.
//
//   api -> "view-NAME" (ROUTER)
//        VIEW_STATUS_ASK            -> AS_OF, at once
//        any other                  -> the view's answer
//
// A question that is not answered in its first step waits behind those that
// were not, either: one of them is under way, in order, and quick ones are
// answered meanwhile. Each is answered from everything applied when it began,
// and says so. One that waited for http.deadline-ms is given up.
//
// The same question, asked again while it waits, is answered once for all who
// ask, unless the view had gone on in between: who asks is never told less than
// the view knew then.
//
// What cannot be answered gets FAILURE: EBADMSG or EINVAL for a question that
// is none, E2BIG, ETIMEDOUT for one given up, EAGAIN when too many wait or the
// rows cannot be read.
//
// Errors    0 or a negative errno, for the owner to settle: those of the
//           engine. -ENOSPC, -EDQUOT: the question waits to be begun again.
// Memory    VIEW_QUESTIONS_MAX waiting questions, and what two of them take to
//           be answered.
// Threads   The owner's.

#ifndef OCTOLOG_ACTORS_AGGREGATOR_QUESTIONS_H
#define OCTOLOG_ACTORS_AGGREGATOR_QUESTIONS_H

#include "actors/view_store/engine.h"

#include <czmq.h>

// That wait, the one under way included, and bytes of each.
#define VIEW_QUESTIONS_MAX       64
#define VIEW_QUESTIONS_BYTES_MAX 4096

typedef struct view_questions view_questions_t;

// Where the view stands now.
typedef message_as_of_t view_questions_as_of_t(void *context);

// Binds the socket. The engine need not be open yet; it and config must outlive
// it. -ENOMEM and those of socket_bind().
int view_questions_new(view_questions_t **self, const config_t *config,
                       const char *view, view_engine_t *engine,
                       view_questions_as_of_t *as_of, void *context);

// Whoever waits for an answer notices at once.
void view_questions_destroy(view_questions_t **self);

zsock_t *view_questions_socket(const view_questions_t *self);

// Takes in what came, a burst at most, and answers what is quick.
int view_questions_receive(view_questions_t *self);

// Whether view_questions_step() has something to do.
bool view_questions_is_busy(const view_questions_t *self);

// Does a step of the question under way, some milliseconds.
int view_questions_step(view_questions_t *self);

// Lets go of the engine's rows: to be called before its store changes. The
// question under way begins again.
void view_questions_restart(view_questions_t *self);

#endif
