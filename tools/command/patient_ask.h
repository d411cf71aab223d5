// patient_ask - sends an actor a request that may take long.
//
// Some requests read a whole view or copy a log, and the actor may be restarted
// meanwhile. A request that is not answered in time is therefore sent again,
// with a longer timeout, as long as the actor is alive. All such requests may
// be repeated.
//
// Errors    0 or a negative errno. -ETIMEDOUT: the actor is not alive.
// Threads   The caller's.

#ifndef OCTOLOG_TOOLS_COMMAND_PATIENT_ASK_H
#define OCTOLOG_TOOLS_COMMAND_PATIENT_ASK_H

#include "actors/config/config.h"
#include "actors/transport/request.h"

// Which actor to ask, and how to check that it is alive; endpoints by name.
typedef struct {
    const char *endpoint;
    const char *alive;             // another endpoint of the same process
    message_kind_t alive_question; // answered there at once; has no fields
} patient_ask_t;

// Sends the question and waits. The answer borrows from *request, which the
// caller destroys in any case.
int patient_ask(const config_t *config, const patient_ask_t *whom,
                const message_t *question, request_t **request,
                message_t *answer);

#endif
