#include "actors/views/pr_interval/pr_interval.h"
#include "api/handler/route.h"

static const parameter_t s_parameters[] = {
    HANDLER_OWNER,
    HANDLER_REPO,
    {.name = "action",
     .kind = PARAMETER_TEXT,
     .about = "restrict the top-level figures to this action (opened, closed, "
              "merged, ...); default: all actions",
     .example = "opened"},
    HANDLER_START,
    HANDLER_END,
};

static void s_answer(call_t *call)
{
    char name[PARAMETERS_URL_MAX];
    const slice_t repo = handler_repository(call, name);
    const bool bounded = parameters_get(call->parameters, "end")->given;
    uint32_t start, end;
    if (!handler_window(call, UINT32_MAX, &start, &end))
        return;
    const view_pr_asked_t question = {
        .repo = repo,
        .action = parameters_get(call->parameters, "action")->text,
        .start = start,
        .end = bounded ? end : UINT64_MAX,
    };
    if (!handler_answer_view(call, &view_pr_question, &question))
        handler_unknown_repository(call, repo);
}

const route_t route_intervals = {
    .path = "/v1/avg_pr_interval/{owner}/{repo}",
    .name = "avg_pr_interval",
    .handler = s_answer,
    .summary = "Time between a repository's pull requests",
    .schema = "PullRequestIntervals",
    .missing = "Repository with name 'octocat/hello-world' not found.",
    .asks = true,
    ROUTE_TAKES(s_parameters),
    .example = ROUTE_JSON({
        "repo_name": "octocat/hello-world",
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
                "median_interval_seconds": null, "p90_interval_seconds": null,
                "first_ts": null, "last_ts": null
            },
            "merged": {
                "pr_count": 1, "avg_interval_seconds": null,
                "median_interval_seconds": null, "p90_interval_seconds": null,
                "first_ts": "2026-01-31T13:00:01Z",
                "last_ts": "2026-01-31T13:00:01Z"
            }
        },
        "as_of": {"offset": 9000, "log_end": 9000, "lag": 0}
    }),
};
