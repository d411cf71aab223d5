// exchange - answers one request from the state of the simulated GitHub.
//
// Errors    0 or -ENOMEM; also check the reply's buffers.
// Threads   As github.h.

#ifndef OCTOLOG_TOOLS_SIM_EXCHANGE_H
#define OCTOLOG_TOOLS_SIM_EXCHANGE_H

#include "tools/sim/github_types.h"

// Fills the reply, whose number and time must be set.
int exchange_run(github_t *github, const github_request_t *request,
                 github_reply_t *reply);

#endif
