#include "actors/views/pr_interval/pr_interval.h"
#include "actors/views/repo_activity/repo_activity.h"
#include "api/handler/route.h"

static const parameter_t s_parameters[] = {
    HANDLER_OWNER,
    HANDLER_REPO,
    HANDLER_START,
    HANDLER_END,
};

// Joins the answers of both views into one.
static void s_join(call_t *call, view_repo_asked_t *asked,
                   const message_view_answer_t *activity)
{
    const view_pr_asked_t further = {.repo = asked->name,
                                     .start = asked->start,
                                     .end = asked->end,
                                     .nameless = true};
    message_view_answer_t intervals;
    buffer_t pull_requests = {0};
    if (!handler_ask_view(call, &view_pr_question, &further, &intervals))
        return;
    int rc = view_pr_render(&further, &intervals, &pull_requests);
    asked->pull_requests = buffer_slice(&pull_requests);
    if (rc == 0)
        rc = view_repo_activity_render(asked, activity, &call->answer->body);
    call->answer->body.failed |= buffer_failed(&pull_requests);
    buffer_free(&pull_requests);
    handler_check(call, rc);
}

static void s_answer(call_t *call)
{
    char name[PARAMETERS_URL_MAX];
    const slice_t repo = handler_repository(call, name);
    const bool bounded = parameters_get(call->parameters, "end")->given;
    uint32_t start, end;
    message_view_answer_t activity;
    if (!handler_window(call, UINT32_MAX, &start, &end))
        return;
    view_repo_asked_t asked = {
        .name = repo, .start = start, .end = bounded ? end : UINT64_MAX};
    if (!handler_ask_view(call, &view_repo_question, &asked, &activity))
        return;
    int known = view_repo_is_known(&activity);
    if (known < 0)
        handler_check(call, known);
    else if (known)
        s_join(call, &asked, &activity);
    else
        handler_unknown_repository(call, repo);
}

const route_t route_repo = {
    .path = "/v1/repos/{owner}/{repo}",
    .name = "repository",
    .handler = s_answer,
    .summary = "Everything known about one repository",
    .schema = "Repository",
    .missing = "Repository with name 'octocat/hello-world' not found.",
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
