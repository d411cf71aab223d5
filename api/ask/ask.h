// ask - questions to the other actors, for one thread.
//
// One socket an endpoint, opened with the first question to it. A ZeroMQ
// socket belongs to one thread, so each thread of the web server has an ask_t.
// What views answer they share (answer_cache.h), while the log stands still.
//
// Errors    0 or a negative errno. -ETIMEDOUT: nobody answered in time.
//           -EBADMSG: the answer is none to this question. Any other: the
//           actor's own, from its FAILURE, whose text ask_failure() has.
// Memory    Answers borrow the endpoint's last message: valid until the next
//           question to the same endpoint.
// Threads   The one that uses it; made and destroyed there, too.

#ifndef OCTOLOG_API_ASK_ASK_H
#define OCTOLOG_API_ASK_ASK_H

#include "actors/config/config.h"
#include "actors/runtime/resources.h"
#include "api/ask/answer_cache.h"
#include "api/ask/tail.h"
#include "proto/message.h"

#include <stddef.h>

// Endpoints one thread may speak to.
#define ASK_ENDPOINTS_MAX (CONFIG_VIEWS_MAX + RESOURCES_ASKED_ACTORS)

typedef struct ask ask_t;

// Answers in place of the actors, for a program that has their data at hand: 0
// with *answer valid until the next question to the same endpoint, or a
// negative errno with one line in *reason.
typedef int ask_answerer_t(void *context, const char *endpoint,
                           const message_t *question, message_t *answer,
                           const char **reason);

// NULL when out of memory. All of it is borrowed for the object's life. Without
// a tail and a cache (NULL), nothing is recalled.
ask_t *ask_new(const config_t *config, tail_t *tail, answer_cache_t *cache);

// One that asks `answerer` and nobody else, and so has no frames.
ask_t *ask_new_answered(ask_answerer_t *answerer, void *context);

void ask_destroy(ask_t **ask);

// Sends the question to the endpoint and waits at most deadline_ms for an
// answer of the kind `expected`.
int ask_actor(ask_t *ask, const char *endpoint, const message_t *question,
              message_kind_t expected, int deadline_ms, message_t *answer);

// Asks the view of this name, with a VIEW_QUESTION; or recalls what it answered
// before, if that was of the log's end as it still is, and the journal was
// heard from lately: then the view would say the same. *answer becomes a
// VIEW_ANSWER.
int ask_view(ask_t *ask, const char *view, const message_t *question,
             int deadline_ms, message_t *answer);

// Frame i of the last answer of ask_actor() from the endpoint, 0 being what it
// decoded; empty past the last.
slice_t ask_frame(ask_t *ask, const char *endpoint, size_t i);

// One line about the last question that failed.
const char *ask_failure(const ask_t *ask);

#endif
