#include "tools/sim/options.h"

#include "proto/base/time_text.h"
#include "tools/cli/usage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

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
    OPTION_VERSION,
};

static const usage_flag_t s_flags[] = {
    {.about = "serving"},
    {.letter = OPTION_PORT,
     .name = "port",
     .value = "N",
     .about = "port to listen on; 0: any free port (8088)"},
    {.letter = OPTION_POLL_INTERVAL,
     .name = "poll-interval",
     .value = "S",
     .about = "seconds in X-Poll-Interval (60)"},
    {.letter = OPTION_RATE_LIMIT,
     .name = "rate-limit",
     .value = "N",
     .about = "requests per hour and account (60, with a token 5000)"},
    {.letter = OPTION_LOG,
     .name = "log",
     .value = "FILE",
     .about = "append one line of JSON per request to FILE"},
    {.about = "events"},
    {.letter = OPTION_SEED,
     .name = "seed",
     .value = "S",
     .about = "seed; the same seed gives the same events (1)"},
    {.letter = OPTION_RATE,
     .name = "rate",
     .value = "N",
     .about = "events per second (45; with --shape 2016 3.6)"},
    {.letter = OPTION_SHAPE,
     .name = "shape",
     .value = "YEAR",
     .words = "2016 2026",
     .about = "payloads as in 2016 (full) or 2026 (trimmed) (2026)"},
    {.letter = OPTION_HISTORY,
     .name = "history",
     .value = "N",
     .about = "number of events at the start (15000)"},
    {.letter = OPTION_LATENCY,
     .name = "latency",
     .value = "S",
     .about = "minimum seconds until an event is visible; some take five times "
              "as long (30)"},
    {.letter = OPTION_FLAT,
     .name = "flat",
     .about = "serve /events in plain order; by default, page 1 has pushes, "
              "and pages 2 and 3 the other events, as on GitHub today"},
    {.letter = OPTION_FILE,
     .name = "file",
     .value = "FILE",
     .about = "serve a recording instead: events (NDJSON), at the recorded "
              "speed or at --rate; or polls (one JSON array per line), one "
              "line per poll of any feed"},
    {.letter = OPTION_GENERATE,
     .name = "generate",
     .value = "N",
     .about = "write N events to standard output and exit"},
    {.about = "time"},
    {.letter = OPTION_START,
     .name = "start",
     .value = "TIME",
     .about = "start of the simulated clock (now)"},
    {.letter = OPTION_CLOCK_SCALE,
     .name = "clock-scale",
     .value = "N",
     .about = "speed of the simulated clock relative to real time (1)"},
    {.letter = OPTION_CLOCK,
     .name = "clock",
     .value = "HOW",
     .words = "real manual",
     .about = "real, or manual: only POST /_sim/advance advances the clock"},
    {.about = "faults"},
    {.letter = OPTION_FAULT,
     .name = "fault",
     .value = "KIND=P",
     .words = "not-modified= forbidden= secondary= secondary-silent= too-many= "
              "too-many-silent= server-error= slow= truncated= reset= "
              "malformed= object= reordered= duplicated= late= changed= "
              "unauthorized= gone= redirect= deprecated=",
     .hints = true,
     .repeats = true,
     .about = "inject this fault with probability P (0 to 1) per request; the "
              "kinds are listed below"},
    {.letter = OPTION_FAULT_WAIT,
     .name = "fault-wait",
     .value = "S",
     .about = "seconds to wait in refusals, and the delay of \"late\" (60)"},
    {.letter = OPTION_SLOW_MS,
     .name = "slow-ms",
     .value = "N",
     .about = "duration of a slow response in ms of real time (3000)"},
    {.about = "other"},
    {.letter = OPTION_VERSION, .name = "version", .about = "print the version"},
    {0},
};

static const usage_item_t s_notes[] = {
    {NULL, "kinds of faults"},
    {"not-modified", "304 although there are new events"},
    {"forbidden", "403, quota exhausted until its reset"},
    {"secondary", "403 with Retry-After"},
    {"secondary-silent", "403 with only a message"},
    {"too-many", "429 with Retry-After"},
    {"too-many-silent", "429 with only a message"},
    {"server-error", "500 or 502"},
    {"slow", "a pause, then the body in small pieces"},
    {"truncated", "body shorter than Content-Length, then closed"},
    {"reset", "connection closed without a response"},
    {"malformed", "200 with truncated JSON"},
    {"object", "200 with an object instead of an array"},
    {"reordered", "200 with events in a different order"},
    {"duplicated", "200 with one event twice"},
    {"late", "200 without one event, which appears later"},
    {"changed", "200 with different bodies for the same ids"},
    {"unauthorized", "401"},
    {"gone", "410"},
    {"redirect", "301 to a different path that works"},
    {"deprecated", "200 with Deprecation and Sunset"},
    {"",
     "No fault removes an event from later polls. Only faults in the content "
     "(slow to changed, deprecated) consume a line of a recording."},
    {NULL, "for tests, under /_sim/"},
    {"GET served", "events in complete responses"},
    {"GET clock", "simulated time, requests, pending faults"},
    {"GET repos", "busy repositories; marks renamed ones"},
    {"POST advance?seconds=N", "advance the clock"},
    {"POST fault?kind=KIND&count=N", "make the next N requests fail"},
    {0},
};

const usage_t options_usage = {
    .name = "octolog-sim",
    .summary = "a simulated GitHub to run octolog against",
    .about = "Simulates GitHub's Events API to run octolog against. Serves "
             "/events, /repos/{owner}/{repo}/events, /orgs/{org}/events, "
             "/users/{user}/events and /rate_limit on 127.0.0.1, and behaves "
             "like GitHub: pages and Link, ETag and 304, poll interval, "
             "quotas, redirects of renamed repositories. Prints \"listening on "
             "http://127.0.0.1:PORT\" when ready.",
    .flags = s_flags,
    .notes = s_notes,
    .exits =
        (const usage_item_t[]){
            {"0", "success"}, {"1", "failure"}, {"2", "wrong usage"}, {0}},
    .examples =
        (const usage_item_t[]){
            {"octolog-sim --rate 5 --fault server-error=0.05",
             "five events per second, 5 % server errors"},
            {"octolog-sim --generate 1000 --seed 7 | octolog import -",
             "import a thousand events into a log"},
            {0}},
};

static char s_why[512]; // what is wrong with a value; usage_take_t

static const char *s_integer(const char *text, uint64_t max, uint64_t *value)
{
    if (usage_number(text, 0, max, value))
        return NULL;
    snprintf(s_why, sizeof s_why, "not a whole number from 0 to %llu",
             (unsigned long long)max);
    return s_why;
}

static const char *s_u32(const char *text, uint32_t max, uint32_t *value)
{
    uint64_t wide;
    const char *why = s_integer(text, max, &wide);
    if (!why)
        *value = (uint32_t)wide;
    return why;
}

static const char *s_port(const char *text, uint16_t *value)
{
    uint64_t wide;
    const char *why = s_integer(text, UINT16_MAX, &wide);
    if (!why)
        *value = (uint16_t)wide;
    return why;
}

static const char *s_positive(const char *text, double *value)
{
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end || !(number > 0 && number <= 1e6))
        return "not a number above 0, up to 1000000";
    *value = number;
    return NULL;
}

static const char *s_start(const char *text, int64_t *start_us)
{
    uint32_t seconds;
    if (time_text_parse(slice_of(text), &seconds))
        return "not a time such as 2026-08-12T14:00:00Z";
    *start_us = (int64_t)seconds * 1000000;
    return NULL;
}

static const char *s_fault(const char *text, fault_plan_t *plan)
{
    int used = snprintf(s_why, sizeof s_why, "unknown kind; choose from");
    int rc = fault_plan_add(plan, text);
    if (rc == 0)
        return NULL;
    if (rc == -EINVAL)
        return "not KIND=PROBABILITY with a probability from 0 to 1";
    for (fault_t kind = FAULT_NONE + 1;
         kind < FAULT_KINDS && used < (int)sizeof s_why; kind++)
        used += snprintf(s_why + used, sizeof s_why - (size_t)used, "%s %s",
                         kind > FAULT_NONE + 1 ? "," : "", fault_name(kind));
    return s_why;
}

static const char *s_take_number(int option, const char *text,
                                 options_t *options)
{
    github_options_t *github = &options->github;
    switch (option) {
    case OPTION_PORT:
        return s_port(text, &options->port);
    case OPTION_SEED:
        return s_integer(text, UINT64_MAX, &github->seed);
    case OPTION_HISTORY:
        return s_u32(text, 1000000, &github->history);
    case OPTION_LATENCY:
        return s_u32(text, 86400, &github->latency_s);
    case OPTION_GENERATE:
        return s_integer(text, 1000000000000, &options->generate);
    case OPTION_FAULT_WAIT:
        return s_u32(text, 86400, &github->fault_wait_s);
    case OPTION_SLOW_MS:
        return s_u32(text, 600000, &options->slow_ms);
    case OPTION_POLL_INTERVAL:
        return s_u32(text, 86400, &github->poll_interval_s);
    default:
        return s_u32(text, 1000000, &github->rate_limit);
    }
}

static const char *s_take(void *context, int option, const char *text)
{
    options_t *options = context;
    switch (option) {
    case OPTION_RATE:
        return s_positive(text, &options->github.rate);
    case OPTION_SHAPE:
        options->github.shape =
            strcmp(text, "2016") == 0 ? OBJECTS_2016 : OBJECTS_2026;
        return NULL;
    case OPTION_FLAT:
        options->github.flat = true;
        return NULL;
    case OPTION_FILE:
        options->file = text;
        return NULL;
    case OPTION_START:
        return s_start(text, &options->start_us);
    case OPTION_CLOCK_SCALE:
        return s_positive(text, &options->clock_scale);
    case OPTION_CLOCK:
        options->clock_manual = strcmp(text, "manual") == 0;
        return NULL;
    case OPTION_FAULT:
        return s_fault(text, &options->faults);
    case OPTION_LOG:
        options->log = text;
        return NULL;
    case OPTION_VERSION:
        options->version = true;
        return NULL;
    default:
        return s_take_number(option, text, options);
    }
}

// Sets defaults that depend on other options.
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
    int status;
    *options = (options_t){.github = {.seed = 1,
                                      .shape = OBJECTS_2026,
                                      .history = 15000,
                                      .latency_s = 30,
                                      .poll_interval_s = 60,
                                      .fault_wait_s = 60},
                           .port = 8088,
                           .slow_ms = 3000,
                           .clock_scale = 1};
    if (usage_parse(&options_usage, argc, argv, s_take, options, &status) < 0)
        return status ? OPTIONS_WRONG : OPTIONS_HELP;
    if (options->version) {
        puts("octolog-sim " OCTOLOG_VERSION);
        return OPTIONS_HELP;
    }
    s_finish(options);
    return OPTIONS_RUN;
}
