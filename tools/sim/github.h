// github - the simulated GitHub: a request in, an answer out.
//
// Knows the routes, pages, ETags, quotas and faults, and no sockets: the
// server (server.h) carries answers to clients and says how that went.
//
// Routes    /events, /repos/{o}/{r}/events, /repositories/{id}/events,
//           /orgs/{o}/events, /users/{u}/events, /rate_limit; each also under
//           /moved, which is where the redirect fault points.
// Errors    0 or -ENOMEM: whatever a client sends has an answer.
// Memory    Requests are borrowed for the call. Answers are the caller's.
// Threads   One at a time: callers hold one lock around every call.

#ifndef OCTOLOG_TOOLS_SIM_GITHUB_H
#define OCTOLOG_TOOLS_SIM_GITHUB_H

#include "tools/sim/github_types.h"
#include "tools/sim/polls.h"
#include "tools/sim/sim_clock.h"

// recording may be NULL (events are generated); it is borrowed until destroy.
// NULL when out of memory.
github_t *github_new(const github_options_t *options, const sim_clock_t *clock,
                     const fault_plan_t *faults, recording_t *recording);
void github_destroy(github_t **github);

// Answers into a zeroed or reset reply.
int github_answer(github_t *github, const github_request_t *request,
                  github_reply_t *reply);

// The reply went out, `whole` or not: what was in it now counts as served.
int github_delivered(github_t *github, const github_reply_t *reply, bool whole);

void github_reply_free(github_reply_t *reply);

// For the admin side.
sim_clock_t *github_clock(github_t *github);
fault_plan_t *github_faults(github_t *github);
const served_t *github_served(const github_t *github);
const polls_t *github_polls(const github_t *github); // NULL: none
uint64_t github_requests(const github_t *github);
uint64_t github_events_made(const github_t *github); // by the generator

#endif
