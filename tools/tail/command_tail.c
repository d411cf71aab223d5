// octolog tail - prints the events of the log, and follows it.

#include "actors/transport/socket.h"
#include "tools/cli/terminal.h"
#include "tools/command/command.h"
#include "tools/command/log_source.h"
#include "tools/tail/event_line.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define NAME "tail"

// Names per filter: types or repositories.
#define FILTER_MAX 64

// The feed may drop messages; after this time the log is asked anyway.
#define FEED_PATIENCE_MS 1000

typedef struct {
    const char *names[FILTER_MAX];
    size_t count;
} filter_t;

typedef enum {
    FROM_DEFAULT,
    FROM_EARLIEST,
    FROM_LATEST,
    FROM_OFFSET, // tail_t.offset
    FROM_TIME,   // tail_t.created_at
} from_t;

typedef struct {
    command_place_t place; // first: command_take_place()
    from_t from;
    bool follow;
    uint64_t limit; // events still to print
    filter_t types, repos;
    const char *colour; // the WHEN of --color; NULL: auto
    // While it runs.
    event_line_t *line;
    log_source_t *source;
    zsock_t *feed;       // SUB, signals new events
    uint64_t offset;     // next to print
    uint32_t created_at; // events created earlier are not printed
} tail_t;

static volatile sig_atomic_t s_interrupted;

static void s_on_signal(int signal_number)
{
    (void)signal_number;
    s_interrupted = 1;
}

// Without SA_RESTART, so that signals end a wait. A closed pipe makes a write
// fail instead of killing the process.
static void s_catch_signals(void)
{
    const struct sigaction action = {.sa_handler = s_on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

// Printing.

static bool s_passes(const filter_t *filter, slice_t name)
{
    for (size_t i = 0; i < filter->count; i++)
        if (strlen(filter->names[i]) == name.bytes &&
            strncasecmp(filter->names[i], name.data, name.bytes) == 0)
            return true;
    return filter->count == 0;
}

static bool s_is_of_type(const filter_t *filter, slice_t type)
{
    return s_passes(filter, type) || s_passes(filter, event_line_type(type));
}

// Prints JSON on one line: raw line breaks only occur between its tokens.
static void s_print_in_one_line(slice_t json)
{
    while (json.bytes > 0) {
        size_t plain = 0;
        while (plain < json.bytes && json.data[plain] != '\n' &&
               json.data[plain] != '\r')
            plain++;
        fwrite(json.data, 1, plain, stdout);
        if (plain < json.bytes)
            putchar(' ');
        plain += plain < json.bytes;
        json = slice(json.data + plain, json.bytes - plain);
    }
}

// Prints the event with its offset as the first member.
static void s_print_json(const batch_t *batch, uint32_t i)
{
    const slice_t json = batch_json(batch, i);
    printf("{\"offset\":%" PRIu64 ",", batch->offset + i);
    s_print_in_one_line(slice(json.data + 1, json.bytes - 1));
    putchar('\n');
}

// Ends the page when the limit is reached or standard output is closed.
static int s_on_batch(void *context, const batch_t *batch)
{
    tail_t *tail = context;
    uint32_t i = tail->offset > batch->offset
                     ? (uint32_t)(tail->offset - batch->offset)
                     : 0;
    for (; i < batch->count && tail->limit > 0; i++) {
        if (batch_created_at(batch, i) < tail->created_at ||
            !s_is_of_type(&tail->types, batch_type_name(batch, i)) ||
            !s_passes(&tail->repos, batch_repo_name(batch, i)))
            continue;
        if (tail->place.json)
            s_print_json(batch, i);
        else
            event_line_print(tail->line, stdout, batch, i);
        tail->limit--;
    }
    return tail->limit == 0 || ferror(stdout);
}

// Reading.

static bool s_is_over(const tail_t *tail)
{
    return s_interrupted || tail->limit == 0 || ferror(stdout);
}

// Prints all that the log holds. -ETIMEDOUT: the journal does not answer.
static int s_read_all(tail_t *tail)
{
    uint64_t before;
    int rc = 0;
    do {
        before = tail->offset;
        uint64_t next = before;
        rc = log_source_read(tail->source, &next, true, s_on_batch, tail);
        tail->offset = next;
        fflush(stdout);
    } while (rc == 0 && tail->offset > before && !s_is_over(tail));
    return rc < 0 ? rc : 0;
}

// Waits until the feed announces new events.
static void s_await_more(tail_t *tail)
{
    zmq_pollitem_t item = {zsock_resolve(tail->feed), 0, ZMQ_POLLIN, 0};
    if (zmq_poll(&item, 1, FEED_PATIENCE_MS) <= 0)
        return;
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    while (zmq_msg_recv(&frame, item.socket, ZMQ_DONTWAIT) >= 0)
        continue;
    zmq_msg_close(&frame);
}

static int s_read(tail_t *tail)
{
    bool away = false;
    while (!s_is_over(tail)) {
        int rc = s_read_all(tail);
        if (s_is_over(tail))
            break;
        if (rc != 0 && (rc != -ETIMEDOUT || !tail->follow))
            return command_error(COMMAND_FAILED, NAME, "%s",
                                 log_source_reason(tail->source));
        if (rc != 0 && !away)
            command_error(0, NAME, "the journal does not answer; waiting");
        away = rc != 0;
        if (!tail->follow)
            break;
        if (rc == 0)
            s_await_more(tail);
    }
    return COMMAND_OK;
}

// Where to start.

static int s_fail_source(const tail_t *tail)
{
    return command_error(COMMAND_FAILED, NAME, "%s",
                         log_source_reason(tail->source));
}

static int s_seek(tail_t *tail)
{
    log_source_range_t range;
    switch (tail->from) {
    case FROM_OFFSET:
        if (log_source_range(tail->source, &range) != 0)
            return s_fail_source(tail);
        if (tail->offset < range.first)
            fprintf(stderr,
                    "octolog tail: the log now begins at offset %" PRIu64
                    "; earlier events were dropped\n",
                    range.first);
        return COMMAND_OK;
    case FROM_TIME:
        return log_source_seek_created(tail->source, tail->created_at,
                                       &tail->offset)
                   ? s_fail_source(tail)
                   : COMMAND_OK;
    default:
        if (log_source_range(tail->source, &range) != 0)
            return s_fail_source(tail);
        tail->offset = tail->from == FROM_LATEST ||
                               (tail->from == FROM_DEFAULT && tail->follow)
                           ? range.end
                           : range.first;
        return COMMAND_OK;
    }
}

static int s_open_feed(tail_t *tail, const config_t *config)
{
    int rc = socket_connect(&tail->feed, config, ZMQ_SUB, "feed");
    if (rc != 0)
        return command_error(COMMAND_FAILED, NAME, "feed: %s", strerror(-rc));
    zsock_set_subscribe(tail->feed, MESSAGE_TOPIC_BATCH);
    return COMMAND_OK;
}

static int s_open(tail_t *tail, const config_t *config)
{
    failure_t failure = {0};
    const bool running = data_dir_running(config->data_dir);
    if (tail->follow && !running)
        return command_error(
            COMMAND_FAILED, NAME,
            "--follow: octolog is not running on %s; start it with octolog up",
            config->data_dir);
    int rc = log_source_new(&tail->source, config, running, &failure);
    if (rc != 0)
        return command_no_log(NAME, config, &failure);
    return tail->follow ? s_open_feed(tail, config) : COMMAND_OK;
}

static int s_run(tail_t *tail)
{
    config_t *config = command_load_config(NAME, &tail->place);
    if (!config)
        return COMMAND_FAILED;
    socket_init();
    s_catch_signals();
    tail->line =
        event_line_new(terminal_wants_colour(STDOUT_FILENO, tail->colour),
                       terminal_columns(STDOUT_FILENO));
    int status = tail->line
                     ? s_open(tail, config)
                     : command_error(COMMAND_FAILED, NAME, "out of memory");
    if (status == COMMAND_OK)
        status = s_seek(tail);
    if (status == COMMAND_OK)
        status = s_read(tail);
    event_line_destroy(&tail->line);
    zsock_destroy(&tail->feed);
    log_source_destroy(&tail->source);
    config_destroy(&config);
    return status;
}

// Flags.

static bool s_add_name(filter_t *filter, const char *name)
{
    if (filter->count == FILTER_MAX)
        return false;
    filter->names[filter->count++] = name;
    return true;
}

static bool s_parse_from(tail_t *tail, const char *text)
{
    bool is_time = false;
    if (strcmp(text, "earliest") == 0) {
        tail->from = FROM_EARLIEST;
        return true;
    }
    if (strcmp(text, "latest") == 0) {
        tail->from = FROM_LATEST;
        return true;
    }
    if (command_parse_position(text, &tail->offset, &is_time) != 0)
        return false;
    tail->from = is_time ? FROM_TIME : FROM_OFFSET;
    tail->created_at = is_time ? (uint32_t)tail->offset : 0;
    return true;
}

static const char *s_take(void *context, int letter, const char *value)
{
    tail_t *tail = context;
    switch (letter) {
    case 'f':
        return s_parse_from(tail, value)
                   ? NULL
                   : "not an offset, a time, earliest or latest";
    case 'F':
        tail->follow = true;
        return NULL;
    case 't':
        return s_add_name(&tail->types, value) ? NULL : "too many types";
    case 'r':
        return s_add_name(&tail->repos, value) ? NULL : "too many names";
    case 'C':
        tail->colour = value;
        return NULL;
    case 'n':
        return usage_number(value, 0, UINT64_MAX, &tail->limit)
                   ? NULL
                   : "not a number";
    default:
        command_take_place(&tail->place, letter, value);
        return NULL;
    }
}

static int s_main(int argc, char **argv)
{
    tail_t tail = {.limit = UINT64_MAX};
    int status;
    if (usage_parse(&command_tail.usage, argc, argv, s_take, &tail, &status) <
        0)
        return status;
    return s_run(&tail);
}

const command_t command_tail = {
    .usage =
        {
            .name = "octolog tail",
            .summary = "print the events of the log, and follow it",
            .about = "Prints the events of the log, one per line: offset, "
                     "time, type, repository, actor, and what happened. On a "
                     "terminal, lines are cut at its width; below 100 columns "
                     "dates are left out, below 60 offsets as well.",
            .flags =
                (const usage_flag_t[]){
                    COMMAND_FLAG_CONFIG,
                    COMMAND_FLAG_DATA,
                    {.letter = 'f',
                     .name = "from",
                     .value = "WHERE",
                     .words = "earliest latest",
                     .hints = true,
                     .about =
                         "start at an OFFSET, a TIME (2016-01-01T00:00:00Z: "
                         "only events created then or later), earliest or "
                         "latest (latest with --follow, otherwise earliest)"},
                    {.letter = 'F',
                     .name = "follow",
                     .about = "keep printing events as they arrive; requires a "
                              "running octolog, and continues after restarts "
                              "of its journal"},
                    {.letter = 't',
                     .name = "type",
                     .value = "TYPE",
                     .words = COMMAND_EVENT_TYPES,
                     .hints = true,
                     .repeats = true,
                     .about = "only events of this type (PushEvent or Push)"},
                    {.letter = 'r',
                     .name = "repo",
                     .value = "REPO",
                     .repeats = true,
                     .about = "only events of this repository (owner/name)"},
                    {.letter = 'n',
                     .name = "limit",
                     .value = "N",
                     .about = "stop after N events"},
                    COMMAND_FLAG_COLOR,
                    {.letter = 'j',
                     .name = "json",
                     .about = "print one line of JSON per event, as GitHub "
                              "sent it, with its \"offset\""},
                    {0}},
            .exits = (const usage_item_t[]){{"0", "success, or interrupted"},
                                            {"1", "the log cannot be read"},
                                            {"2", "wrong usage"},
                                            {0}},
            .examples =
                (const usage_item_t[]){
                    {"octolog tail --follow --type PullRequestEvent",
                     "pull requests as they come in"},
                    {"octolog tail --from 2016-01-01T02:00:00Z --limit 20",
                     "twenty events from a point in time on"},
                    {0}},
        },
    .run = s_main,
};
