#include "api/openapi.h"

const openapi_field_t openapi_fields[] = {
    {"Message", "message", "string", NULL},

    {"Status", "status", "string", "healthy, ready or alive"},

    {"OpenAPI", "openapi", "string", NULL},
    {"OpenAPI", "info", "{any}", NULL},
    {"OpenAPI", "paths", "{any}", NULL},
    {"OpenAPI", "components", "{any}", NULL},
    {"OpenAPI", "security", "[any]", NULL},

    {"AsOf", "offset", "integer", "first offset not yet applied"},
    {"AsOf", "log_end", "integer", "first offset not yet written"},
    {"AsOf", "lag", "integer", "their difference"},
    {"AsOf", "stale?", "boolean",
     "true when the log was not heard from lately: the lag may be more"},

    {"EventCounts", "counts", "{integer}",
     "events by type; without `types`, every type that GitHub sends is there"},
    {"EventCounts", "start_time", "time", "counted from this time"},
    {"EventCounts", "end_time", "time", "and before this one"},
    {"EventCounts", "as_of", "AsOf", NULL},

    {"TypeSeries", "type", "string", NULL},
    {"TypeSeries", "points", "[[any]]",
     "pairs of the time a step begins and the events in it"},

    {"EventSeries", "step", "integer", "seconds"},
    {"EventSeries", "series", "[TypeSeries]", "one a type"},
    {"EventSeries", "start_time", "time", "counted from this time"},
    {"EventSeries", "end_time", "time",
     "and before this one, where the last step ends, too"},
    {"EventSeries", "as_of", "AsOf", NULL},

    {"ActionIntervals", "pr_count", "integer", NULL},
    {"ActionIntervals", "avg_interval_seconds", "number?",
     "null with fewer than two"},
    {"ActionIntervals", "median_interval_seconds", "number?", NULL},
    {"ActionIntervals", "p90_interval_seconds", "number?", NULL},
    {"ActionIntervals", "first_ts", "time?", NULL},
    {"ActionIntervals", "last_ts", "time?", NULL},

    {"PullRequestIntervals", "repo_name", "string",
     "as GitHub spelled it last"},
    {"PullRequestIntervals", "avg_interval_seconds", "number?",
     "(last - first) / (count - 1); null with fewer than two"},
    {"PullRequestIntervals", "pr_count", "integer", "PullRequestEvents"},
    {"PullRequestIntervals", "first_pull_request_ts", "time?", NULL},
    {"PullRequestIntervals", "last_pull_request_ts", "time?", NULL},
    {"PullRequestIntervals", "updated_at", "time?",
     "when its newest event was journaled"},
    {"PullRequestIntervals", "by_action", "{ActionIntervals}",
     "opened, closed, merged, and any other that occurred"},
    {"PullRequestIntervals", "as_of", "AsOf", NULL},

    {"Event", "offset", "integer",
     "in the log; the other members are as GitHub sent them"},
    {"Event", "type", "string", NULL},
    {"Event", "created_at", "string", NULL},
    {"Event", "*", "any", NULL},

    {"EventPage", "events", "[Event]", NULL},
    {"EventPage", "next", "integer",
     "where the next page begins; the same as `from` at the end of the log"},

    {"Log", "first_offset", "integer", "the first that is kept"},
    {"Log", "end_offset", "integer", "the first that is not yet written"},
    {"Log", "events", "integer", NULL},
    {"Log", "bytes", "integer", "on disk"},
    {"Log", "oldest_event_at", "time?", "by created_at"},
    {"Log", "newest_event_at", "time?", "by created_at"},
    {"Log", "first_journaled_at", "time?", NULL},
    {"Log", "last_journaled_at", "time?", NULL},
    {"Log", "duplicates", "integer", "dropped since it began"},
    {"Log", "rejects", "integer", "dead letters"},

    {"Reject", "number", "integer", "counts from 1"},
    {"Reject", "reason", "string", NULL},
    {"Reject", "source", "string", NULL},
    {"Reject", "time", "time?", "when its source gave it"},
    {"Reject", "raw", "string",
     "what came, at most 64 KiB of it; what is no UTF-8 shows as U+FFFD"},
    {"Reject", "raw_bytes", "integer", "how long it is in all"},

    {"RejectPage", "rejects", "[Reject]", "newest first"},
    {"RejectPage", "total", "integer", "kept in all"},

    {"Quota", "limit", "integer", NULL},
    {"Quota", "remaining", "integer", NULL},
    {"Quota", "reset_at", "time?", NULL},

    {"Gap", "from", "time?", NULL},
    {"Gap", "until", "time?", NULL},

    {"Source", "name", "string", "the URL asked for"},
    {"Source", "state", "string", NULL},
    {"Source", "error?", "string?", "of the last poll"},
    {"Source", "last_status?", "integer?", "of HTTP"},
    {"Source", "last_poll_at?", "time?", NULL},
    {"Source", "next_poll_at?", "time?", NULL},
    {"Source", "last_event_at?", "time?", "newest created_at received"},
    {"Source", "poll_interval_seconds?", "integer", NULL},
    {"Source", "quota?", "Quota?", NULL},
    {"Source", "polls?", "integer", NULL},
    {"Source", "not_modified?", "integer", "answers 304"},
    {"Source", "failures?", "integer", NULL},
    {"Source", "events?", "integer", "received, repeats included"},
    {"Source", "coverage?", "number?",
     "share of polls that overlapped the one before"},
    {"Source", "gaps?", "integer", "polls that did not: events may be missing"},
    {"Source", "last_gap?", "Gap?", "events created in it may be missing"},

    {"Sources", "fetching", "boolean",
     "false: nothing is fetched here, and names are all that is known"},
    {"Sources", "sources", "[Source]", NULL},

    {"Actor", "name", "string", NULL},
    {"Actor", "pid", "integer?", "null: not running"},
    {"Actor", "state", "string", NULL},
    {"Actor", "restarts", "integer", NULL},
    {"Actor", "started_at", "time?", NULL},
    {"Actor", "last_heartbeat", "time?", NULL},
    {"Actor", "offset", "integer", "its position in the log"},
    {"Actor", "lag", "integer", "events it is behind"},
    {"Actor", "last_exit", "string?", "how it ended last"},

    {"Actors", "actors", "[Actor]", NULL},

    {"Error", "detail", "string", NULL},

    {"ValidationError", "type", "string", NULL},
    {"ValidationError", "loc", "[string]", NULL},
    {"ValidationError", "msg", "string", NULL},
    {"ValidationError", "input", "string?", NULL},
    {"ValidationError", "ctx?", "{any}", NULL},

    {"HTTPValidationError", "detail", "[ValidationError]", NULL},
};

const size_t openapi_field_count =
    sizeof openapi_fields / sizeof openapi_fields[0];
