// ask - questions to the other actors, for one thread.
//
// One socket an endpoint, opened with the first question to it. A ZeroMQ
// socket belongs to one thread, so each thread of the web server has an ask_t.
//
// Errors    0 or a negative errno. -ETIMEDOUT: nobody answered in time.
//           -EBADMSG: the answer is none to this question. Any other: the
//           actor's own, from its FAILURE, whose text ask_failure() has.
// Memory    Answers borrow the socket's last message: valid until the next
//           question to the same endpoint.
// Threads   The one that uses it; made and destroyed there, too.

#ifndef OCTOLOG_API_ASK_H
#define OCTOLOG_API_ASK_H

#include "actors/config.h"
#include "proto/message.h"

#include <stddef.h>

// Endpoints one thread may speak to: three actors and every view.
#define ASK_ENDPOINTS_MAX (CONFIG_VIEWS_MAX + 3)

typedef struct ask ask_t;

// NULL when out of memory. config is borrowed for the object's life.
ask_t *ask_new(const config_t *config);
void ask_destroy(ask_t **ask);

// Sends the question to the endpoint and waits at most deadline_ms for an
// answer of the kind `expected`.
int ask_actor(ask_t *ask, const char *endpoint, const message_t *question,
              message_kind_t expected, int deadline_ms, message_t *answer);

// Frame i >= 1 of the endpoint's last answer; empty past the last.
slice_t ask_frame(const ask_t *ask, const char *endpoint, size_t i);

// One line about the last question that failed.
const char *ask_failure(const ask_t *ask);

#endif
