// github - the simulated GitHub: turns a request into a response.
//
// Knows routes, pages, ETags, quotas and faults, but no sockets: the server
// (server.h) sends responses to clients and reports whether that succeeded.
//
// Routes    /events, /repos/{o}/{r}/events, /repositories/{id}/events,
//           /orgs/{o}/events, /users/{u}/events, /rate_limit; each also under
//           /moved, the target of the redirect fault.
// Errors    0 or -ENOMEM: every request gets a response.
// Memory    Requests are borrowed for the call. Replies belong to the caller.
// Threads   One at a time: callers hold one lock around every call.

#ifndef OCTOLOG_TOOLS_SIM_GITHUB_H
#define OCTOLOG_TOOLS_SIM_GITHUB_H

#include "tools/sim/github_types.h"
#include "tools/sim/polls.h"
#include "tools/sim/sim_clock.h"

// recording may be NULL (events are generated); it is borrowed until
// github_destroy(). NULL when out of memory.
github_t *github_new(const github_options_t *options, const sim_clock_t *clock,
                     const fault_plan_t *faults, recording_t *recording);
void github_destroy(github_t **github);

// Writes the response to a zeroed or reset reply.
int github_answer(github_t *github, const github_request_t *request,
                  github_reply_t *reply);

// The reply was sent, completely (`whole`) or not; if it was, its events now
// count as served.
int github_delivered(github_t *github, const github_reply_t *reply, bool whole);

void github_reply_free(github_reply_t *reply);

// For the admin routes.
sim_clock_t *github_clock(github_t *github);
fault_plan_t *github_faults(github_t *github);
const served_t *github_served(const github_t *github);
const polls_t *github_polls(const github_t *github); // NULL: none
uint64_t github_requests(const github_t *github);
uint64_t github_events_made(const github_t *github); // by the generator

#endif
