// replay_ask - asks the aggregator of a view what may take long.
//
// Some requests read a whole view, and an aggregator may be restarted while it
// works on one. So a request that was not answered in time is sent again, with
// more time, as long as the aggregator shows that it is alive: all of them may
// be repeated.
//
// Errors    0 or a negative errno. -ETIMEDOUT: it is not alive.
// Threads   The caller's.

#ifndef OCTOLOG_TOOLS_REPLAY_ASK_H
#define OCTOLOG_TOOLS_REPLAY_ASK_H

#include "actors/config.h"
#include "actors/socket.h"

// Asks "admin-VIEW". The answer borrows from *request, which the caller
// destroys in any case.
int replay_ask(const config_t *config, const char *view,
               const message_t *question, request_t **request,
               message_t *answer);

#endif
