// octolog query - queries the views, in a running octolog or in the data
// directory.

#include "actors/runtime/clock.h"
#include "actors/transport/socket.h"
#include "proto/base/time_text.h"
#include "tools/command/command.h"
#include "tools/query/local_answers.h"
#include "tools/query/query_table.h"
#include "tools/query/rest.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// People wait longer than clients of the REST service.
#define PATIENCE_MS 10000

typedef struct {
    const command_t *command;
    query_table_t *print;
    command_place_t place;
    local_moment_t moment;
    uint64_t last_s; // --last; 0: not given
    bool has_window; // --start or --end
    buffer_t path;   // of the route, owned
    buffer_t query;  // its parameters, owned
} query_t;

static const char *s_name(const query_t *query)
{
    return query->command->usage.name + strlen("octolog ");
}

// Flags.

// Percent-encodes all but letters, digits and -._~
static void s_add_encoded(buffer_t *text, const char *value)
{
    for (; *value; value++) {
        const unsigned char c = (unsigned char)*value;
        if (c < 0x80 && (isalnum(c) || strchr("-._~", c)))
            buffer_add(text, value, 1);
        else
            buffer_printf(text, "%%%02X", c);
    }
}

static void s_add_parameter(query_t *query, const char *name, const char *value)
{
    buffer_printf(&query->query, "%s%s=", query->query.bytes ? "&" : "", name);
    s_add_encoded(&query->query, value);
}

// The route parameter that a flag sets; NULL: none.
static const char *s_parameter(int letter)
{
    switch (letter) {
    case 's':
        return "start";
    case 'e':
        return "end";
    case 't':
        return "types";
    case 'r':
        return "repo";
    case 'o':
        return "org";
    case 'a':
        return "action";
    case 'b':
        return "by";
    case 'n':
        return "limit";
    default:
        return NULL;
    }
}

// "90s", "15m", "1h", "7d", "2w".
static const char *s_take_last(const char *text, uint64_t *seconds)
{
    static const char units[] = "smhdw";
    static const uint64_t lengths[] = {1, 60, 3600, 86400, 604800};
    char *end;
    errno = 0;
    const unsigned long long count = strtoull(text, &end, 10);
    const char *unit = *end ? strchr(units, *end) : NULL;
    if (!isdigit((unsigned char)*text) || errno || !unit || end[1] ||
        count == 0 || count > UINT32_MAX)
        return "not a number with s, m, h, d or w, such as 90s, 1h or 7d";
    *seconds = count * lengths[unit - units];
    return NULL;
}

static const char *s_take_moment(const char *text, local_moment_t *moment)
{
    if (command_parse_position(text, &moment->position, &moment->is_time) != 0)
        return "neither an offset nor a time such as 2016-01-01T01:30:00Z";
    moment->given = true;
    return NULL;
}

static const char *s_take(void *context, int letter, const char *value)
{
    query_t *query = context;
    const char *parameter = s_parameter(letter);
    if (parameter) {
        s_add_parameter(query, parameter, value);
        query->has_window |= letter == 's' || letter == 'e';
        return NULL;
    }
    if (letter == 'l')
        return s_take_last(value, &query->last_s);
    if (letter == 'A')
        return s_take_moment(value, &query->moment);
    command_take_place(&query->place, letter, value);
    return NULL;
}

// Adds the window of --last or, if the route requires one and no flag gives it,
// all of time.
static int s_finish_window(query_t *query, int64_t now_us, bool must_have)
{
    char start[TIME_TEXT_BYTES];
    const uint64_t now = (uint64_t)(now_us / 1000000);
    if (query->last_s > 0 && query->has_window)
        return command_error(COMMAND_USAGE, s_name(query),
                             "--last cannot be combined with --start or --end");
    if (query->has_window || (query->last_s == 0 && !must_have))
        return COMMAND_OK;
    const bool all = query->last_s == 0 || query->last_s > now;
    time_text_format(all ? 0 : (uint32_t)(now - query->last_s), start);
    s_add_parameter(query, "start", start);
    if (!all) {
        char end[TIME_TEXT_BYTES];
        time_text_format((uint32_t)now, end);
        s_add_parameter(query, "end", end);
    }
    return COMMAND_OK;
}

// Answers.

// Reports {"detail":[{"loc":["query","start"],"msg":...,"input":...}]} as
// mistakes of the flags.
static int s_fail_usage(const query_t *query, const cJSON *detail)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, detail)
    {
        const cJSON *loc = cJSON_GetObjectItemCaseSensitive(item, "loc");
        const char *flag = cJSON_GetStringValue(cJSON_GetArrayItem(loc, 1));
        const char *input = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(item, "input"));
        const char *why =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "msg"));
        command_error(0, s_name(query), "--%s%s%s%s: %s", flag ? flag : "?",
                      input ? " \"" : "", input ? input : "", input ? "\"" : "",
                      why ? why : "invalid value");
    }
    return COMMAND_USAGE;
}

// Reports any answer other than 200.
static int s_fail(const query_t *query, int status, slice_t body)
{
    cJSON *document = cJSON_ParseWithLength(body.data, body.bytes);
    const cJSON *detail = cJSON_GetObjectItemCaseSensitive(document, "detail");
    const char *text = cJSON_GetStringValue(detail);
    int rc = status == 422 && cJSON_IsArray(detail)
                 ? s_fail_usage(query, detail)
                 : command_error(COMMAND_FAILED, s_name(query), "%s",
                                 text ? text : "out of memory");
    cJSON_Delete(document);
    return rc;
}

static int s_print(const query_t *query, slice_t body)
{
    if (query->place.json) {
        fwrite(body.data, 1, body.bytes, stdout);
        putchar('\n');
    } else {
        cJSON *document = cJSON_ParseWithLength(body.data, body.bytes);
        if (!document)
            return command_error(COMMAND_FAILED, s_name(query),
                                 "out of memory");
        query->print(stdout, document);
        cJSON_Delete(document);
    }
    return fflush(stdout) ? COMMAND_FAILED : COMMAND_OK;
}

static int s_ask(const query_t *query, rest_t *rest, int64_t now_us)
{
    slice_t body;
    const int status =
        rest_get(rest, now_us, query->path.data,
                 query->query.bytes ? query->query.data : NULL, &body);
    return status == 200 ? s_print(query, body) : s_fail(query, status, body);
}

// Asks the data directory. With --as-of a time, that time is the clock.
static int s_ask_directory(const query_t *query, const config_t *config,
                           int64_t now_us)
{
    failure_t failure = {0};
    local_answers_t *answers = NULL;
    int rc = local_answers_new(&answers, config, &query->moment, &failure);
    if (rc != 0)
        return command_no_log(s_name(query), config, &failure);
    rest_t *rest =
        rest_new(config, ask_new_answered(local_answers_ask, answers));
    int status =
        rest ? s_ask(query, rest, now_us)
             : command_error(COMMAND_FAILED, s_name(query), "out of memory");
    rest_destroy(&rest);
    local_answers_destroy(&answers);
    return status;
}

static int s_ask_running(const query_t *query, config_t *config, int64_t now_us)
{
    socket_init();
    if (config->http_deadline_ms < PATIENCE_MS)
        config->http_deadline_ms = PATIENCE_MS;
    rest_t *rest = rest_new(config, ask_new(config, NULL, NULL));
    int status =
        rest ? s_ask(query, rest, now_us)
             : command_error(COMMAND_FAILED, s_name(query), "out of memory");
    rest_destroy(&rest);
    return status;
}

static int s_run(query_t *query, bool must_have_window)
{
    const local_moment_t *moment = &query->moment;
    const int64_t now_us = moment->given && moment->is_time
                               ? (int64_t)moment->position * 1000000
                               : clock_now_us();
    int status = s_finish_window(query, now_us, must_have_window);
    if (status != COMMAND_OK)
        return status;
    // Terminated: they are passed as strings.
    buffer_add(&query->path, "", 1);
    buffer_add(&query->query, "", query->query.bytes > 0);
    if (buffer_failed(&query->path) || buffer_failed(&query->query))
        return command_error(COMMAND_FAILED, s_name(query), "out of memory");
    config_t *config = command_load_config(s_name(query), &query->place);
    if (!config)
        return COMMAND_FAILED;
    status = !moment->given && data_dir_running(config->data_dir)
                 ? s_ask_running(query, config, now_us)
                 : s_ask_directory(query, config, now_us);
    config_destroy(&config);
    return status;
}

// Subcommands.

// Parses the command line and asks `path`, followed by the repository if the
// command takes one.
static int s_main(const command_t *command, query_table_t *print,
                  const char *path, bool must_have_window, int argc,
                  char **argv)
{
    query_t query = {.command = command, .print = print};
    int status;
    const int first =
        usage_parse(&command->usage, argc, argv, s_take, &query, &status);
    if (first >= 0) {
        buffer_add_text(&query.path, path);
        char *slash = first < argc ? strchr(argv[first], '/') : NULL;
        if (slash) {
            *slash = '\0';
            s_add_encoded(&query.path, argv[first]);
            buffer_add_text(&query.path, "/");
            s_add_encoded(&query.path, slash + 1);
        }
        status =
            first < argc && !slash
                ? command_error(COMMAND_USAGE, s_name(&query),
                                "%s: not a repository of the form OWNER/NAME",
                                argv[first])
                : s_run(&query, must_have_window);
    }
    buffer_free(&query.path);
    buffer_free(&query.query);
    return status;
}

static int s_counts(int argc, char **argv)
{
    return s_main(&command_query_counts, query_table_counts,
                  "/v1/agg_event_counts", true, argc, argv);
}

static int s_pr(int argc, char **argv)
{
    return s_main(&command_query_pr, query_table_pulls, "/v1/avg_pr_interval/",
                  false, argc, argv);
}

static int s_top(int argc, char **argv)
{
    return s_main(&command_query_top, query_table_top, "/v1/repos/top", false,
                  argc, argv);
}

static int s_repo(int argc, char **argv)
{
    return s_main(&command_query_repo, query_table_repo, "/v1/repos/", false,
                  argc, argv);
}

#define FLAGS_WINDOW                                                           \
    {.letter = 's',                                                            \
     .name = "start",                                                          \
     .value = "TIME",                                                          \
     .about = "count only events created at this time or later"},              \
        {.letter = 'e',                                                        \
         .name = "end",                                                        \
         .value = "TIME",                                                      \
         .about = "count only events created before this time (now)"},         \
    {                                                                          \
        .letter = 'l', .name = "last", .value = "TIME",                        \
        .about =                                                               \
            "instead of --start and --end: the last 90s, 15m, 1h, 7d or 2w"    \
    }

#define FLAGS_COMMON                                                           \
    {.letter = 'A',                                                            \
     .name = "as-of",                                                          \
     .value = "OFFSET|TIME",                                                   \
     .about = "answer as of the moment when the log ended at this offset, or " \
              "as of this time"},                                              \
        COMMAND_FLAG_CONFIG, COMMAND_FLAG_DATA,                                \
    {                                                                          \
        .letter = 'j', .name = "json",                                         \
        .about = "print JSON: the response of the REST service"                \
    }

#define EXITS                                                                  \
    (const usage_item_t[])                                                     \
    {                                                                          \
        {"0", "success"}, {"1", "no answer, or not found"},                    \
            {"2", "wrong usage"},                                              \
        {                                                                      \
            0                                                                  \
        }                                                                      \
    }

const command_t command_query = {
    .usage =
        {
            .name = "octolog query",
            .summary = "query the views",
            .about =
                "Queries the views at a terminal, with the results of the REST "
                "service. If octolog runs on the data directory, it answers. "
                "Otherwise the views are read from disk and may be behind the "
                "log; the last line of the output shows the offset they have "
                "reached. With --as-of, the log is folded up to an earlier "
                "moment. All subcommands support --json.",
            .flags = (const usage_flag_t[]){{0}},
            .exits = EXITS,
            .examples =
                (const usage_item_t[]){
                    {"octolog query counts --last 1h",
                     "events of the last hour, by type"},
                    {"octolog query top --by pull_requests --limit 20",
                     "the repositories with the most pull requests"},
                    {0}},
        },
};

const command_t command_query_counts = {
    .usage =
        {
            .name = "octolog query counts",
            .summary = "events by type in a window of time",
            .about = "Counts events by type in any window of time, exact to "
                     "the second. Without a window, counts all events.",
            .flags =
                (const usage_flag_t[]){
                    FLAGS_WINDOW,
                    {.letter = 't',
                     .name = "types",
                     .value = "TYPE,...",
                     .words = COMMAND_EVENT_TYPES,
                     .hints = true,
                     .repeats = true,
                     .about = "count only these types"},
                    {.letter = 'r',
                     .name = "repo",
                     .value = "OWNER/NAME",
                     .about = "count only events of this repository"},
                    {.letter = 'o',
                     .name = "org",
                     .value = "LOGIN",
                     .about = "count only events of this organisation"},
                    FLAGS_COMMON,
                    {0}},
            .exits = EXITS,
            .examples =
                (const usage_item_t[]){
                    {"octolog query counts --last 1h", "the last hour"},
                    {"octolog query counts --start 2016-01-01T01:30:00Z --end "
                     "2016-01-01T03:10:07Z --types PushEvent,WatchEvent",
                     "a window, exact to the second"},
                    {"octolog query counts --as-of 2016-01-02 --last 1d "
                     "--json",
                     "the answer as of that time"},
                    {0}},
        },
    .run = s_counts,
};

const command_t command_query_pr = {
    .usage =
        {
            .name = "octolog query pr",
            .summary = "time between a repository's pull requests",
            .arguments = "OWNER/NAME",
            .least = 1,
            .most = 1,
            .about = "Prints average, median and 90th percentile of the time "
                     "between pull request events of a repository, by action.",
            .flags =
                (const usage_flag_t[]){
                    {.letter = 'a',
                     .name = "action",
                     .value = "ACTION",
                     .words = "opened closed merged reopened",
                     .hints = true,
                     .about = "use this action for the last line"},
                    FLAGS_WINDOW,
                    FLAGS_COMMON,
                    {0}},
            .exits = EXITS,
            .examples =
                (const usage_item_t[]){
                    {"octolog query pr zeromq/libzmq", "over all time"},
                    {"octolog query pr zeromq/libzmq --last 7d",
                     "in the last week"},
                    {0}},
        },
    .run = s_pr,
};

const command_t command_query_top = {
    .usage =
        {
            .name = "octolog query top",
            .summary = "the repositories with the most events",
            .about = "Lists the repositories with the most events, pull "
                     "requests or events of one type in any window of time. "
                     "Without a window, of all time.",
            .flags =
                (const usage_flag_t[]){
                    {.letter = 'b',
                     .name = "by",
                     .value = "WHAT",
                     .words = "events pull_requests " COMMAND_EVENT_TYPES,
                     .hints = true,
                     .about =
                         "events, pull_requests or an event type (events)"},
                    {.letter = 'n',
                     .name = "limit",
                     .value = "N",
                     .about = "number of repositories, up to 1000 (10)"},
                    FLAGS_WINDOW,
                    FLAGS_COMMON,
                    {0}},
            .exits = EXITS,
            .examples =
                (const usage_item_t[]){
                    {"octolog query top --last 1d",
                     "the busiest of the last day"},
                    {"octolog query top --by WatchEvent --limit 50",
                     "the most starred"},
                    {0}},
        },
    .run = s_top,
};

const command_t command_query_repo = {
    .usage =
        {
            .name = "octolog query repo",
            .summary = "all counts of one repository",
            .arguments = "OWNER/NAME",
            .least = 1,
            .most = 1,
            .about = "Prints the events of a repository by type, the time of "
                     "the first and the last one, and its pull requests.",
            .flags = (const usage_flag_t[]){FLAGS_WINDOW, FLAGS_COMMON, {0}},
            .exits = EXITS,
            .examples =
                (const usage_item_t[]){
                    {"octolog query repo zeromq/libzmq", "over all time"}, {0}},
        },
    .run = s_repo,
};
