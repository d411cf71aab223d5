// exchange - one request answered from the state of the simulated GitHub.
//
// Errors    0 or -ENOMEM; buffers of the reply may have failed besides.
// Threads   As github.h.

#ifndef OCTOLOG_TOOLS_SIM_EXCHANGE_H
#define OCTOLOG_TOOLS_SIM_EXCHANGE_H

#include "tools/sim/github_types.h"

// Fills the reply, whose number and time are set.
int exchange_run(github_t *github, const github_request_t *request,
                 github_reply_t *reply);

#endif
