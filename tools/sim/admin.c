#include "tools/sim/admin.h"

#include "proto/base/time_text.h"
#include "tools/sim/json_format.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#define ADVANCE_MAX_S 86400
#define ARM_MAX       1000000

// Of /_sim/repos: the busiest, and as many of the renamed ones.
#define REPOS_LISTED   20u
#define RENAMES_LISTED 8u

bool admin_is_path(const char *path)
{
    return strncmp(path, "/_sim/", 6) == 0;
}

bool admin_must_wait(const char *path)
{
    return strcmp(path, "/_sim/served") == 0;
}

static void s_refuse(github_reply_t *reply, int status, const char *message)
{
    reply->status = status;
    json_format(&reply->body, "{'error':'%s'}", message);
}

// The value of a query parameter, copied; false when absent or too long.
static bool s_parameter(const char *query, const char *name, char *value,
                        size_t capacity)
{
    size_t name_bytes = strlen(name);
    for (const char *at = query; at; at = strchr(at, '&')) {
        at += *at == '&';
        if (strncmp(at, name, name_bytes) != 0 || at[name_bytes] != '=')
            continue;
        const char *text = at + name_bytes + 1;
        size_t bytes = strcspn(text, "&");
        if (bytes >= capacity)
            return false;
        memcpy(value, text, bytes);
        value[bytes] = '\0';
        return true;
    }
    return false;
}

static void s_served(github_t *github, github_reply_t *reply)
{
    const served_t *served = github_served(github);
    json_format(&reply->body,
                "{'answers':%u,'count':%u,'repeats':%u,'dropped':%u,"
                "'events':[",
                served->answers, (uint64_t)served->count, served->repeats,
                served->dropped);
    for (size_t i = 0; i < served->count; i++)
        json_format(&reply->body, "%r{'id':'%u','created_at':'%t'}",
                    i > 0 ? "," : "", served->events[i].id,
                    served->events[i].created_at);
    json_format(&reply->body, "]}");
}

static void s_clock(github_t *github, github_reply_t *reply)
{
    const sim_clock_t *clock = github_clock(github);
    const polls_t *polls = github_polls(github);
    int64_t now_us = sim_clock_now_us(clock);
    char text[TIME_TEXT_US_BYTES];
    time_text_format_us(now_us, text);
    json_format(&reply->body,
                "{'time':'%r','now_us':%u,'manual':%b,'requests':%u,"
                "'faults_pending':%u,'polls_left':%u}",
                text, (uint64_t)now_us, clock->manual, github_requests(github),
                (uint64_t)fault_plan_pending(github_faults(github)),
                (uint64_t)(polls ? polls_left(polls) : 0));
}

static void s_list_repo(github_reply_t *reply, const names_repo_t *repo,
                        const names_repo_t *was, bool first)
{
    json_format(&reply->body, "%r{'id':%u,'name':'%r'", first ? "" : ",",
                repo->id, repo->full_name);
    if (strcmp(repo->full_name, was->full_name) != 0)
        json_format(&reply->body, ",'was':'%r'", was->full_name);
    json_format(&reply->body, "}");
}

static void s_repos(github_t *github, github_reply_t *reply)
{
    uint64_t events = github_events_made(github);
    uint32_t renames = 0;
    json_format(&reply->body, "{'repos':[");
    for (uint32_t rank = 0; events > 0 && rank < NAMES_REPOS; rank++) {
        names_repo_t now;
        names_repo_t was;
        names_repo(rank, events, &now);
        names_repo(rank, 0, &was);
        bool renamed = strcmp(now.full_name, was.full_name) != 0;
        renames += renamed;
        if (rank < REPOS_LISTED || renamed)
            s_list_repo(reply, &now, &was, rank == 0);
        if (renames == RENAMES_LISTED || rank > 100 * REPOS_LISTED)
            break;
    }
    json_format(&reply->body, "]}");
}

static void s_advance(github_t *github, const github_request_t *request,
                      github_reply_t *reply)
{
    char text[32];
    char *end = text;
    double seconds = 0;
    if (s_parameter(request->query, "seconds", text, sizeof text))
        seconds = strtod(text, &end);
    if (end == text || *end || !(seconds >= 0 && seconds <= ADVANCE_MAX_S)) {
        s_refuse(reply, 422, "seconds: a number from 0 to 86400");
        return;
    }
    sim_clock_advance(github_clock(github), (int64_t)(seconds * 1e6));
    s_clock(github, reply);
}

static void s_fault(github_t *github, const github_request_t *request,
                    github_reply_t *reply)
{
    char kind_text[32];
    char count_text[32] = "1";
    char *end;
    fault_t kind = FAULT_NONE;
    if (s_parameter(request->query, "kind", kind_text, sizeof kind_text))
        kind = fault_by_name(slice_of(kind_text));
    s_parameter(request->query, "count", count_text, sizeof count_text);
    unsigned long count = strtoul(count_text, &end, 10);
    if (kind == FAULT_NONE) {
        s_refuse(reply, 422, "kind: no such fault; see octolog-sim --help");
    } else if (end == count_text || *end || count > ARM_MAX) {
        s_refuse(reply, 422, "count: a number from 0 to 1000000");
    } else {
        fault_plan_arm(github_faults(github), kind, (uint32_t)count);
        s_clock(github, reply);
    }
}

typedef void s_handler_t(github_t *github, github_reply_t *reply);
typedef void s_action_t(github_t *github, const github_request_t *request,
                        github_reply_t *reply);

typedef struct {
    const char *path;
    s_handler_t *get;
    s_action_t *post;
} s_route_t;

static const s_route_t s_routes[] = {
    {"/_sim/served", s_served, NULL}, {"/_sim/clock", s_clock, NULL},
    {"/_sim/repos", s_repos, NULL},   {"/_sim/advance", NULL, s_advance},
    {"/_sim/fault", NULL, s_fault},
};

static void s_run(const s_route_t *route, github_t *github,
                  const github_request_t *request, github_reply_t *reply)
{
    bool get = strcmp(request->method, "GET") == 0;
    bool post = strcmp(request->method, "POST") == 0;
    if (get && route->get)
        route->get(github, reply);
    else if (post && route->post)
        route->post(github, request, reply);
    else
        s_refuse(reply, 405, route->get ? "GET it" : "POST it");
}

int admin_answer(github_t *github, const github_request_t *request,
                 github_reply_t *reply)
{
    reply->status = 200;
    buffer_add_text(&reply->headers, "Content-Type: application/json\r\n");
    const s_route_t *found = NULL;
    for (size_t i = 0; i < sizeof s_routes / sizeof s_routes[0]; i++) {
        if (strcmp(request->path, s_routes[i].path) == 0)
            found = &s_routes[i];
    }
    if (found)
        s_run(found, github, request, reply);
    else
        s_refuse(reply, 404, "served, clock, repos, advance or fault");
    bool failed = buffer_failed(&reply->body) || buffer_failed(&reply->headers);
    return failed ? -ENOMEM : 0;
}
