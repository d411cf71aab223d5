#include "actors/views/repo_activity/repo_activity.h"
#include "api/handler/route.h"

static const parameter_t s_parameters[] = {
    {.name = "by",
     .kind = PARAMETER_TEXT,
     .about = "what to rank by: events (the default), pull_requests, or an "
              "event type such as PushEvent",
     .example = "pull_requests"},
    HANDLER_START,
    HANDLER_END,
    {.name = "limit",
     .kind = PARAMETER_INTEGER,
     .ge = 1,
     .le = VIEW_REPO_TOP_MAX,
     .otherwise = 10,
     .has_default = true,
     .about = "maximum number of repositories",
     .example = "100"},
};

static bool s_ends_with(slice_t text, slice_t end)
{
    return text.bytes > end.bytes &&
           slice_equal(slice(text.data + text.bytes - end.bytes, end.bytes),
                       end);
}

// Finds the type to rank by, empty for all. false: `by` is not valid, and the
// answer is a 422. All of GitHub's types end in "Event"; others are refused so
// that a misspelt type does not look like an empty result.
static bool s_type(call_t *call, slice_t by, slice_t *type)
{
    *type = by;
    if (slice_equal(by, slice_of("events")))
        *type = slice_of("");
    else if (slice_equal(by, slice_of("pull_requests")))
        *type = slice_of("PullRequestEvent");
    else if (!s_ends_with(by, slice_of("Event"))) {
        call->answer->status = 422;
        parameters_refuse(call->parameters, "by",
                          "by is events, pull_requests or a type of events",
                          &call->answer->body);
        return false;
    }
    return true;
}

static void s_answer(call_t *call)
{
    const parameters_t *parameters = call->parameters;
    const parameter_value_t *asked = parameters_get(parameters, "by");
    const slice_t by = asked->given ? asked->text : slice_of("events");
    uint32_t now = (uint32_t)(call->now_us / 1000000);
    uint32_t start, end;
    slice_t type;
    if (!s_type(call, by, &type) || !handler_window(call, now, &start, &end))
        return;
    call->answer->caching = ANSWER_ASK;
    const view_repo_top_asked_t question = {
        .type = type,
        .start = start,
        .end = end,
        .limit = (uint32_t)parameters_get(parameters, "limit")->number,
        .by = by,
    };
    (void)handler_answer_view(call, &view_repo_top_question, &question);
}

const route_t route_top = {
    .path = "/v1/repos/top",
    .name = "top_repositories",
    .handler = s_answer,
    .summary = "The repositories with the most events in a time window",
    .schema = "TopRepositories",
    .tagged = true,
    .asks = true,
    ROUTE_TAKES(s_parameters),
    .example = ROUTE_JSON({
        "by": "events",
        "repos": [
            {"repo_name": "octocat/hello-world", "repo_id": 2, "count": 57}
        ],
        "start_time": "2026-01-31T12:00:00Z",
        "end_time": "2026-01-31T12:10:00Z",
        "as_of": {"offset": 9000, "log_end": 9000, "lag": 0}
    }),
};
