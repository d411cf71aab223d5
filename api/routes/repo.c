#include "api/handler/route.h"
#include "api/render/activity.h"

static const parameter_t s_parameters[] = {
    HANDLER_OWNER,
    HANDLER_REPO,
    HANDLER_START,
    HANDLER_END,
};

static void s_answer(call_t *call)
{
    char name[PARAMETERS_URL_MAX];
    const slice_t repo = handler_repository(call, name);
    const bool bounded = parameters_get(call->parameters, "end")->given;
    uint32_t start, end;
    message_t activity, intervals;
    if (!handler_window(call, UINT32_MAX, &start, &end))
        return;
    const uint64_t until = bounded ? end : UINT64_MAX;
    const message_t question = {.kind = MESSAGE_ACTIVITY,
                                .activity = {repo, start, until}};
    if (!handler_ask_view(call, "repo_activity", &question,
                          MESSAGE_ACTIVITY_ANSWER, &activity))
        return;
    if (!activity.activity_answer.found) {
        handler_unknown_repository(call, repo);
        return;
    }
    const message_t further = {
        .kind = MESSAGE_INTERVALS,
        .intervals = {.repo = repo, .start = start, .end = until}};
    if (handler_ask_view(call, "pr_interval", &further,
                         MESSAGE_INTERVALS_ANSWER, &intervals))
        handler_check(call, rendering_repository(&call->answer->body,
                                                 &activity.activity_answer,
                                                 &intervals.intervals_answer));
}

const route_t route_repo = {
    .path = "/v1/repos/{owner}/{repo}",
    .name = "repository",
    .handler = s_answer,
    .summary = "What is known of one repository",
    .schema = "Repository",
    .unknown = true,
    .asks = true,
    ROUTE_TAKES(s_parameters),
    .example = ROUTE_JSON({
        "repo_name": "octocat/hello-world", "repo_id": 2, "events": 61,
        "counts": {"PushEvent": 57, "PullRequestEvent": 4},
        "first_event_ts": "2026-01-31T09:00:00Z",
        "last_event_ts": "2026-01-31T13:00:01Z",
        "pull_requests": {
            "avg_interval_seconds": 4800.333333333333, "pr_count": 4,
            "first_pull_request_ts": "2026-01-31T09:00:00Z",
            "last_pull_request_ts": "2026-01-31T13:00:01Z",
            "updated_at": "2026-01-31T13:05:00.000000Z",
            "by_action": {
                "opened": {
                    "pr_count": 3, "avg_interval_seconds": 5400.5,
                    "median_interval_seconds": 5400.5,
                    "p90_interval_seconds": 9720.1,
                    "first_ts": "2026-01-31T09:00:00Z",
                    "last_ts": "2026-01-31T12:00:01Z"
                },
                "closed": {
                    "pr_count": 0, "avg_interval_seconds": null,
                    "median_interval_seconds": null,
                    "p90_interval_seconds": null, "first_ts": null,
                    "last_ts": null
                },
                "merged": {
                    "pr_count": 1, "avg_interval_seconds": null,
                    "median_interval_seconds": null,
                    "p90_interval_seconds": null,
                    "first_ts": "2026-01-31T13:00:01Z",
                    "last_ts": "2026-01-31T13:00:01Z"
                }
            },
            "as_of": {"offset": 9000, "log_end": 9000, "lag": 0}
        },
        "as_of": {"offset": 9000, "log_end": 9000, "lag": 0}
    }),
};
