#include "actors/views/event_counts/event_counts.h"
#include "actors/views/repo_activity/repo_activity.h"
#include "api/handler/route.h"

static const parameter_t s_parameters[] = {
    {.name = "offset_minutes",
     .kind = PARAMETER_INTEGER,
     .ge = 0,
     .le = INT64_MAX,
     .about = "count the last N minutes, up to the current second; required "
              "unless start or end is given, and not allowed with them",
     .example = "10"},
    HANDLER_START,
    HANDLER_END,
    {.name = "types",
     .kind = PARAMETER_LIST,
     .about = "count only these event types, as types=A,B or types=A&types=B; "
              "default: all",
     .example = "PushEvent,WatchEvent"},
    {.name = "repo",
     .kind = PARAMETER_TEXT,
     .about = "count only this repository, as owner/name, case-insensitive; "
              "cannot be combined with org",
     .example = "octocat/hello-world"},
    {.name = "org",
     .kind = PARAMETER_TEXT,
     .about = "count only this organisation, by its login, case-insensitive",
     .example = "octocat"},
};

typedef struct {
    uint32_t start; // seconds since 1970
    uint32_t end;
} window_t;

// The last `minutes`, up to this second.
static window_t s_last(int64_t minutes, uint32_t now)
{
    int64_t seconds;
    if (__builtin_mul_overflow(minutes, 60, &seconds) || seconds > now)
        seconds = now;
    return (window_t){(uint32_t)(now - seconds), now};
}

// The requested window, given in one of the two ways. false: the request gives
// neither or both, and the answer is a 422.
static bool s_window(call_t *call, window_t *window)
{
    const parameters_t *parameters = call->parameters;
    const parameter_value_t *offset =
        parameters_get(parameters, "offset_minutes");
    bool by_time = parameters_get(parameters, "start")->given ||
                   parameters_get(parameters, "end")->given;
    uint32_t now = (uint32_t)(call->now_us / 1000000);
    if (by_time && !offset->given)
        return handler_window(call, now, &window->start, &window->end);
    if (offset->given && !by_time) {
        *window = s_last(offset->number, now);
        return true;
    }
    call->answer->status = 422;
    if (by_time)
        parameters_refuse(parameters, "offset_minutes",
                          "offset_minutes excludes start and end",
                          &call->answer->body);
    else
        parameters_miss(parameters, "offset_minutes", &call->answer->body);
    return false;
}

static void s_answer_all(call_t *call, window_t window, view_types_t types)
{
    const view_counts_asked_t question = {window.start, window.end, types};
    (void)handler_answer_view(call, &view_counts_question, &question);
}

// Counts one repository or organisation. A name that the view does not know has
// no events; it is not an error.
static void s_answer_one(call_t *call, window_t window, view_types_t types,
                         slice_t name)
{
    const view_repo_asked_t question = {
        .name = name, .start = window.start, .end = window.end, .types = types};
    (void)handler_answer_view(call, &view_repo_counts_question, &question);
}

// Whether a filter has the form of its name: owner/name, or a login.
static bool s_filter(call_t *call, const char *filter, bool slash)
{
    slice_t text = parameters_get(call->parameters, filter)->text;
    if ((memchr(text.data, '/', text.bytes) != NULL) == slash)
        return true;
    call->answer->status = 422;
    parameters_refuse(call->parameters, filter,
                      slash ? "a repository is owner/name"
                            : "an organisation is a login, without a slash",
                      &call->answer->body);
    return false;
}

static void s_answer(call_t *call)
{
    const parameters_t *parameters = call->parameters;
    const parameter_value_t *chosen = parameters_get(parameters, "types");
    const view_types_t types = {chosen->items, chosen->count};
    const parameter_value_t *repo = parameters_get(parameters, "repo");
    const parameter_value_t *org = parameters_get(parameters, "org");
    window_t window;
    if (!s_window(call, &window))
        return;
    if (repo->given && org->given) {
        call->answer->status = 422;
        parameters_refuse(parameters, "org", "org excludes repo",
                          &call->answer->body);
    } else if (repo->given) {
        if (s_filter(call, "repo", true))
            s_answer_one(call, window, types, repo->text);
    } else if (org->given) {
        if (s_filter(call, "org", false))
            s_answer_one(call, window, types, org->text);
    } else {
        s_answer_all(call, window, types);
    }
}

const route_t route_counts = {
    .path = "/v1/agg_event_counts",
    .name = "agg_event_counts",
    .handler = s_answer,
    .summary = "Events by type in a time window",
    .schema = "EventCounts",
    .asks = true,
    ROUTE_TAKES(s_parameters),
    .example = ROUTE_JSON({
        "counts": {"PushEvent": 1201, "WatchEvent": 7},
        "start_time": "2026-01-31T12:00:00Z",
        "end_time": "2026-01-31T12:10:00Z",
        "as_of": {"offset": 9000, "log_end": 9000, "lag": 0}
    }),
};
