// patient_ask - asks an actor for what may take long.
//
// Some requests read a whole view or copy a log, and the actor may be restarted
// while it works on one. So a request that was not answered in time is sent
// again, with more time, as long as the actor shows that it is alive: all of
// them may be repeated.
//
// Errors    0 or a negative errno. -ETIMEDOUT: it is not alive.
// Threads   The caller's.

#ifndef OCTOLOG_TOOLS_COMMAND_PATIENT_ASK_H
#define OCTOLOG_TOOLS_COMMAND_PATIENT_ASK_H

#include "actors/config/config.h"
#include "actors/transport/request.h"

// Whom to ask: endpoints by name, and what shows that it is alive.
typedef struct {
    const char *endpoint;
    const char *alive;             // another endpoint of the same process
    message_kind_t alive_question; // that it answers at once; has no fields
} patient_ask_t;

// Asks. The answer borrows from *request, which the caller destroys in any
// case.
int patient_ask(const config_t *config, const patient_ask_t *whom,
                const message_t *question, request_t **request,
                message_t *answer);

#endif
