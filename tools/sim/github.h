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

#include "proto/base/buffer.h"
#include "tools/sim/fault.h"
#include "tools/sim/generator.h"
#include "tools/sim/polls.h"
#include "tools/sim/quota.h"
#include "tools/sim/served.h"
#include "tools/sim/sim_clock.h"
#include "tools/sim/timeline.h"

#define GITHUB_PAGE_MAX 100

typedef struct {
    uint64_t seed;
    double rate;              // events a second; 0: a recording's own pace
    objects_shape_t shape;    // of generated events
    uint32_t history;         // generated events there are at the start
    uint32_t latency_s;       // from an event to its being visible
    uint32_t poll_interval_s; // X-Poll-Interval
    uint32_t rate_limit;      // requests an hour; 0: GitHub's
    uint32_t fault_wait_s;    // what refusals ask to wait, how late "late" is
    bool flat;                // /events in plain order, not partitioned
} github_options_t;

// What GitHub looks at of a request; absent headers are NULL.
typedef struct {
    const char *method, *path, *query;
    const char *host, *user_agent, *accept, *api_version;
    const char *authorization, *if_none_match, *address;
} github_request_t;

// How the page was asked for: a client that builds URLs where it was given a
// Link is told apart by the parameters that only a Link has.
typedef enum { GITHUB_FIRST, GITHUB_FOLLOWED, GITHUB_BUILT } github_link_t;

typedef struct {
    uint64_t number; // of the request, from 1
    int64_t at_us;   // when it was answered, simulated
    int status;
    fault_t fault;
    github_link_t link;
    bool is_feed;
    uint32_t remaining; // of the quota; UINT32_MAX: unknown
    buffer_t headers;   // "Name: value\r\n"..., without Content-Length
    buffer_t body;
    served_event_t events[GITHUB_PAGE_MAX + 1]; // on the page, as sent
    size_t event_count;
    bool has_line; // first page of a recorded poll
    size_t line;
} github_reply_t;

typedef struct github github_t;

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
