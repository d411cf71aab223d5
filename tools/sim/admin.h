// admin - routes under /_sim/ with which tests inspect and control octolog-sim.
//
//   GET  /_sim/served                    events sent in complete and valid
//                                        responses, each event once; waits for
//                                        responses in progress
//   GET  /_sim/clock                     simulated time, number of requests,
//                                        armed faults and polls left
//   GET  /_sim/repos                     busy repositories, and renamed ones
//                                        with their old names
//   POST /_sim/advance?seconds=N         advances the clock, at most a day
//   POST /_sim/fault?kind=K&count=N      arms exactly N faults (0 disarms)
//
// Errors    0 or -ENOMEM: every request gets a response.
// Threads   As github.h.

#ifndef OCTOLOG_TOOLS_SIM_ADMIN_H
#define OCTOLOG_TOOLS_SIM_ADMIN_H

#include "tools/sim/github.h"

// Whether the path is one of these.
bool admin_is_path(const char *path);

// Whether its response is only correct while no other response is in progress.
bool admin_must_wait(const char *path);

int admin_answer(github_t *github, const github_request_t *request,
                 github_reply_t *reply);

#endif
