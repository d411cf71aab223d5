// ask - sends questions to the other actors, for one thread.
//
// Opens one socket for each endpoint, with the first question to it. A ZeroMQ
// socket belongs to one thread, so each thread of the web server has an ask_t.
// The threads share the answers of views (answer_cache.h) until the log grows.
//
// Errors    0 or a negative errno. -ETIMEDOUT: no answer in time. -EBADMSG: the
//           answer is damaged or does not belong to the question. Others: from
//           the actor's FAILURE message; ask_failure() returns its text.
// Memory    Answers borrow the endpoint's last message: valid until the next
//           question to the same endpoint.
// Threads   Created, used and destroyed by one thread.

#ifndef OCTOLOG_API_ASK_ASK_H
#define OCTOLOG_API_ASK_ASK_H

#include "actors/config/config.h"
#include "actors/runtime/resources.h"
#include "api/ask/answer_cache.h"
#include "api/ask/tail.h"
#include "proto/message.h"

#include <stddef.h>

// Maximum number of endpoints for one thread.
#define ASK_ENDPOINTS_MAX (CONFIG_VIEWS_MAX + RESOURCES_ASKED_ACTORS)

typedef struct ask ask_t;

// Answers instead of the actors, in a program that has their data itself.
// Returns 0, with *answer valid until the next question to the same endpoint,
// or a negative errno, with one line in *reason.
typedef int ask_answerer_t(void *context, const char *endpoint,
                           const message_t *question, message_t *answer,
                           const char **reason);

// Returns NULL when out of memory. The arguments must outlive the object. tail
// and cache may be NULL together; then no answer is cached.
ask_t *ask_new(const config_t *config, tail_t *tail, answer_cache_t *cache);

// Creates one that asks only `answerer`. It has no frames (ask_frame()).
ask_t *ask_new_answered(ask_answerer_t *answerer, void *context);

void ask_destroy(ask_t **ask);

// Sends the question to the endpoint and waits at most deadline_ms for an
// answer of the kind `expected`.
int ask_actor(ask_t *ask, const char *endpoint, const message_t *question,
              message_kind_t expected, int deadline_ms, message_t *answer);

// Sends a VIEW_QUESTION to the view of this name and sets *answer to its
// VIEW_ANSWER. Takes an earlier answer from the cache instead if it covers the
// whole log and the journal was heard recently: the view would answer the same.
int ask_view(ask_t *ask, const char *view, const message_t *question,
             int deadline_ms, message_t *answer);

// Frame i of the endpoint's last answer to ask_actor(); frame 0 is the one it
// decoded. Empty past the last.
slice_t ask_frame(ask_t *ask, const char *endpoint, size_t i);

// One line about the last failed question; empty if none has failed.
const char *ask_failure(const ask_t *ask);

#endif
