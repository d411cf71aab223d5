#include "api/routes/openapi.h"

#include <stddef.h>
#include <string.h>

#define S_AS_OF "\"as_of\":{\"offset\":9000,\"log_end\":9000,\"lag\":0}"

// One action's figures.
#define S_OPENED                                                               \
    "{\"pr_count\":3,\"avg_interval_seconds\":5400.5,"                         \
    "\"median_interval_seconds\":5400.5,\"p90_interval_seconds\":9720.1,"      \
    "\"first_ts\":\"2026-01-31T09:00:00Z\","                                   \
    "\"last_ts\":\"2026-01-31T12:00:01Z\"}"
#define S_MERGED                                                               \
    "{\"pr_count\":1,\"avg_interval_seconds\":null,"                           \
    "\"median_interval_seconds\":null,\"p90_interval_seconds\":null,"          \
    "\"first_ts\":\"2026-01-31T13:00:01Z\","                                   \
    "\"last_ts\":\"2026-01-31T13:00:01Z\"}"
#define S_CLOSED                                                               \
    "{\"pr_count\":0,\"avg_interval_seconds\":null,"                           \
    "\"median_interval_seconds\":null,\"p90_interval_seconds\":null,"          \
    "\"first_ts\":null,\"last_ts\":null}"
#define S_PULL_REQUESTS                                                        \
    "\"avg_interval_seconds\":4800.333333333333,\"pr_count\":4,"               \
    "\"first_pull_request_ts\":\"2026-01-31T09:00:00Z\","                      \
    "\"last_pull_request_ts\":\"2026-01-31T13:00:01Z\","                       \
    "\"updated_at\":\"2026-01-31T13:05:00.000000Z\","                          \
    "\"by_action\":{\"opened\":" S_OPENED ",\"closed\":" S_CLOSED              \
    ",\"merged\":" S_MERGED "}," S_AS_OF

#define S_EVENT                                                                \
    "{\"offset\":8999,\"id\":\"5630000001\",\"type\":\"WatchEvent\","          \
    "\"actor\":{\"id\":1,\"login\":\"octocat\"},\"repo\":{\"id\":2,"           \
    "\"name\":\"octocat/hello-world\"},\"payload\":{\"action\":\"started\"},"  \
    "\"public\":true,\"created_at\":\"2026-01-31T12:00:00Z\"}"

#define S_WINDOW                                                               \
    "\"start_time\":\"2026-01-31T12:00:00Z\","                                 \
    "\"end_time\":\"2026-01-31T12:10:00Z\""

typedef struct {
    const char *name;
    const char *json;
} example_t;

// What good answers look like, by their schema.
static const example_t s_answers[] = {
    {"Message", "{\"message\":\"octolog watches GitHub\"}"},
    {"Status", "{\"status\":\"healthy\"}"},
    {"EventCounts",
     "{\"counts\":{\"PushEvent\":1201,\"WatchEvent\":7}," S_WINDOW "," S_AS_OF
     "}"},
    {"EventSeries",
     "{\"step\":60,\"series\":[{\"type\":\"PushEvent\",\"points\":"
     "[[1769860800,120],[1769860860,131]]}]," S_WINDOW "," S_AS_OF "}"},
    {"PullRequestIntervals",
     "{\"repo_name\":\"octocat/hello-world\"," S_PULL_REQUESTS "}"},
    {"TopRepositories",
     "{\"by\":\"events\",\"repos\":[{\"repo_name\":\"octocat/hello-world\","
     "\"repo_id\":2,\"count\":57}]," S_WINDOW "," S_AS_OF "}"},
    {"Repository",
     "{\"repo_name\":\"octocat/hello-world\",\"repo_id\":2,\"events\":61,"
     "\"counts\":{\"PushEvent\":57,\"PullRequestEvent\":4},"
     "\"first_event_ts\":\"2026-01-31T09:00:00Z\","
     "\"last_event_ts\":\"2026-01-31T13:00:01Z\","
     "\"pull_requests\":{" S_PULL_REQUESTS "}," S_AS_OF "}"},
    {"Event", S_EVENT},
    {"EventPage", "{\"events\":[" S_EVENT "],\"next\":9000}"},
    {"Log", "{\"first_offset\":0,\"end_offset\":9000,\"events\":9000,"
            "\"bytes\":4718592,\"oldest_event_at\":\"2026-01-31T09:00:00Z\","
            "\"newest_event_at\":\"2026-01-31T13:00:01Z\","
            "\"first_journaled_at\":\"2026-01-31T09:05:00.000000Z\","
            "\"last_journaled_at\":\"2026-01-31T13:05:00.000000Z\","
            "\"duplicates\":12,\"rejects\":1,\"rejected\":1,\"retention\":{"
            "\"age_seconds\":2592000,\"bytes\":0,\"reject_bytes\":268435456,"
            "\"dedupe_margin_seconds\":604800,\"keep_offset\":0,"
            "\"sealed\":{\"event_counts\":0,\"pr_interval\":0,"
            "\"repo_activity\":0}}}"},
    {"RejectPage",
     "{\"rejects\":[{\"number\":1,\"reason\":\"created_at is missing\","
     "\"source\":\"https://api.github.com/events\","
     "\"time\":\"2026-01-31T12:00:00.000000Z\","
     "\"raw\":\"{\\\"type\\\":\\\"WatchEvent\\\"}\",\"raw_bytes\":21}],"
     "\"total\":1,\"first\":1}"},
    {"Sources",
     "{\"fetching\":true,\"sources\":[{\"name\":"
     "\"https://api.github.com/events\",\"state\":\"waiting\",\"error\":null,"
     "\"last_status\":200,\"last_poll_at\":\"2026-01-31T13:05:00.000000Z\","
     "\"next_poll_at\":\"2026-01-31T13:06:00.000000Z\","
     "\"last_event_at\":\"2026-01-31T13:00:01.000000Z\","
     "\"poll_interval_seconds\":60,\"quota\":{\"limit\":5000,"
     "\"remaining\":4711,\"reset_at\":\"2026-01-31T14:00:00.000000Z\"},"
     "\"polls\":240,\"not_modified\":12,\"failures\":0,\"events\":9012,"
     "\"coverage\":0.5,\"gaps\":114,\"last_gap\":{"
     "\"from\":\"2026-01-31T13:03:58.000000Z\","
     "\"until\":\"2026-01-31T13:04:30.000000Z\"}}]}"},
    {"Actors",
     "{\"actors\":[{\"name\":\"journal\",\"pid\":4711,\"state\":\"live\","
     "\"restarts\":0,\"started_at\":\"2026-01-31T09:00:00.000000Z\","
     "\"last_heartbeat\":\"2026-01-31T13:05:01.000000Z\",\"offset\":9000,"
     "\"lag\":0,\"last_exit\":null}]}"},
    {"Error", "{\"detail\":\"Not Found\"}"},
    {"HTTPValidationError",
     "{\"detail\":[{\"type\":\"int_parsing\",\"loc\":[\"query\",\"limit\"],"
     "\"msg\":\"Input should be a valid integer, unable to parse string as an "
     "integer\",\"input\":\"ten\"}]}"},
};

// What parameters look like, by their name.
static const example_t s_parameters[] = {
    {"name", "\"docs.css\""},
    {"owner", "\"octocat\""},
    {"action", "\"opened\""},
    {"start", "\"2026-01-31T12:00:00Z\""},
    {"end", "\"2026-01-31T12:10:00Z\""},
    {"since", "\"2026-01-31T12:00:00Z\""},
    {"offset_minutes", "10"},
    {"step", "60"},
    {"types", "[\"PushEvent\",\"WatchEvent\"]"},
    {"type", "[\"PullRequestEvent\"]"},
    {"by", "\"pull_requests\""},
    {"org", "\"octocat\""},
    {"id", "5630000001"},
    {"limit", "100"},
    {"from", "0"},
    {"before", "1000"},
    {"Last-Event-ID", "\"8999\""},
};

static const char *s_find(const example_t *examples, size_t count,
                          const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(examples[i].name, name) == 0)
            return examples[i].json;
    }
    return NULL;
}

const char *openapi_answer_example(const char *schema)
{
    return s_find(s_answers, sizeof s_answers / sizeof s_answers[0], schema);
}

const char *openapi_parameter_example(const char *name, bool in_path)
{
    if (strcmp(name, "repo") == 0) // a name alone, or with its owner
        return in_path ? "\"hello-world\"" : "\"octocat/hello-world\"";
    return s_find(s_parameters, sizeof s_parameters / sizeof s_parameters[0],
                  name);
}
