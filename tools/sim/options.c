#include "tools/sim/options.h"

#include "proto/time_text.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char s_help[] =
    "octolog-sim - a simulated GitHub to run octolog against\n"
    "\n"
    "Usage: octolog-sim [--port N] [--seed S] [--rate EVENTS_PER_S]\n"
    "                   [--file NDJSON[.gz]] [--fault KIND=PROBABILITY]...\n"
    "       octolog-sim --generate N [--seed S] [--shape 2016|2026]\n"
    "\n"
    "Serves /events, /repos/{owner}/{repo}/events, /orgs/{org}/events,\n"
    "/users/{user}/events and /rate_limit on 127.0.0.1 with GitHub's manners:\n"
    "pages and Link, ETag and 304, poll interval, quotas, redirects of "
    "renamed\n"
    "repositories. Prints \"listening on http://127.0.0.1:PORT\" when ready.\n"
    "\n"
    "Serving\n"
    "  --port N           port to listen on; 0 takes a free one (8088)\n"
    "  --poll-interval S  what X-Poll-Interval asks for (60)\n"
    "  --rate-limit N     requests an hour and account (60, with token 5000)\n"
    "  --log FILE         append one JSON line a request\n"
    "\n"
    "Events\n"
    "  --seed S           the same seed gives the same events (1)\n"
    "  --rate N           events a second (45; in the shape of 2016 3.6)\n"
    "  --shape YEAR       2016: full payloads; 2026: trimmed ones (2026)\n"
    "  --history N        events there are at the start (15000)\n"
    "  --latency S        seconds from an event to its being visible, at\n"
    "                     least; some take five times as long (30)\n"
    "  --flat             /events in plain order; without it page 1 holds\n"
    "                     pushes, and pages 2 and 3 the rest, as today\n"
    "  --file FILE        serve a recording instead: events (NDJSON), at the\n"
    "                     pace they were recorded or at --rate; or polls (one\n"
    "                     JSON array a line), one line a poll of any feed\n"
    "  --generate N       write N events to standard output and end\n"
    "\n"
    "Time\n"
    "  --start TIME       when the simulated clock begins (now)\n"
    "  --clock-scale N    it runs N times as fast as the real one (1)\n"
    "  --clock manual     it moves by POST /_sim/advance only\n"
    "\n"
    "Faults, each with a probability from 0 to 1 a request\n"
    "  --fault not-modified=P      304 although there is news\n"
    "  --fault forbidden=P         403, quota exhausted until its reset\n"
    "  --fault secondary=P         403 with Retry-After\n"
    "  --fault secondary-silent=P  403 with nothing but its message\n"
    "  --fault too-many=P          429 with Retry-After\n"
    "  --fault too-many-silent=P   429 with nothing but its message\n"
    "  --fault server-error=P      500 or 502\n"
    "  --fault slow=P              silence, then the body drop by drop\n"
    "  --fault truncated=P         the body ends early, connection closed\n"
    "  --fault reset=P             connection closed without an answer\n"
    "  --fault malformed=P         200, and the JSON breaks off\n"
    "  --fault object=P            200, an object where the array belongs\n"
    "  --fault reordered=P         200, events in another order\n"
    "  --fault duplicated=P        200, one event twice\n"
    "  --fault late=P              200, one event left out; it comes later\n"
    "  --fault changed=P           200, other bodies for the same ids\n"
    "  --fault unauthorized=P      401\n"
    "  --fault gone=P              410\n"
    "  --fault redirect=P          301 to another path that works\n"
    "  --fault deprecated=P        200 with Deprecation and Sunset\n"
    "  --fault-wait S     what refusals ask to wait, how late \"late\" is "
    "(60)\n"
    "  --slow-ms N        how long a slow answer takes, in real time (3000)\n"
    "No fault takes an event away from later polls, and none but those of\n"
    "content (slow to changed, deprecated) uses up a line of a recording.\n"
    "\n"
    "For tests, under /_sim/\n"
    "  GET  served                 events in answers that went out whole\n"
    "  GET  clock                  simulated time, requests, faults pending\n"
    "  GET  repos                  busy repositories, renamed ones marked\n"
    "  POST advance?seconds=N      move the clock\n"
    "  POST fault?kind=KIND&count=N  the next N requests fail so\n"
    "\n"
    "Exit status: 0 ended as asked, 1 could not, 2 wrong usage.\n"
    "\n"
    "Example:\n"
    "  octolog-sim --port 8088 --rate 5 --fault server-error=0.05 &\n"
    "  curl -i 'http://127.0.0.1:8088/events?per_page=5'\n";

enum {
    OPTION_FIRST = 256,
    OPTION_PORT,
    OPTION_SEED,
    OPTION_RATE,
    OPTION_SHAPE,
    OPTION_HISTORY,
    OPTION_LATENCY,
    OPTION_FLAT,
    OPTION_FILE,
    OPTION_GENERATE,
    OPTION_START,
    OPTION_CLOCK_SCALE,
    OPTION_CLOCK,
    OPTION_FAULT,
    OPTION_FAULT_WAIT,
    OPTION_SLOW_MS,
    OPTION_POLL_INTERVAL,
    OPTION_RATE_LIMIT,
    OPTION_LOG,
    OPTION_HELP,
    OPTION_VERSION,
};

static const struct option s_options[] = {
    {"port", required_argument, NULL, OPTION_PORT},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"rate", required_argument, NULL, OPTION_RATE},
    {"shape", required_argument, NULL, OPTION_SHAPE},
    {"history", required_argument, NULL, OPTION_HISTORY},
    {"latency", required_argument, NULL, OPTION_LATENCY},
    {"flat", no_argument, NULL, OPTION_FLAT},
    {"file", required_argument, NULL, OPTION_FILE},
    {"generate", required_argument, NULL, OPTION_GENERATE},
    {"start", required_argument, NULL, OPTION_START},
    {"clock-scale", required_argument, NULL, OPTION_CLOCK_SCALE},
    {"clock", required_argument, NULL, OPTION_CLOCK},
    {"fault", required_argument, NULL, OPTION_FAULT},
    {"fault-wait", required_argument, NULL, OPTION_FAULT_WAIT},
    {"slow-ms", required_argument, NULL, OPTION_SLOW_MS},
    {"poll-interval", required_argument, NULL, OPTION_POLL_INTERVAL},
    {"rate-limit", required_argument, NULL, OPTION_RATE_LIMIT},
    {"log", required_argument, NULL, OPTION_LOG},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

static bool s_wrong(const char *option, const char *text, const char *wanted)
{
    fprintf(stderr, "octolog-sim: --%s %s: %s\n", option, text, wanted);
    return false;
}

static bool s_integer(const char *option, const char *text, uint64_t max,
                      uint64_t *value)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno || number > max) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "a whole number from 0 to %llu",
                 (unsigned long long)max);
        return s_wrong(option, text, wanted);
    }
    *value = number;
    return true;
}

static bool s_u32(const char *option, const char *text, uint32_t max,
                  uint32_t *value)
{
    uint64_t wide;
    if (!s_integer(option, text, max, &wide))
        return false;
    *value = (uint32_t)wide;
    return true;
}

static bool s_positive(const char *option, const char *text, double *value)
{
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end || !(number > 0 && number <= 1e6))
        return s_wrong(option, text, "a number above 0, up to 1000000");
    *value = number;
    return true;
}

static bool s_shape(const char *text, options_t *options)
{
    if (strcmp(text, "2016") != 0 && strcmp(text, "2026") != 0)
        return s_wrong("shape", text, "2016 or 2026");
    options->github.shape =
        strcmp(text, "2016") == 0 ? OBJECTS_2016 : OBJECTS_2026;
    return true;
}

static bool s_clock(const char *text, options_t *options)
{
    options->clock_manual = strcmp(text, "manual") == 0;
    return options->clock_manual || strcmp(text, "real") == 0 ||
           s_wrong("clock", text, "real or manual");
}

static bool s_start(const char *text, options_t *options)
{
    uint32_t seconds;
    if (time_text_parse(slice_of(text), &seconds))
        return s_wrong("start", text, "a time like 2026-08-12T14:00:00Z");
    options->start_us = (int64_t)seconds * 1000000;
    return true;
}

static bool s_fault(const char *text, options_t *options)
{
    int rc = fault_plan_add(&options->faults, text);
    if (rc == 0)
        return true;
    if (rc == -EINVAL)
        return s_wrong("fault", text, "KIND=PROBABILITY, from 0 to 1");
    fprintf(stderr, "octolog-sim: --fault %s: no such kind; there are", text);
    for (fault_t kind = FAULT_NONE + 1; kind < FAULT_KINDS; kind++)
        fprintf(stderr, "%s %s", kind > FAULT_NONE + 1 ? "," : "",
                fault_name(kind));
    fputc('\n', stderr);
    return false;
}

static bool s_take_number(int option, const char *text, options_t *options)
{
    github_options_t *github = &options->github;
    uint64_t port;
    switch (option) {
    case OPTION_PORT:
        if (!s_integer("port", text, UINT16_MAX, &port))
            return false;
        options->port = (uint16_t)port;
        return true;
    case OPTION_SEED:
        return s_integer("seed", text, UINT64_MAX, &github->seed);
    case OPTION_HISTORY:
        return s_u32("history", text, 1000000, &github->history);
    case OPTION_LATENCY:
        return s_u32("latency", text, 86400, &github->latency_s);
    case OPTION_GENERATE:
        return s_integer("generate", text, 1000000000000, &options->generate);
    case OPTION_FAULT_WAIT:
        return s_u32("fault-wait", text, 86400, &github->fault_wait_s);
    case OPTION_SLOW_MS:
        return s_u32("slow-ms", text, 600000, &options->slow_ms);
    case OPTION_POLL_INTERVAL:
        return s_u32("poll-interval", text, 86400, &github->poll_interval_s);
    default:
        return s_u32("rate-limit", text, 1000000, &github->rate_limit);
    }
}

static bool s_take(int option, const char *text, options_t *options)
{
    switch (option) {
    case OPTION_RATE:
        return s_positive("rate", text, &options->github.rate);
    case OPTION_SHAPE:
        return s_shape(text, options);
    case OPTION_FLAT:
        options->github.flat = true;
        return true;
    case OPTION_FILE:
        options->file = text;
        return true;
    case OPTION_START:
        return s_start(text, options);
    case OPTION_CLOCK_SCALE:
        return s_positive("clock-scale", text, &options->clock_scale);
    case OPTION_CLOCK:
        return s_clock(text, options);
    case OPTION_FAULT:
        return s_fault(text, options);
    case OPTION_LOG:
        options->log = text;
        return true;
    default:
        return s_take_number(option, text, options);
    }
}

// What depends on other options, and what the years had.
static void s_finish(options_t *options)
{
    github_options_t *github = &options->github;
    bool old = github->shape == OBJECTS_2016;
    if (github->rate == 0 && !options->file)
        github->rate = old ? 3.6 : 45;
    github->flat = github->flat || old;
    options->faults.dice.state = dice_mix(github->seed + 1);
}

options_result_t options_parse(int argc, char **argv, options_t *options)
{
    *options = (options_t){.github = {.seed = 1,
                                      .shape = OBJECTS_2026,
                                      .history = 15000,
                                      .latency_s = 30,
                                      .poll_interval_s = 60,
                                      .fault_wait_s = 60},
                           .port = 8088,
                           .slow_ms = 3000,
                           .clock_scale = 1};
    int option;
    while ((option = getopt_long(argc, argv, "", s_options, NULL)) != -1) {
        if (option == OPTION_HELP) {
            fputs(s_help, stdout);
            return OPTIONS_HELP;
        }
        if (option == OPTION_VERSION) {
            puts("octolog-sim " OCTOLOG_VERSION);
            return OPTIONS_HELP;
        }
        if (option == '?' || !s_take(option, optarg, options))
            return OPTIONS_WRONG;
    }
    if (optind < argc) {
        fprintf(stderr, "octolog-sim: %s: not expected; see --help\n",
                argv[optind]);
        return OPTIONS_WRONG;
    }
    s_finish(options);
    return OPTIONS_RUN;
}
