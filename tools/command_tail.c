// octolog tail - prints the log, and follows it.

#include "actors/actor.h"
#include "actors/socket.h"
#include "proto/time_text.h"
#include "tools/command.h"
#include "tools/log_source.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME "tail"

// Names that a filter may list, of types and of repositories.
#define FILTER_MAX 64

// How long to wait for a feed that may have dropped its message; then the log
// is asked anyway.
#define FEED_PATIENCE_MS 1000

static const char s_help[] =
    "usage: octolog tail [--config FILE] [--data DIR] [--from WHERE] "
    "[--follow]\n"
    "                    [--type T]... [--repo R]... [--limit N] [--json]\n"
    "\n"
    "Prints events of the log: offset, time, type, action, repository, actor.\n"
    "\n"
    "  --from WHERE  an OFFSET; a TIME (2016-01-01T00:00:00Z: only events\n"
    "                created then or later); earliest; latest. By default\n"
    "                latest with --follow, else earliest\n"
    "  --follow      go on with events as they come in; asks for a running\n"
    "                octolog, and outlives the restarts of its journal\n"
    "  --type T      only events of this type (PushEvent); may be repeated\n"
    "  --repo R      only of this repository (owner/name); may be repeated\n"
    "  --limit N     stop after N events\n"
    "  --json        a line of JSON an event: as GitHub sent it, with its\n"
    "                \"offset\"\n"
    "\n"
    "exit status: 0 done or interrupted, 1 the log cannot be read, 2 bad "
    "usage\n"
    "\n"
    "example: octolog tail --data d --follow --type PullRequestEvent\n";

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
    const char *config, *data;
    from_t from;
    bool follow, json;
    uint64_t limit; // of events still to print
    filter_t types, repos;
    // While it runs.
    log_source_t *source;
    zsock_t *feed;       // SUB, hints that there is more
    uint64_t offset;     // next to print
    uint32_t created_at; // nothing created before is printed
} tail_t;

static volatile sig_atomic_t s_interrupted;

static void s_on_signal(int signal_number)
{
    (void)signal_number;
    s_interrupted = 1;
}

// Without SA_RESTART, so that a wait ends; a closed pipe shows as a write that
// fails.
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

// Names come from anywhere: no control character reaches the terminal.
static void s_print_name(slice_t name, int width)
{
    int printed = 0;
    for (; (size_t)printed < name.bytes; printed++) {
        const unsigned char c = (unsigned char)name.data[printed];
        putchar(c < ' ' || c == 0x7f ? '?' : c);
    }
    if (printed == 0)
        printed = putchar('-') == '-';
    printf("%*s", printed < width ? width - printed : 0, "");
}

static void s_print_text(const batch_t *batch, uint32_t i)
{
    char time[TIME_TEXT_BYTES];
    time_text_format(batch_created_at(batch, i), time);
    printf("%10" PRIu64 "  %s  ", batch->offset + i, time);
    s_print_name(batch_type_name(batch, i), 18);
    printf("  ");
    s_print_name(batch_action_name(batch, i), 9);
    printf("  ");
    s_print_name(batch_repo_name(batch, i), 32);
    printf("  ");
    s_print_name(batch_actor_login(batch, i), 0);
    putchar('\n');
}

// Raw breaks of lines occur in JSON between its parts only.
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

// The event with its offset before its first field.
static void s_print_json(const batch_t *batch, uint32_t i)
{
    const slice_t json = batch_json(batch, i);
    printf("{\"offset\":%" PRIu64 ",", batch->offset + i);
    s_print_in_one_line(slice(json.data + 1, json.bytes - 1));
    putchar('\n');
}

// Ends the page when enough is printed, or nobody reads it.
static int s_on_batch(void *context, const batch_t *batch)
{
    tail_t *tail = context;
    uint32_t i = tail->offset > batch->offset
                     ? (uint32_t)(tail->offset - batch->offset)
                     : 0;
    for (; i < batch->count && tail->limit > 0; i++) {
        if (batch_created_at(batch, i) < tail->created_at ||
            !s_passes(&tail->types, batch_type_name(batch, i)) ||
            !s_passes(&tail->repos, batch_repo_name(batch, i)))
            continue;
        if (tail->json)
            s_print_json(batch, i);
        else
            s_print_text(batch, i);
        tail->limit--;
    }
    return tail->limit == 0 || ferror(stdout);
}

// Reading.

static bool s_is_over(const tail_t *tail)
{
    return s_interrupted || tail->limit == 0 || ferror(stdout);
}

// All that is there. -ETIMEDOUT: the journal is away.
static int s_read_all(tail_t *tail)
{
    uint64_t before;
    int rc = 0;
    do {
        before = tail->offset;
        uint64_t next = before;
        rc = log_source_read(tail->source, &next, tail->json, s_on_batch, tail);
        tail->offset = next;
        fflush(stdout);
    } while (rc == 0 && tail->offset > before && !s_is_over(tail));
    return rc < 0 ? rc : 0;
}

// Until the feed has something new to say.
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

// Where to begin.

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
    char reason[LOG_SOURCE_REASON_MAX];
    const bool running = data_dir_running(config->data_dir);
    if (tail->follow && !running)
        return command_error(COMMAND_FAILED, NAME,
                             "--follow: no octolog runs on %s",
                             config->data_dir);
    if (log_source_new(&tail->source, config, running, reason) != 0)
        return command_error(COMMAND_FAILED, NAME, "%s", reason);
    return tail->follow ? s_open_feed(tail, config) : COMMAND_OK;
}

static int s_run(tail_t *tail)
{
    config_t *config = command_load_config(NAME, tail->config, tail->data);
    if (!config)
        return COMMAND_FAILED;
    socket_init();
    s_catch_signals();
    int status = s_open(tail, config);
    if (status == COMMAND_OK)
        status = s_seek(tail);
    if (status == COMMAND_OK)
        status = s_read(tail);
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

static bool s_parse_limit(const char *text, uint64_t *limit)
{
    char *end = NULL;
    errno = 0;
    *limit = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0;
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

// Takes one flag; NULL, or what its value should have been.
static const char *s_on_flag(tail_t *tail, int flag)
{
    switch (flag) {
    case 'c':
        tail->config = optarg;
        return NULL;
    case 'd':
        tail->data = optarg;
        return NULL;
    case 'f':
        return s_parse_from(tail, optarg)
                   ? NULL
                   : "neither an offset, a time, earliest nor latest";
    case 'F':
        tail->follow = true;
        return NULL;
    case 'j':
        tail->json = true;
        return NULL;
    case 't':
        return s_add_name(&tail->types, optarg) ? NULL : "too many types";
    case 'r':
        return s_add_name(&tail->repos, optarg) ? NULL : "too many names";
    default:
        return s_parse_limit(optarg, &tail->limit) ? NULL : "not a number";
    }
}

int command_tail(int argc, char **argv)
{
    static const struct option flags[] = {
        {"config", required_argument, NULL, 'c'},
        {"data", required_argument, NULL, 'd'},
        {"from", required_argument, NULL, 'f'},
        {"follow", no_argument, NULL, 'F'},
        {"type", required_argument, NULL, 't'},
        {"repo", required_argument, NULL, 'r'},
        {"limit", required_argument, NULL, 'n'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {0}};
    tail_t tail = {.limit = UINT64_MAX};
    int flag, row = 0;
    while ((flag = getopt_long(argc, argv, ":", flags, &row)) != -1) {
        if (flag == 'h')
            return fputs(s_help, stdout) < 0 ? COMMAND_FAILED : COMMAND_OK;
        if (flag == '?' || flag == ':')
            return command_bad_flag(NAME, flag, argv);
        const char *wrong = s_on_flag(&tail, flag);
        if (wrong)
            return command_error(COMMAND_USAGE, NAME, "--%s \"%s\": %s",
                                 flags[row].name, optarg, wrong);
    }
    if (optind < argc)
        return command_error(COMMAND_USAGE, NAME, "unknown argument \"%s\"",
                             argv[optind]);
    return s_run(&tail);
}
