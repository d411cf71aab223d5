// github_types - the options, requests and replies of the simulated GitHub.
//
// Memory    Requests borrow their strings; github_reply_free() frees a reply.

#ifndef OCTOLOG_TOOLS_SIM_GITHUB_TYPES_H
#define OCTOLOG_TOOLS_SIM_GITHUB_TYPES_H

#include "proto/base/buffer.h"
#include "tools/sim/fault.h"
#include "tools/sim/generator.h"
#include "tools/sim/served.h"

#define GITHUB_PAGE_MAX 100

typedef struct {
    uint64_t seed;
    double rate;              // events per second; 0: as recorded
    objects_shape_t shape;    // of generated events
    uint32_t history;         // generated events at the start
    uint32_t latency_s;       // from an event until it is visible
    uint32_t poll_interval_s; // X-Poll-Interval
    uint32_t rate_limit;      // requests per hour; 0: GitHub's limits
    uint32_t fault_wait_s;    // Retry-After of refusals, delay of "late"
    bool flat;                // /events in plain order, not partitioned
} github_options_t;

// The parts of a request that matter; absent headers are NULL.
typedef struct {
    const char *method, *path, *query;
    const char *host, *user_agent, *accept, *api_version;
    const char *authorization, *if_none_match, *address;
} github_request_t;

// How the URL of a page was obtained. A client that builds URLs instead of
// following Links is detected by parameters that only Links contain.
typedef enum { GITHUB_FIRST, GITHUB_FOLLOWED, GITHUB_BUILT } github_link_t;

typedef struct {
    uint64_t number; // of the request, from 1
    int64_t at_us;   // simulated time of the response
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

#endif
