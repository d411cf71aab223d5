// admin - the side of octolog-sim that tests look at and steer, under /_sim/.
//
//   GET  /_sim/served                    what went out in answers that were
//                                        whole and valid, each event once;
//                                        waits for answers under way
//   GET  /_sim/clock                     simulated time, requests so far,
//                                        armed faults and polls still to come
//   GET  /_sim/repos                     busy repositories to ask for, renamed
//                                        ones with the names they had
//   POST /_sim/advance?seconds=N         moves the clock, at most a day
//   POST /_sim/fault?kind=K&count=N      arms exactly N faults (0 disarms)
//
// Errors    0 or -ENOMEM: whatever is asked has an answer.
// Threads   As github.h.

#ifndef OCTOLOG_TOOLS_SIM_ADMIN_H
#define OCTOLOG_TOOLS_SIM_ADMIN_H

#include "tools/sim/github.h"

// Whether the path is one of these.
bool admin_is_path(const char *path);

// Whether its answer is right only when no other answer is under way.
bool admin_must_wait(const char *path);

int admin_answer(github_t *github, const github_request_t *request,
                 github_reply_t *reply);

#endif
