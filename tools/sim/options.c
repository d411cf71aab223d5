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
     .about = "port to listen on; 0 takes a free one (8088)"},
    {.letter = OPTION_POLL_INTERVAL,
     .name = "poll-interval",
     .value = "S",
     .about = "what X-Poll-Interval asks for (60)"},
    {.letter = OPTION_RATE_LIMIT,
     .name = "rate-limit",
     .value = "N",
     .about = "requests an hour and account (60, with token 5000)"},
    {.letter = OPTION_LOG,
     .name = "log",
     .value = "FILE",
     .about = "append one JSON line a request"},
    {.about = "events"},
    {.letter = OPTION_SEED,
     .name = "seed",
     .value = "S",
     .about = "the same seed gives the same events (1)"},
    {.letter = OPTION_RATE,
     .name = "rate",
     .value = "N",
     .about = "events a second (45; in the shape of 2016 3.6)"},
    {.letter = OPTION_SHAPE,
     .name = "shape",
     .value = "YEAR",
     .words = "2016 2026",
     .about = "2016: full payloads; 2026: trimmed ones (2026)"},
    {.letter = OPTION_HISTORY,
     .name = "history",
     .value = "N",
     .about = "events there are at the start (15000)"},
    {.letter = OPTION_LATENCY,
     .name = "latency",
     .value = "S",
     .about = "seconds from an event to its being visible, at least; some take "
              "five times as long (30)"},
    {.letter = OPTION_FLAT,
     .name = "flat",
     .about = "/events in plain order; without it page 1 holds pushes, and "
              "pages 2 and 3 the rest, as today"},
    {.letter = OPTION_FILE,
     .name = "file",
     .value = "FILE",
     .about = "serve a recording instead: events (NDJSON), at the pace they "
              "were recorded or at --rate; or polls (one JSON array a line), "
              "one line a poll of any feed"},
    {.letter = OPTION_GENERATE,
     .name = "generate",
     .value = "N",
     .about = "write N events to standard output and end"},
    {.about = "time"},
    {.letter = OPTION_START,
     .name = "start",
     .value = "TIME",
     .about = "when the simulated clock begins (now)"},
    {.letter = OPTION_CLOCK_SCALE,
     .name = "clock-scale",
     .value = "N",
     .about = "it runs N times as fast as the real one (1)"},
    {.letter = OPTION_CLOCK,
     .name = "clock",
     .value = "HOW",
     .words = "real manual",
     .about = "real, or manual: it moves by POST /_sim/advance only"},
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
     .about = "fail so with a probability from 0 to 1 a request; the kinds are "
              "below"},
    {.letter = OPTION_FAULT_WAIT,
     .name = "fault-wait",
     .value = "S",
     .about = "what refusals ask to wait, how late \"late\" is (60)"},
    {.letter = OPTION_SLOW_MS,
     .name = "slow-ms",
     .value = "N",
     .about = "how long a slow answer takes, in real time (3000)"},
    {.about = "other"},
    {.letter = OPTION_VERSION, .name = "version", .about = "the version"},
    {0},
};

static const usage_item_t s_notes[] = {
    {NULL, "kinds of faults"},
    {"not-modified", "304 although there is news"},
    {"forbidden", "403, quota exhausted until its reset"},
    {"secondary", "403 with Retry-After"},
    {"secondary-silent", "403 with nothing but its message"},
    {"too-many", "429 with Retry-After"},
    {"too-many-silent", "429 with nothing but its message"},
    {"server-error", "500 or 502"},
    {"slow", "silence, then the body drop by drop"},
    {"truncated", "the body ends early, connection closed"},
    {"reset", "connection closed without an answer"},
    {"malformed", "200, and the JSON breaks off"},
    {"object", "200, an object where the array belongs"},
    {"reordered", "200, events in another order"},
    {"duplicated", "200, one event twice"},
    {"late", "200, one event left out; it comes later"},
    {"changed", "200, other bodies for the same ids"},
    {"unauthorized", "401"},
    {"gone", "410"},
    {"redirect", "301 to another path that works"},
    {"deprecated", "200 with Deprecation and Sunset"},
    {"",
     "None of them takes an event away from later polls, and none but those of "
     "content (slow to changed, deprecated) uses up a line of a recording."},
    {NULL, "for tests, under /_sim/"},
    {"GET served", "events in answers that went out whole"},
    {"GET clock", "simulated time, requests, faults pending"},
    {"GET repos", "busy repositories, renamed ones marked"},
    {"POST advance?seconds=N", "move the clock"},
    {"POST fault?kind=KIND&count=N", "the next N requests fail so"},
    {0},
};

const usage_t options_usage = {
    .name = "octolog-sim",
    .summary = "a simulated GitHub to run octolog against",
    .about = "A simulated GitHub to run octolog against. Serves /events, "
             "/repos/{owner}/{repo}/events, /orgs/{org}/events, "
             "/users/{user}/events and /rate_limit on 127.0.0.1 with GitHub's "
             "manners: pages and Link, ETag and 304, poll interval, quotas, "
             "redirects of renamed repositories. Prints \"listening on "
             "http://127.0.0.1:PORT\" when ready.",
    .flags = s_flags,
    .notes = s_notes,
    .exits = (const usage_item_t[]){{"0", "ended as asked"},
                                    {"1", "it could not"},
                                    {"2", "wrong usage"},
                                    {0}},
    .examples =
        (const usage_item_t[]){
            {"octolog-sim --rate 5 --fault server-error=0.05",
             "five events a second, and now and then a 500"},
            {"octolog-sim --generate 1000 --seed 7 | octolog import -",
             "a thousand events into a log"},
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
        return "not a time like 2026-08-12T14:00:00Z";
    *start_us = (int64_t)seconds * 1000000;
    return NULL;
}

static const char *s_fault(const char *text, fault_plan_t *plan)
{
    int used = snprintf(s_why, sizeof s_why, "no such kind; there are");
    int rc = fault_plan_add(plan, text);
    if (rc == 0)
        return NULL;
    if (rc == -EINVAL)
        return "not KIND=PROBABILITY, from 0 to 1";
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
