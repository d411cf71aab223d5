#include "api/routes/routes.h"

#include "api/handler/page.h"
#include "proto/message.h"

#define S_START                                                                \
    {                                                                          \
        .name = "start", .kind = PARAMETER_TIME,                               \
        .about = "events created at or after this time; without it, from "     \
                 "the beginning"                                               \
    }
#define S_END                                                                  \
    {                                                                          \
        .name = "end", .kind = PARAMETER_TIME,                                 \
        .about = "events created before this time; without it, up to now"      \
    }

static const parameter_t s_counts[] = {
    {.name = "offset_minutes",
     .kind = PARAMETER_INTEGER,
     .ge = 0,
     .le = INT64_MAX,
     .about = "the last so many minutes, up to this second; required unless "
              "start or end is given, and then not allowed"},
    S_START,
    S_END,
    {.name = "types",
     .kind = PARAMETER_LIST,
     .about = "exactly these types, as types=A,B or types=A&types=B; without "
              "it, all"},
    {.name = "repo",
     .kind = PARAMETER_TEXT,
     .about = "only events of this repository, as owner/name in any case; it "
              "excludes org"},
    {.name = "org",
     .kind = PARAMETER_TEXT,
     .about = "only events of this organisation, by its login in any case"},
};

static const parameter_t s_series[] = {
    {.name = "start",
     .kind = PARAMETER_TIME,
     .about = "events created at or after this time; without it, a day before "
              "the end, at a multiple of the step"},
    S_END,
    {.name = "step",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = UINT32_MAX,
     .otherwise = 60,
     .has_default = true,
     .about = "seconds from one point to the next; a series has at most 1500 "
              "points"},
    {.name = "types",
     .kind = PARAMETER_LIST,
     .about = "exactly these types, as types=A,B or types=A&types=B; without "
              "it, those that occurred"},
};

static const parameter_t s_intervals[] = {
    {.name = "owner", .kind = PARAMETER_NAME, .in_path = true},
    {.name = "repo", .kind = PARAMETER_NAME, .in_path = true},
    {.name = "action",
     .kind = PARAMETER_TEXT,
     .about = "makes the figures at the top level those of this action "
              "(opened, closed, merged, ...)"},
    S_START,
    S_END,
};

static const parameter_t s_top[] = {
    {.name = "by",
     .kind = PARAMETER_TEXT,
     .about = "what counts: events (without it, too), pull_requests, or a type "
              "(PushEvent)"},
    S_START,
    S_END,
    {.name = "limit",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = MESSAGE_TOP_MAX,
     .otherwise = 10,
     .has_default = true,
     .about = "repositories, at most"},
};

static const parameter_t s_repo[] = {
    {.name = "owner", .kind = PARAMETER_NAME, .in_path = true},
    {.name = "repo", .kind = PARAMETER_NAME, .in_path = true},
    S_START,
    S_END,
};

static const parameter_t s_events[] = {
    {.name = "from",
     .kind = PARAMETER_INTEGER,
     .ge = 0,
     .le = INT64_MAX,
     .about = "the offset to begin at; without it, where events of `since` "
              "begin, or at the first that is kept"},
    {.name = "since",
     .kind = PARAMETER_TIME,
     .about = "only events created at or after this time"},
    {.name = "limit",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = PAGE_EVENTS_MAX,
     .otherwise = 100,
     .has_default = true,
     .about = "events on a page, at most; a page may hold fewer and even none "
              "before the end of the log: go on from `next`"},
    {.name = "type",
     .kind = PARAMETER_LIST,
     .about = "only events of these types"},
    {.name = "repo",
     .kind = PARAMETER_TEXT,
     .about = "only events of this repository, as owner/name in any case"},
};

static const parameter_t s_stream[] = {
    {.name = "from",
     .kind = PARAMETER_INTEGER,
     .ge = 0,
     .le = INT64_MAX,
     .about = "the offset to begin at; without it, with what comes next. A "
              "Last-Event-ID goes before it"},
    {.name = "type",
     .kind = PARAMETER_LIST,
     .about = "only events of these types"},
    {.name = "repo",
     .kind = PARAMETER_TEXT,
     .about = "only events of this repository, as owner/name in any case"},
};

static const parameter_t s_event[] = {
    {.name = "id",
     .kind = PARAMETER_INTEGER,
     .in_path = true,
     .ge = 1,
     .le = INT64_MAX,
     .about = "GitHub's id of the event"},
};

static const parameter_t s_rejects[] = {
    {.name = "limit",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = 1000,
     .otherwise = 100,
     .has_default = true,
     .about = "dead letters, newest first, at most"},
    {.name = "before",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = INT64_MAX,
     .otherwise = INT64_MAX,
     .about = "only those with a lower number: the last one of the page before "
              "leads to the next page"},
};

static const parameter_t s_asset[] = {
    {.name = "name", .kind = PARAMETER_NAME, .in_path = true},
};

#define S_TAKES(table)                                                         \
    .parameters = (table), .parameter_count = sizeof(table) / sizeof(table)[0]

const route_t routes[] = {
    {.path = "/",
     .name = "root",
     .handler = handler_root,
     .summary = "What this is; for a browser (Accept: text/html) the dashboard",
     .schema = "Message",
     .text = "text/html",
     .tagged = true,
     .open = true},
    {.path = "/healthcheck",
     .name = "healthcheck",
     .handler = handler_health,
     .summary = "Whether all parts that answers depend on work",
     .schema = "Status",
     .open = true,
     .asks = true},
    {.path = "/health",
     .name = "health",
     .handler = handler_health,
     .summary = "The same as /healthcheck",
     .schema = "Status",
     .open = true,
     .asks = true},
    {.path = "/livez",
     .name = "livez",
     .handler = handler_live,
     .summary = "Whether this process is alive",
     .schema = "Status",
     .open = true},
    {.path = "/readyz",
     .name = "readyz",
     .handler = handler_ready,
     .summary = "Whether all parts work and have caught up with the log",
     .schema = "Status",
     .open = true,
     .asks = true},
    {.path = "/openapi.json",
     .name = "openapi",
     .handler = handler_openapi,
     .summary = "This description",
     .schema = "OpenAPI",
     .tagged = true},
    {.path = "/docs",
     .name = "docs",
     .handler = handler_docs,
     .summary = "This description as a page to try it on",
     .text = "text/html",
     .tagged = true,
     .open = true},
    {.path = "/assets/{name}",
     .name = "asset",
     .handler = handler_asset,
     .summary = "A style, script or image of the pages that are served here",
     .text = "*/*",
     .tagged = true,
     .open = true,
     .unknown = true,
     S_TAKES(s_asset)},
    {.path = "/metrics",
     .name = "metrics",
     .handler = handler_metrics,
     .summary = "What monitoring wants to know, as Prometheus reads it",
     .text = "text/plain"},
    {.path = "/v1/agg_event_counts",
     .name = "agg_event_counts",
     .handler = handler_counts,
     .summary = "Events by type in a window of time",
     .schema = "EventCounts",
     .asks = true,
     S_TAKES(s_counts)},
    {.path = "/v1/event_counts/series",
     .name = "event_counts_series",
     .handler = handler_series,
     .summary = "Events by type over time, for plotting",
     .schema = "EventSeries",
     .tagged = true,
     .asks = true,
     S_TAKES(s_series)},
    {.path = "/v1/avg_pr_interval/{owner}/{repo}",
     .name = "avg_pr_interval",
     .handler = handler_intervals,
     .summary = "How long a repository's pull requests are apart",
     .schema = "PullRequestIntervals",
     .unknown = true,
     .asks = true,
     S_TAKES(s_intervals)},
    {.path = "/v1/repos/top",
     .name = "top_repositories",
     .handler = handler_top,
     .summary = "The repositories with most events in a window of time",
     .schema = "TopRepositories",
     .tagged = true,
     .asks = true,
     S_TAKES(s_top)},
    {.path = "/v1/repos/{owner}/{repo}",
     .name = "repository",
     .handler = handler_repo,
     .summary = "What is known of one repository",
     .schema = "Repository",
     .unknown = true,
     .asks = true,
     S_TAKES(s_repo)},
    {.path = "/v1/events",
     .name = "events",
     .handler = handler_events,
     .summary = "A page of the log, in order of offset",
     .schema = "EventPage",
     .tagged = true,
     .asks = true,
     S_TAKES(s_events)},
    {.path = "/v1/events/stream",
     .name = "stream",
     .handler = handler_stream,
     .summary = "Live tail: Server-Sent Events whose id is the log's offset",
     .text = "text/event-stream",
     .streams = true,
     .asks = true,
     S_TAKES(s_stream)},
    {.path = "/v1/events/{id}",
     .name = "event",
     .handler = handler_event,
     .summary = "One event; the newest, should its id have been given twice",
     .schema = "Event",
     .tagged = true,
     .unknown = true,
     .asks = true,
     S_TAKES(s_event)},
    {.path = "/v1/log",
     .name = "log",
     .handler = handler_log,
     .summary = "What the log holds",
     .schema = "Log",
     .asks = true},
    {.path = "/v1/rejects",
     .name = "rejects",
     .handler = handler_rejects,
     .summary = "Dead letters: what could not be parsed, and why",
     .schema = "RejectPage",
     .asks = true,
     S_TAKES(s_rejects)},
    {.path = "/v1/sources",
     .name = "sources",
     .handler = handler_sources,
     .summary = "Where events come from, and how much of them is seen",
     .schema = "Sources",
     .asks = true},
    {.path = "/v1/actors",
     .name = "actors",
     .handler = handler_actors,
     .summary = "The processes of this octolog",
     .schema = "Actors",
     .asks = true},
};

const size_t routes_count = sizeof routes / sizeof routes[0];

// Matches a {name} against what is left of the path, up to the next slash.
static bool s_take_segment(slice_t *path, slice_t *segment)
{
    const char *slash = memchr(path->data, '/', path->bytes);
    size_t bytes = slash ? (size_t)(slash - path->data) : path->bytes;
    *segment = slice(path->data, bytes);
    *path = slice(path->data + bytes, path->bytes - bytes);
    return bytes > 0;
}

static bool s_matches(const char *pattern, slice_t path,
                      slice_t segments[ROUTES_SEGMENTS_MAX], size_t *count)
{
    *count = 0;
    while (*pattern != '\0') {
        if (*pattern == '{') {
            if (!s_take_segment(&path, &segments[(*count)++]))
                return false;
            pattern = strchr(pattern, '}') + 1;
        } else if (path.bytes > 0 && *path.data == *pattern) {
            path = slice(path.data + 1, path.bytes - 1);
            pattern++;
        } else {
            return false;
        }
    }
    return path.bytes == 0;
}

const route_t *routes_find(slice_t path, slice_t segments[ROUTES_SEGMENTS_MAX],
                           size_t *count)
{
    for (size_t i = 0; i < routes_count; i++) {
        if (s_matches(routes[i].path, path, segments, count))
            return &routes[i];
    }
    return NULL;
}
